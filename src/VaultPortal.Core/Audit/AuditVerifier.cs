using Microsoft.Data.Sqlite;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Audit;

/// <summary>Reads the whole chain and says what was done to it, and up to where seals vouch for that answer.</summary>
public sealed class AuditVerifier(SqliteDatabase database, WriteQueue queue)
{
    /// <summary>Verifies, and records that it did. Streams: memory does not grow with the chain.</summary>
    /// <exception cref="IOException">The file of seals cannot be read.</exception>
    public async Task<AuditReport> VerifyAsync(
        Caller caller,
        AuditVerification verification,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        var report = await Task.Run(() => Verify(verification, cancellation), cancellation);
        await queue.RunAsync(
            scope =>
            {
                var outcome = report.Intact ? "ok" : "damaged";
                scope.Audit(caller, "audit_chain.verify", $"audit_chain:{report.ChainId}", outcome);
                return report;
            },
            cancellation
        );
        return report;
    }

    /// <summary>Verifies a database that may not be written.</summary>
    internal AuditReport Verify(AuditVerification verification, CancellationToken cancellation)
    {
        using var connection = database.OpenReading();
        // One snapshot: the product may go on writing meanwhile.
        Run(connection, "BEGIN");
        var seals = new SealChecks(connection, verification);
        var walk = new ChainWalk(seals);
        using var entries = new SqliteStatement(
            connection,
            "SELECT sequence, text, hash FROM audit_entry ORDER BY sequence"
        );
        while (entries.Next())
        {
            walk.Visit(entries.Number(0), entries.Bytes(1), entries.Bytes(2));
            cancellation.ThrowIfCancellationRequested();
        }

        var chainId = CheckHead(connection, walk);
        seals.End(walk.Last, chainId, walk.Findings);
        return new AuditReport
        {
            ChainId = chainId,
            Entries = walk.Count,
            Findings = walk.Findings.List,
            SealedTo = seals.SealedTo,
            VouchedTo = seals.VouchedTo,
            UntrustedSeals = seals.Untrusted,
        };
    }

    private static string? CheckHead(SqliteConnection connection, ChainWalk walk)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT chain_id, sequence, hash FROM audit_head WHERE id = 1";
        using var row = command.ExecuteReader();
        if (!row.Read())
        {
            walk.End(0, []);
            if (walk.Count > 0)
            {
                walk.Findings.Add(
                    AuditFindingKind.HeadDiffers,
                    0,
                    "The head of the chain is gone."
                );
            }

            return null;
        }

        walk.End(row.GetInt64(1), row.GetFieldValue<byte[]>(2));
        return row.GetString(0);
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
