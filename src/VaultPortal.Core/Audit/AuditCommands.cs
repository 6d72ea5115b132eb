using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Audit;

/// <summary>The prepared commands around the chain; entries themselves are appended by the write queue alone.</summary>
internal sealed class AuditCommands : ICommandSet<AuditCommands>
{
    public readonly PreparedCommand ChainId;
    public readonly PreparedCommand LastEntry;
    public readonly PreparedCommand LastSeal;
    public readonly PreparedCommand AddSeal;
    public readonly PreparedCommand PageBefore;

    private AuditCommands(DbConnection connection)
    {
        ChainId = new(connection, "SELECT chain_id FROM audit_head WHERE id = 1");
        LastEntry = new(
            connection,
            "SELECT sequence, hash FROM audit_entry ORDER BY sequence DESC LIMIT 1"
        );
        LastSeal = new(
            connection,
            "SELECT sequence, hash, created_at FROM audit_seal ORDER BY sequence DESC LIMIT 1"
        );
        AddSeal = new(
            connection,
            "INSERT INTO audit_seal (sequence, text, hash, signature, public_key, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
        );
        PageBefore = new(
            connection,
            """
            SELECT sequence, text FROM audit_entry
            WHERE sequence < $1
              AND ($2 IS NULL OR json_extract(text, '$.actor') = $2)
              AND ($3 IS NULL OR json_extract(text, '$.target') = $3)
              AND ($4 IS NULL OR json_extract(text, '$.action') = $4)
              AND ($5 IS NULL OR (json_extract(text, '$.outcome') = 'ok') = $5)
            ORDER BY sequence DESC LIMIT $6
            """
        );
    }

    public static AuditCommands Create(DbConnection connection) => new(connection);
}
