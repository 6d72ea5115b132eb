namespace VaultPortal.Core.Access;

/// <summary>What a grant allows, each level including the ones below it.</summary>
public enum AccessLevel
{
    Read = 1,
    Write = 2,
    Admin = 3,
}
