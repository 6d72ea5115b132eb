using System.Data.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>What is asked of each secret of many that are to be rotated.</summary>
internal sealed class BulkRotationCommands : ICommandSet<BulkRotationCommands>
{
    private readonly PreparedCommand _grace;
    private readonly PreparedCommand _underWay;

    private BulkRotationCommands(DbConnection connection)
    {
        _grace = new(
            connection,
            "SELECT max(valid_until) FROM workflow_key WHERE secret_id = $1 AND valid_until > $2"
        );
        _underWay = new(
            connection,
            "SELECT phase, confirm_by, retire_at FROM announced_rotation WHERE secret_id = $1 AND done_at IS NULL"
        );
    }

    public static BulkRotationCommands Create(DbConnection connection) => new(connection);

    /// <summary>Until when the rotated key of a workflow item is good; null = it has none that is.</summary>
    public DateTimeOffset? GraceOf(SecretRow item, DateTimeOffset now)
    {
        using var row = _grace.Query(item.Id, now);
        return row.Read() ? row.OptionalTime(0) : null;
    }

    /// <summary>Whether an announced rotation waits for its confirmation, or for the end of its grace.</summary>
    public bool IsUnderWay(SecretRow secret, DateTimeOffset now)
    {
        using var row = _underWay.Query(secret.Id);
        if (!row.Read())
        {
            return false;
        }

        var written = (RotationPhase)row.GetInt64(0);
        return RotationService.PhaseAt(written, row.Time(1), row.OptionalTime(2), now) == written;
    }
}
