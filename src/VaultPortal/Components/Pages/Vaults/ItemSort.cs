namespace VaultPortal.Components.Pages.Vaults;

/// <summary>In which order the items of a group stand.</summary>
public enum ItemSort
{
    /// <summary>Each reader's own.</summary>
    Own,
    Name,
    Type,
    UpdatedAt,
    Expiry,
}
