using Microsoft.Extensions.Configuration;
using Shouldly;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting;
using Xunit;

namespace VaultPortal.Tests.Unit.Hosting;

public sealed class HostLimitsTests
{
    [Theory]
    [InlineData(null, 50)]
    [InlineData("1", 1)]
    [InlineData("100000", 100_000)]
    public void Circuits_of_a_session_are_as_many_as_configured(string? setting, int circuits) =>
        Read(setting).CircuitsPerSession.ShouldBe(circuits);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("100001")]
    [InlineData("many")]
    public void Start_is_refused_with_a_limit_out_of_range(string setting) =>
        Should
            .Throw<StartRefusedException>(() => Read(setting))
            .Message.ShouldContain("Limits:CircuitsPerSession");

    private static HostLimits Read(string? circuits) =>
        HostLimits.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    circuits is null ? [] : [new("Limits:CircuitsPerSession", circuits)]
                )
                .Build()
        );
}
