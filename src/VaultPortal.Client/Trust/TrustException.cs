namespace VaultPortal.Client;

/// <summary>
/// Something that the server gave does not hold against the chain of trust. Nothing of it was used, and nothing was pinned.
/// </summary>
public sealed class TrustException(TrustFault fault, string message) : Exception(message)
{
    /// <summary>What is wrong.</summary>
    public TrustFault Fault { get; } = fault;
}
