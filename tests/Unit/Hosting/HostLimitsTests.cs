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
    public void Circuits_of_an_account_are_as_many_as_configured(string? setting, int circuits) =>
        Read(setting).CircuitsPerAccount.ShouldBe(circuits);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("100001")]
    [InlineData("many")]
    public void Start_is_refused_with_a_limit_out_of_range(string setting) =>
        Should
            .Throw<StartRefusedException>(() => Read(setting))
            .Message.ShouldContain("Limits:CircuitsPerAccount");

    private static HostLimits Read(string? circuits) =>
        HostLimits.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    circuits is null ? [] : [new("Limits:CircuitsPerAccount", circuits)]
                )
                .Build()
        );
}
