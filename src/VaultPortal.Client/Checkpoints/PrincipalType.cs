namespace VaultPortal.Client;

/// <summary>Who a grant is for.</summary>
public enum PrincipalType
{
    /// <summary>A person.</summary>
    User,

    /// <summary>A machine with grants of its own.</summary>
    Agent,
}
