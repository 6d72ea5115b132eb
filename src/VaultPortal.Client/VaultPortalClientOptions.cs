namespace VaultPortal.Client;

/// <summary>What a client is made with besides its address and API key.</summary>
public sealed class VaultPortalClientOptions
{
    /// <summary>The registered key that signs and opens; without one a client reads metadata, and registers one.</summary>
    public MemberKey? Key { get; init; }

    /// <summary>
    /// For making vaults: the fingerprints of the user's other active signing keys; for an agent, of all those of its owner, who
    /// becomes second ADMIN. They go into the vault's first permission checkpoint, so the server is not asked for them.
    /// </summary>
    public IReadOnlyList<string> OwnerFingerprints { get; init; } = [];

    /// <summary>Where it is remembered what was seen before; for anything that lasts, a <see cref="TrustFile"/>.</summary>
    public IPinStore Pins { get; init; } = new MemoryPins();

    /// <summary>
    /// Whether states that a former member signed last are taken. They are refused by default, because nothing but the server's
    /// word tells them from what he signed after he left.
    /// </summary>
    public bool AcceptFormerMembers { get; init; }

    /// <summary>Sends the requests; owned by the caller. The default follows no redirects.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>How long one try may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How often a request is sent at most.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>The longest wait that the client takes upon itself; a longer Retry-After is thrown at once.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock that retries wait on.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
