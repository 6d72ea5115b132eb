using System.Globalization;
using System.Text.Json;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Audit;

/// <summary>The audit as people and machines read it.</summary>
public sealed class AuditService(Gate gate)
{
    private const int MostRows = 200;

    /// <summary>Entries, newest first, by cursor. For Owner, Administrator and Auditor.</summary>
    public Task<Result<AuditPage>> ListAsync(
        Caller caller,
        AuditQuery query,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("audit.list", "audit", Permissions.MonitoringRead),
            (scope, _) => List(scope, query),
            cancellation
        );

    private static Result<AuditPage> List(ReadScope scope, AuditQuery query)
    {
        var take = Math.Clamp(query.Take, 1, MostRows);
        var rows = new List<AuditRow>(take);
        using var found = scope
            .Commands<AuditCommands>()
            .PageBefore.Query(
                query.Before ?? long.MaxValue,
                query.Actor,
                query.Target,
                query.Action,
                query.Succeeded,
                (long)take
            );
        while (found.Read())
        {
            rows.Add(Row(found.GetInt64(0), found.GetString(1)));
        }

        return new AuditPage(rows, rows.Count == take ? rows[^1].Sequence : null);
    }

    private static AuditRow Row(long sequence, string text)
    {
        using var json = JsonDocument.Parse(text);
        var entry = json.RootElement;
        return new AuditRow(
            sequence,
            DateTimeOffset.Parse(
                entry.GetProperty("time").GetString()!,
                CultureInfo.InvariantCulture
            ),
            entry.GetProperty("actor").GetString()!,
            entry.GetProperty("action").GetString()!,
            entry.GetProperty("target").GetString()!,
            entry.GetProperty("outcome").GetString()!,
            entry.GetProperty("source").GetString(),
            entry.GetProperty("correlationId").GetString()!,
            entry.TryGetProperty("count", out var count) ? count.GetInt64() : null
        );
    }
}
