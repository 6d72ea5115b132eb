namespace VaultPortal.Client;

/// <summary>What a member may do; each includes the ones before.</summary>
public enum AccessLevel
{
    /// <summary>Reads.</summary>
    Read = 1,

    /// <summary>Changes items.</summary>
    Write = 2,

    /// <summary>Changes the vault, and who its members are.</summary>
    Admin = 3,
}
