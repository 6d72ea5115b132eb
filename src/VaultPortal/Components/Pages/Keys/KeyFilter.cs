namespace VaultPortal.Components.Pages.Keys;

/// <summary>Which API keys are listed.</summary>
public enum KeyFilter
{
    Active = 1,

    /// <summary>Revoked.</summary>
    Inactive,

    /// <summary>Expires within 30 days.</summary>
    DueSoon,
    Expired,
}
