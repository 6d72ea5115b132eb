namespace VaultPortal.Core.Audit;

/// <summary>What a verification of the chain found.</summary>
public sealed record AuditReport
{
    public required string? ChainId { get; init; }

    /// <summary>How many entries were read.</summary>
    public required long Entries { get; init; }

    public required IReadOnlyList<AuditFinding> Findings { get; init; }

    /// <summary>The last entry that a valid stored seal covers; 0 when none does.</summary>
    public required long SealedTo { get; init; }

    /// <summary>
    /// The last entry that a trusted seal from outside vouches for; 0 when none does. What follows is not protected against
    /// someone who can write the database and holds the signing key.
    /// </summary>
    public required long VouchedTo { get; init; }

    /// <summary>Lines of the seals file that are no seals, or whose key is not trusted.</summary>
    public required int UntrustedSeals { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool Intact => Findings.Count == 0;
}

/// <summary>What a verification goes by besides the database.</summary>
public sealed record AuditVerification
{
    /// <summary>A file of seals that was kept elsewhere, one JSON object a line; null = none.</summary>
    public string? SealsFile { get; init; }

    /// <summary>Fingerprints of the signing keys whose seals from outside are trusted; none = no such seal vouches.</summary>
    public IReadOnlyCollection<string> TrustedFingerprints { get; init; } = [];
}
