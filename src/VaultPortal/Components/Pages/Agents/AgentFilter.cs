namespace VaultPortal.Components.Pages.Agents;

/// <summary>Which agents are listed, by their active API keys.</summary>
public enum AgentFilter
{
    Active = 1,
    Inactive,
}
