namespace VaultPortal.Core.Audit;

/// <summary>An entry as it is shown.</summary>
public sealed record AuditRow(
    long Sequence,
    DateTimeOffset Time,
    string Actor,
    string Action,
    string Target,
    string Outcome,
    string? Source,
    string CorrelationId,
    long? Count
);

/// <summary>Which entries are wanted: newest first, from a place backwards.</summary>
public sealed record AuditQuery
{
    /// <summary>Entries before this one; null = from the newest on.</summary>
    public long? Before { get; init; }

    public string? Actor { get; init; }

    public string? Target { get; init; }

    public string? Action { get; init; }

    /// <summary>True = what was done, false = what was refused, null = both.</summary>
    public bool? Succeeded { get; init; }

    /// <summary>1 to 200.</summary>
    public int Take { get; init; } = 50;
}

/// <param name="Rows">Newest first.</param>
/// <param name="Before">Where the next page begins; null when this is the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditRow> Rows, long? Before);
