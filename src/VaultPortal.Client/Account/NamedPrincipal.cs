namespace VaultPortal.Client;

/// <summary>A person or an agent.</summary>
public sealed record NamedPrincipal(string Id, string Name);
