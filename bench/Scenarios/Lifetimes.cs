using System.Data.Common;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Bench.Scenarios;

/// <summary>
/// 50,000 fields of 10,000 items in 100 vaults, the items themselves and 40,000 environment secrets, all with an expiry. Lists, counts
/// and sweeps are run by the services themselves, without a server beside them, which would sweep as well.
/// </summary>
internal sealed class Lifetimes : IDisposable
{
    public const int Objects = 100_000;

    private readonly SqliteDatabase _database;
    private readonly WriteQueue _queue;
    private readonly ReadConnections _reads;
    private readonly KeyRing _keys = new();
    private readonly DerivationKey _derivation = DerivationKey.FromBytes(new byte[32]);
    private readonly ExpiryService _expiries;
    private readonly ReminderService _reminders;
    private readonly ExpirySweep _sweep;

    private Lifetimes(SqliteDatabase database)
    {
        var time = TimeProvider.System;
        _database = database;
        _queue = new(database, time, [], NullLogger<WriteQueue>.Instance);
        _reads = new(database);
        // Nothing that is sealed is opened, so keys of its own do.
        var gate = new Gate(_queue, _reads, new KeptAnswers(_keys, _derivation, time), time);
        _expiries = new(gate, new LifetimeReads(gate, _reads), _keys, time);
        _reminders = new(gate, time);
        _sweep = new(_queue, _reads, new MailOptions(), time);
    }

    /// <param name="within">How far away the expiries lie at most, in days.</param>
    public static async Task<Lifetimes> MakeAsync(int within)
    {
        var folder = Directory.CreateTempSubdirectory("vaultportal-").FullName;
        var commands = new PortalCommand(folder);
        await commands.CreateAccount(Installation.Owner);
        await commands.CreateApiKey(Installation.Owner, "machine.all,secrets.all");
        var made = new Lifetimes(new SqliteDatabase(new DataDirectory(folder).Database));
        await made._queue.RunAsync(scope => Run(scope.Connection, Seed(within)));
        return made;
    }

    public async Task<List<LifetimeLine>> ListAsync(int times)
    {
        var caller = await MachineAsync();
        var lines = new List<LifetimeLine>();
        async Task Measure(string name, Func<Task> run)
        {
            await run();
            lines.Add(await TimesAsync(name, run, times));
        }

        var owner = caller.AccountPublicId;
        var vault = await IdAsync("vault");
        foreach (
            var (name, query) in new (string, ExpiryQuery)[]
            {
                ("the first page", new()),
                ("the page after it", new() { Cursor = await NextAsync(caller) }),
                ("500 on a page", new() { Take = ExpiryQuery.MostTaken }),
                ("fields", new() { Kinds = [LifetimeKind.Field] }),
                ("secrets", new() { Kinds = [LifetimeKind.EnvironmentSecret] }),
                ("due soon", new() { States = [ExpiryState.DueSoon] }),
                ("active", new() { States = [ExpiryState.Active] }),
                ("of an owner, all", new() { OwnerId = owner }),
                ("of a vault", new() { VaultId = vault }),
                ("search, all", new() { Search = "e" }),
                ("search, some", new() { Search = "name 77" }),
                ("search, none", new() { Search = "nothing like it" }),
            }
        )
        {
            await Measure(name, () => PageAsync(caller, query));
        }

        await Measure("counts", () => Demand(_expiries.CountAsync(caller, default)));
        await Measure("a file of all", () => ExportAsync(caller));
        await _queue.RunAsync(scope => Run(scope.Connection, Rotation));
        await Measure("the first page, all to be rotated", () => PageAsync(caller, new()));
        await Measure(
            "counts, all to be rotated",
            () => Demand(_expiries.CountAsync(caller, default))
        );
        return lines;
    }

    public async Task<List<LifetimeLine>> SweepAsync(int times)
    {
        var caller = await MachineAsync();
        return
        [
            await TimesAsync("the first sweep, a reminder of each", SweepOnceAsync, 1),
            await TimesAsync("a sweep with nothing to do", SweepOnceAsync, times),
            await TimesAsync(
                "a page of reminders and their count, all open",
                () => Demand(_reminders.ListAsync(caller, new(), default)),
                times
            ),
        ];
    }

    public void Dispose()
    {
        _reads.Dispose();
        _queue.Dispose();
        _keys.Dispose();
        _derivation.Dispose();
        Directory.Delete(Path.GetDirectoryName(_database.Path)!, recursive: true);
    }

    private static async Task<LifetimeLine> TimesAsync(string name, Func<Task> run, int times)
    {
        var taken = new double[times];
        var spent = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await run();
            taken[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        spent = Environment.CpuUsage.TotalTime - spent;
        return new(ListLine.Of(name, taken), spent.TotalMilliseconds / times);
    }

    private Task<ExpiryPage> PageAsync(Caller caller, ExpiryQuery query) =>
        Demand(_expiries.ListAsync(caller, query, default));

    private async Task<string?> NextAsync(Caller caller) => (await PageAsync(caller, new())).Next;

    private async Task ExportAsync(Caller caller)
    {
        using var export = await Demand(_expiries.ExportAsync(caller, new(), default));
        while (!export.IsDone)
        {
            await Demand(export.NextAsync());
        }
    }

    private Task<int> SweepOnceAsync() => _sweep.RunAsync(Caller.System("bench"), static _ => true);

    /// <summary>The owner's key: what it sees is decided by the grants of its account.</summary>
    private async Task<Caller> MachineAsync()
    {
        var numbers = await _queue.RunAsync(scope =>
            (
                Number(scope.Connection, "SELECT id FROM account"),
                Number(scope.Connection, "SELECT id FROM api_key")
            )
        );
        return new Caller
        {
            Kind = CallerKind.Machine,
            AccountId = numbers.Item1,
            AccountPublicId = await IdAsync("account"),
            ApiKeyId = numbers.Item2,
            Actor = "key:bench",
            CorrelationId = "bench",
        };
    }

    private Task<PublicId> IdAsync(string table) =>
        _queue.RunAsync(scope =>
        {
            using var command = scope.Connection.CreateCommand();
            command.CommandText = $"SELECT public_id FROM {table} ORDER BY id LIMIT 1";
            return new PublicId((byte[])command.ExecuteScalar()!);
        });

    private static async Task<T> Demand<T>(Task<Result<T>> asked)
    {
        var result = await asked;
        return result.Succeeded
            ? result.Value
            : throw new InvalidOperationException(result.Error.Message);
    }

    private static long Number(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static int Run(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    private const string Rotation = """
        INSERT INTO expiry_policy (public_id, name, vault_id, field_type, item_type, classification, kind, on_expiry,
            reminder_offsets, rotate_every, reminds_creator, reminds_admins, reminded_people, version, created_at, updated_at)
        VALUES (randomblob(12), 'rotation', 0, 0, 0, 0, 0, 1, '', 7776000, 1, 1, '', 1, 0, 0)
        """;

    private static string Seed(int within)
    {
        var now = UtcTime.ToMicroseconds(DateTimeOffset.UtcNow);
        var expiry = $"{now} + abs(random() % {within * 86_400_000_000L})";
        const string owner = "(SELECT id FROM account)";
        return $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
            INSERT INTO vault (id, public_id, name, current_dek_version, directory_version, directory_checkpoint, summary_version,
                summary_checkpoint, permission_version, permission_checkpoint, item_count, created_by_kind, created_by_id, rekey_due,
                created_at, updated_at, changed, opened)
            SELECT i, randomblob(12), 'vault ' || i, 1, 0, 0, 0, 0, 0, 0, 100, 1, {owner}, 0, {now}, {now}, 1, 1 FROM n;
            INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at, opened)
            SELECT 1, id, 1, {owner}, 3, 0, 1 FROM vault;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
            INSERT INTO vault_item (id, public_id, vault_id, name, type, websites, detail_version, detail_checkpoint, field_count,
                permission_version, permission_checkpoint, created_by_kind, created_by_id, created_at, updated_at, changed, expires_at)
            SELECT i, randomblob(12), 1 + i % 100, 'item ' || i, 1, '[]', 0, 0, 5, 0, 0, 1, {owner}, {now}, {now}, 1,
                {expiry} FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000)
            INSERT INTO field (id, public_id, item_id, name, type, sort_order, instance_sequence, instance_id, value, dek_version,
                updated_at, expires_at)
            SELECT i, randomblob(12), 1 + i / 5 % 10000, 'name ' || i, 2, i % 5, 0, randomblob(12), randomblob(200), 1, {now},
                {expiry} FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
            INSERT INTO secret (id, public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id,
                previous_value_id, expires_at, created_at, updated_at)
            SELECT i, randomblob(16), 1, 1, 'KEY_' || i, 1, 0, 1, i, i, 0, {expiry}, {now}, {now} FROM n;
            INSERT INTO secret_version (id, secret_id, version, previous, change, name, sealed, value_id, is_active, is_reserved,
                created_at, created_by)
            SELECT id, id, 1, 0, 1, name, randomblob(100), id, 1, 0, {now},
                'user:' || (SELECT lower(hex(public_id)) FROM account) FROM secret;
            """;
    }
}

/// <param name="Processor">Milliseconds of processor time for each, which other work on the machine disturbs less.</param>
internal sealed record LifetimeLine(ListLine Times, double Processor);
