namespace VaultPortal.Core.Audit;

/// <summary>What is wrong with the chain at a place.</summary>
/// <param name="Kind">What was done to it, as far as can be told.</param>
/// <param name="Sequence">Where.</param>
/// <param name="Message">One sentence.</param>
public sealed record AuditFinding(AuditFindingKind Kind, long Sequence, string Message);

public enum AuditFindingKind
{
    /// <summary>An entry's text or hash is not what was stored.</summary>
    Changed,

    /// <summary>Entries are gone from between others.</summary>
    Missing,

    /// <summary>Entries stand where none were.</summary>
    Inserted,

    /// <summary>Entries stand in each other's place.</summary>
    Reordered,

    /// <summary>The end of the chain is gone.</summary>
    Truncated,

    /// <summary>The head row says something else than the entries.</summary>
    HeadDiffers,

    /// <summary>A stored seal is not valid, or says something else than the entries.</summary>
    SealInvalid,

    /// <summary>A seal from outside says something else than the entries: the chain was written anew.</summary>
    ForeignSealDiffers,
}
