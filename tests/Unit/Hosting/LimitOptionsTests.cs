using Microsoft.Extensions.Configuration;
using Shouldly;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting;
using Xunit;

namespace VaultPortal.Tests.Unit.Hosting;

public sealed class LimitOptionsTests
{
    [Theory]
    [InlineData(null, 2_000)]
    [InlineData("1", 1)]
    [InlineData("10000", 10_000)]
    public void Items_of_a_vault_are_as_many_as_configured(string? setting, int items) =>
        Read(setting).Limits.ItemsPerVault.ShouldBe(items);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("10001")]
    [InlineData("many")]
    public void Start_is_refused_with_a_limit_out_of_range(string setting) =>
        Should
            .Throw<StartRefusedException>(() => Read(setting))
            .Message.ShouldContain("Limits:ItemsPerVault");

    private static PortalOptions Read(string? items) =>
        PortalOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(items is null ? [] : [new("Limits:ItemsPerVault", items)])
                .Build()
        );
}
