using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting;
using VaultPortal.Hosting.Keys;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

/// <summary>The settings <c>Keys:…</c> choose the source.</summary>
public sealed class MasterKeyOptionsTests
{
    [Theory]
    [InlineData("", typeof(FileMasterKeySource))]
    [InlineData("file", typeof(FileMasterKeySource))]
    [InlineData("environment", typeof(EnvironmentMasterKeySource))]
    [InlineData("aws-kms", typeof(AwsKmsMasterKeySource))]
    public void Source_is_the_one_that_is_named(string name, Type source)
    {
        using var services = Services(new() { ["Keys:Source"] = name });

        services.GetRequiredService<IMasterKeySource>().ShouldBeOfType(source);
    }

    [Fact]
    public void Source_that_does_not_exist_is_refused()
    {
        using var services = Services(new() { ["Keys:Source"] = "vault" });

        Should
            .Throw<StartRefusedException>(() => services.GetRequiredService<IMasterKeySource>())
            .Message.ShouldContain("file, environment or aws-kms");
    }

    [Fact]
    public void File_outside_the_data_folder_is_not_warned_of()
    {
        using var beside = Services([]);
        using var elsewhere = Services(new() { ["Keys:File"] = "/elsewhere/master.key" });

        beside.GetRequiredService<IMasterKeySource>().Warnings().Count.ShouldBe(1);
        elsewhere.GetRequiredService<IMasterKeySource>().Warnings().ShouldBeEmpty();
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(PortalOptions.Read(configuration))
            .AddSingleton(new DataDirectory("/data"))
            .AddMasterKey()
            .BuildServiceProvider();
    }
}
