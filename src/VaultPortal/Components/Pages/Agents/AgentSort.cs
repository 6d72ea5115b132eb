namespace VaultPortal.Components.Pages.Agents;

public enum AgentSort
{
    Newest,
    Name,
    LastUsed,
    Created,
}
