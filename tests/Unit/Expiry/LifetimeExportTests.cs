using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class LifetimeExportTests : IDisposable
{
    private readonly ExpiryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Objects_are_read_some_at_a_time_in_the_order_of_the_list()
    {
        var owner = _world.Person();
        AddSecrets(LifetimeExport.AtOnce * 2 + 1);
        using var export = (await Export(owner)).Value;

        var sizes = new List<int>();
        var titles = new List<string>();
        while (!export.IsDone)
        {
            var some = (await export.NextAsync()).Value;
            sizes.Add(some.Count);
            titles.AddRange(some.Select(entry => entry.Title));
        }

        sizes.ShouldBe([LifetimeExport.AtOnce, LifetimeExport.AtOnce, 1]);
        titles.ShouldBe(Enumerable.Range(1, 1_001).Select(i => $"KEY_{i}"));
    }

    [Fact]
    public async Task Export_of_nothing_is_done()
    {
        using var export = (await Export(_world.Person())).Value;

        export.IsDone.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_gone_or_not_seen_any_more_does_not_leave()
    {
        var owner = _world.Person();
        var vault = _world.AddVault(owner.AccountId);
        _world.Grant(owner, vault, AccessLevel.Read);
        AddSecrets(LifetimeExport.AtOnce);
        var later = _world.Now.AddDays(900);
        _world.AddField(_world.AddItem(vault, later), later);
        await _world.Secrets.Create("LAST", expiresAt: later);
        await _world.Secrets.Create("GONE", expiresAt: later);
        using var export = (await Export(owner)).Value;
        (await export.NextAsync()).Value.Count.ShouldBe(LifetimeExport.AtOnce);

        _world.Store.Execute("UPDATE access_grant SET ended = 1");
        await _world.Secrets.Deactivate("GONE");
        var rest = (await export.NextAsync()).Value;

        rest.ShouldHaveSingleItem().Title.ShouldBe("LAST");
        export.IsDone.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_may_not_read_any_more_is_refused_in_the_middle()
    {
        var owner = _world.Person();
        AddSecrets(LifetimeExport.AtOnce + 1);
        using var export = (await Export(owner)).Value;
        (await export.NextAsync()).Succeeded.ShouldBeTrue();

        _world.Store.Execute("UPDATE account SET disabled_at = 1");

        (await export.NextAsync()).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task Few_files_are_on_their_way_at_once()
    {
        var owner = _world.Person();
        var first = (await Export(owner)).Value;
        using var second = (await Export(owner)).Value;

        (await Export(owner)).Error!.Code.ShouldBe("unavailable");
        _world.Store.Audited("lifetime.export").ShouldHaveSingleItem().ShouldContain("unavailable");
        // Whoever may not read is told that, and takes no turn.
        var machine = _world.Store.AddMachine(ExpiryWorld.AccountOf(owner), Permissions.VaultRead);
        (await Export(machine)).Error!.Code.ShouldBe("forbidden");
        first.Dispose();
        (await Export(machine)).Error!.Code.ShouldBe("forbidden");
        using var third = (await Export(owner)).Value;
    }

    private Task<Result<LifetimeExport>> Export(Caller caller) =>
        _world.Expiries.ExportAsync(caller, new(), default);

    /// <summary>KEY_1 expires first.</summary>
    private void AddSecrets(int count) =>
        _world.Store.Execute(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
            INSERT INTO secret (public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id,
                previous_value_id, expires_at, created_at, updated_at)
            SELECT randomblob(16), 1, 1, 'KEY_' || i, 1, 0, 1, 0, 0, 0, {UtcTime.ToMicroseconds(
                _world.Now
            )} + i * 1000000, 0, 0 FROM n
            """
        );
}
