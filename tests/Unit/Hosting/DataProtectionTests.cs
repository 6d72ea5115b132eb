using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Hosting.DataProtection;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Hosting;

public sealed class DataProtectionTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly WriteQueue _queue;
    private readonly KeyRing _keys = new();

    public DataProtectionTests()
    {
        _queue = _store.StartQueue();
        _keys.Add("test", new byte[32], current: true);
    }

    [Fact]
    public void A_key_is_sealed_in_the_database_and_opens_in_the_next_process()
    {
        using var first = Services();
        var text = first.GetDataProtector("test").Protect("hello");

        using var second = Services();

        second.GetDataProtector("test").Unprotect(text).ShouldBe("hello");
        _store.Number("SELECT count(*) FROM data_protection_key").ShouldBe(1);
    }

    [Fact]
    public void No_key_material_stands_in_the_database()
    {
        using var services = Services();
        services.GetDataProtector("test").Protect("hello");
        var opened = Opened(services);

        opened.Length.ShouldBeGreaterThan(40);
        var text = DatabaseText.Of(_store.Folder);
        text.ShouldContain("sealedKey");
        text.ShouldNotContain(opened);
        text.ShouldNotContain("masterKey");
    }

    [Fact]
    public void Under_another_data_key_nothing_opens()
    {
        using var first = Services();
        var text = first.GetDataProtector("test").Protect("hello");
        using var strangers = new KeyRing();
        strangers.Add("test", Enumerable.Repeat((byte)1, 32).ToArray(), current: true);

        using var second = Services(strangers);

        Should.Throw<Exception>(() => second.GetDataProtector("test").Unprotect(text));
    }

    public void Dispose()
    {
        _queue.Dispose();
        _keys.Dispose();
        _store.Dispose();
    }

    private ServiceProvider Services(KeyRing? keys = null) =>
        new ServiceCollection()
            .AddLogging()
            .AddSingleton(_queue)
            .AddSingleton<IDbContextFactory<VaultDbContext>>(_store.Database)
            .AddSingleton(keys ?? _keys)
            .AddSingleton<DataProtectionKeyStore>()
            .AddSealedDataProtection()
            .BuildServiceProvider();

    /// <summary>The master key of the ring's only entry, as base64: what must not be found.</summary>
    private static string Opened(IServiceProvider services)
    {
        var xml = services
            .GetRequiredService<IOptions<KeyManagementOptions>>()
            .Value.XmlRepository!.GetAllElements()
            .Single();
        var element = xml.Descendants("sealedKey").Single();
        var opened = new KeyXmlOpener(services).Decrypt(element);
        return opened.DescendantsAndSelf().Single(e => e.Name.LocalName == "value").Value;
    }
}
