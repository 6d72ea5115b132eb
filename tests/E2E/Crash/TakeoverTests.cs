using Microsoft.Data.Sqlite;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Crash;

/// <summary>Two processes on the same data, of which one sweeps: <c>kill -9</c> ends that one, and the other goes on.</summary>
public sealed class TakeoverTests
{
    /// <summary>So that a fault ends the test; how soon it is, the tests of the leases say.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Sweep_goes_on_in_another_process_when_the_one_that_did_it_is_killed()
    {
        await using var first = await PortalProcess.StartAsync();
        await Until(first, "SELECT count(*) FROM lease WHERE name = 'expiry-sweep'");
        var holder = Ask(first, "SELECT holder FROM lease WHERE name = 'expiry-sweep'");
        await using var second = await PortalProcess.StartAsync(folder: first.Folder);
        Ask(first, "SELECT holder FROM lease WHERE name = 'expiry-sweep'").ShouldBe(holder);

        first.Kill();
        Expire(first, "KEY");
        await Until(first, "SELECT count(*) FROM reminder WHERE object_name = 'KEY'");

        Ask(first, "SELECT holder FROM lease WHERE name = 'expiry-sweep'").ShouldNotBe(holder);
    }

    private static void Expire(PortalProcess portal, string key) =>
        Ask(
            portal,
            $"""
            INSERT INTO secret (public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id,
                previous_value_id, expires_at, created_at, updated_at)
            VALUES (randomblob(16), 1, 1, '{key}', 1, 0, 1, 0, 0, 0, 1, 1, 1) RETURNING name
            """
        );

    private static async Task Until(PortalProcess portal, string isSo)
    {
        for (var began = DateTimeOffset.UtcNow; Ask(portal, isSo) == "0"; await Task.Delay(200))
        {
            (DateTimeOffset.UtcNow - began).ShouldBeLessThan(Patience, portal.Log);
        }
    }

    private static string Ask(PortalProcess portal, string sql)
    {
        SqliteNative.DemandVersion();
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(portal.Folder, "vault.db")};Default Timeout=30;Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!.ToString()!;
    }
}
