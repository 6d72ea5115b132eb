namespace VaultPortal.Core.Tokens;

/// <summary>Where the keys of issuers come from that publish them at an address.</summary>
public interface IJwksSource
{
    /// <summary>Never throws for what lies with the other side: then there is a problem in place of the keys.</summary>
    internal Task<FetchedKeys> FetchAsync(
        string address,
        bool allowsPrivate,
        CancellationToken cancellation
    );
}

/// <summary>The keys, or in plain words why there are none.</summary>
internal sealed record FetchedKeys(JwkSet? Keys, string? Problem);
