namespace VaultPortal.Client;

/// <summary>A machine with grants of its own.</summary>
public sealed record Agent(string Id, string Name, string OwnerId);
