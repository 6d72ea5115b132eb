namespace VaultPortal.Components.Pages.Keys;

/// <summary>Which API keys are listed.</summary>
public enum KeyFilter
{
    Active = 1,

    /// <summary>Revoked.</summary>
    Inactive,

    /// <summary>Due, as the policy of API keys has it.</summary>
    DueSoon,
    Expired,
}
