namespace VaultPortal.Client;

/// <summary>Who did something. Not signed: the server's word.</summary>
/// <param name="Type">A person or an agent.</param>
/// <param name="Id">The id.</param>
public sealed record Author(PrincipalType Type, string Id);
