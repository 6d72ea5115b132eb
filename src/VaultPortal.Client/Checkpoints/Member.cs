namespace VaultPortal.Client;

/// <summary>A member of a vault.</summary>
/// <param name="PrincipalType">A person or an agent.</param>
/// <param name="PrincipalId">His id.</param>
/// <param name="AccessLevel">What he may do.</param>
/// <param name="KeyFingerprints">Of his signing keys that were active when it was signed, 64 hexadecimal digits each.</param>
public sealed record Member(
    PrincipalType PrincipalType,
    string PrincipalId,
    AccessLevel AccessLevel,
    IReadOnlyList<string> KeyFingerprints
)
{
    internal (PrincipalType, string) Principal => (PrincipalType, PrincipalId);
}
