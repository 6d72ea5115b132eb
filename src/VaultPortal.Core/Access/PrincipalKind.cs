namespace VaultPortal.Core.Access;

/// <summary>Who can hold grants and registered keys.</summary>
public enum PrincipalKind
{
    User = 1,
    Agent = 2,
}

/// <summary>A user or an agent, by its row.</summary>
public readonly record struct PrincipalRef(PrincipalKind Kind, long Id);
