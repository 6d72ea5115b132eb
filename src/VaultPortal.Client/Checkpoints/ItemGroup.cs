namespace VaultPortal.Client;

/// <summary>A group of items in a vault.</summary>
public sealed record ItemGroup(string Id, string Name);
