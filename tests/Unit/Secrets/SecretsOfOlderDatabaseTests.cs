using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>A database from before there were recent versions.</summary>
public sealed class SecretsOfOlderDatabaseTests : IDisposable
{
    private const string Before = "20261121133838_Machine";

    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Updated = Created.AddHours(1);

    private readonly DataDirectory _directory = new(
        Directory.CreateTempSubdirectory("vaultportal-test-").FullName
    );
    private readonly DerivationKey _derivation = DerivationKey.FromBytes(new byte[32]);
    private readonly KeyRing _keys = new();

    public SecretsOfOlderDatabaseTests() => _keys.Add("dk_secrets", new byte[32], current: true);

    [Fact]
    public async Task Older_database_keeps_secrets_versions_and_times_and_takes_new_values()
    {
        var id = SecretId.NewUuid(Created);
        MakeOlder(id);
        var database = new SqliteDatabase(_directory.Database);
        using var held = new DatabaseStart(
            database,
            _directory,
            NullLogger<DatabaseStart>.Instance
        ).Start("test");
        using var queue = new WriteQueue(
            database,
            TimeProvider.System,
            [],
            NullLogger<WriteQueue>.Instance
        );
        using var reads = new ReadConnections(database);
        var gate = new Gate(
            queue,
            reads,
            new KeptAnswers(_keys, _derivation, TimeProvider.System),
            TimeProvider.System
        );
        var secrets = new EnvironmentSecretService(
            gate,
            _keys,
            new SecretUses(queue),
            new(),
            TimeProvider.System
        );

        var secret = (await secrets.GetAsync(Caller.Command(), "KEY")).Value;
        (secret.Id, secret.Version).ShouldBe((id, 2));
        (secret.CreatedAt, secret.UpdatedAt).ShouldBe((Created, Updated));
        (await Read(secrets)).ShouldBe("value 2");

        await secrets.UpdateAsync(
            Caller.Command(),
            "KEY",
            new() { Value = SecretWorld.Bytes("value 3") }
        );

        (await Read(secrets)).ShouldBe("value 3");
        (await secrets.ListVersionsAsync(Caller.Command(), "KEY"))
            .Value.Select(version => (version.Version, version.CreatedAt))
            .Skip(1)
            .ShouldBe([(2L, Updated), (1L, Created)]);
        await secrets.RestoreAsync(Caller.Command(), "KEY", 1);
        (await Read(secrets)).ShouldBe("value 1");
    }

    public void Dispose()
    {
        _derivation.Dispose();
        _keys.Dispose();
        Directory.Delete(_directory.Root, recursive: true);
    }

    private static async Task<string> Read(EnvironmentSecretService secrets)
    {
        using var value = (await secrets.ReadValueAsync(Caller.Command(), "KEY")).Value;
        return System.Text.Encoding.UTF8.GetString(value.Value);
    }

    /// <summary>The schema of then, with one secret of two versions.</summary>
    private void MakeOlder(SecretId id)
    {
        _directory.Create();
        using var connection = new SqliteDatabase(_directory.Database).OpenWriting();
        using var context = new SqliteDatabase(_directory.Database).CreateContext(connection);
        context.GetService<IMigrator>().Migrate(Before);
        TestStore.Execute(
            connection,
            $"""
            INSERT INTO secret (id, public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id,
                previous_value_id, created_at, updated_at)
            VALUES (1, {Blob(id.ToBytes())}, 1, 1, 'KEY', 1, 0, 2, 2, 2, 0, {Time(Created)}, {Time(
                Updated
            )});
            INSERT INTO secret_version (id, secret_id, version, previous, change, name, sealed, value_id, is_active, is_reserved,
                created_at, created_by)
            VALUES (1, 1, 1, 0, 1, 'KEY', {Sealed(id, 1)}, 0, 1, 0, {Time(Created)}, 'test'),
                (2, 1, 2, 1, 2, 'KEY', {Sealed(id, 2)}, 0, 1, 0, {Time(Updated)}, 'test')
            """
        );
    }

    private string Sealed(SecretId id, long version) =>
        Blob(
            _keys.Seal(
                SecretWorld.Bytes($"value {version}").Span,
                SecretBinding.Of(SecretStore.Environment, id, version)
            )
        );

    private static string Blob(byte[] bytes) => $"x'{Convert.ToHexString(bytes)}'";

    private static long Time(DateTimeOffset time) => UtcTime.ToMicroseconds(time);
}
