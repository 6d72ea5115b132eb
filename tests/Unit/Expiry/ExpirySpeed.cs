using System.Diagnostics;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

/// <summary>100,000 objects; what it takes is written where LIFETIMES_SPEED says, and asserted nowhere.</summary>
public sealed class ExpirySpeed : IDisposable
{
    private readonly ExpiryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("mixed", 730)]
    [InlineData("all at once", 1)]
    public async Task Lists_counts_and_sweeps_of_100_000_objects(string what, int days)
    {
        if (Environment.GetEnvironmentVariable("LIFETIMES_SPEED") is not { } path)
        {
            return;
        }

        var owner = _world.Person();
        Add(owner, days);
        var text = new List<string> { what };
        text.Add(await Measure("list", 40, () => _world.List(owner)));
        text.Add(
            await Measure(
                "due",
                40,
                () => _world.List(owner, new() { States = [ExpiryState.DueSoon] })
            )
        );
        text.Add(
            await Measure("search", 40, () => _world.List(owner, new() { Search = "name 77" }))
        );
        text.Add(await Measure("count", 40, () => _world.Expiries.CountAsync(owner, default)));
        text.Add(await Measure("first sweep", 1, () => _world.Sweep()));
        text.Add($"reminders {_world.Count("reminder")}");
        text.Add(await Measure("next sweep", 5, () => _world.Sweep()));
        _world.AddPolicy(p => p.RotateEvery = 90 * 86_400);
        text.Add(await Measure("list, rotating", 20, () => _world.List(owner)));
        await File.AppendAllLinesAsync(path, text);
        (await _world.List(owner)).Total.ShouldBeGreaterThanOrEqualTo(100_000);
    }

    private static async Task<string> Measure(string what, int times, Func<Task> run)
    {
        var taken = new List<double>();
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.StartNew();
            await run();
            taken.Add(began.Elapsed.TotalMilliseconds);
        }

        taken.Sort();
        return $"{what}: median {taken[taken.Count / 2]:F1} p95 {taken[(int)(taken.Count * 0.95)]:F1} ms";
    }

    /// <summary>50,000 fields of 10,000 items in 100 vaults, 10,000 of the items themselves, 40,000 secrets.</summary>
    private void Add(Caller owner, int days)
    {
        var now = UtcTime.ToMicroseconds(_world.Now);
        var span = days * 86_400_000_000L;
        var expiry = $"{now} + abs(random() % {span})";
        _world.Store.Execute(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
            INSERT INTO vault (id, public_id, name, current_dek_version, directory_version, directory_checkpoint, summary_version,
                summary_checkpoint, permission_version, permission_checkpoint, item_count, created_by_kind, created_by_id, rekey_due,
                created_at, updated_at, changed, opened)
            SELECT i, randomblob(12), 'vault ' || i, 1, 0, 0, 0, 0, 0, 0, 100, 1, {owner.AccountId}, 0, {now}, {now}, 1, 1 FROM n;
            INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at, opened)
            SELECT 1, id, 1, {owner.AccountId}, 3, 0, 1 FROM vault;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
            INSERT INTO vault_item (id, public_id, vault_id, name, type, websites, detail_version, detail_checkpoint, field_count,
                permission_version, permission_checkpoint, created_by_kind, created_by_id, created_at, updated_at, changed, expires_at)
            SELECT i, randomblob(12), 1 + i % 100, 'item ' || i, 1, '[]', 0, 0, 5, 0, 0, 1, {owner.AccountId}, {now}, {now}, 1,
                {expiry} FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
            INSERT INTO field (id, public_id, item_id, name, type, sort_order, instance_sequence, instance_id, value, dek_version,
                updated_at, expires_at)
            SELECT i, randomblob(12), 1 + i / 5 % 10000, 'name ' || i, 2, i % 5, 0, randomblob(12), randomblob(200), 1, {now},
                {expiry} FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
            INSERT INTO secret (public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id,
                previous_value_id, expires_at, created_at, updated_at)
            SELECT randomblob(16), 1, 1, 'KEY_' || i, 1, 0, 1, 0, 0, 0, {expiry}, {now}, {now} FROM n;
            """
        );
    }
}
