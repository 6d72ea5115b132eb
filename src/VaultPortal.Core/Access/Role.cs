namespace VaultPortal.Core.Access;

/// <summary>What an account may do in the installation. No role opens a vault: grants alone do.</summary>
public enum Role
{
    Owner = 1,
    Administrator = 2,

    /// <summary>Reads metadata and audit of everything, and never a value.</summary>
    Auditor = 3,
}
