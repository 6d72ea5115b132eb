using System.Collections.Immutable;

namespace VaultPortal.Client;

/// <summary>What a client remembers of a vault between two looks at it.</summary>
/// <param name="Creator">The fingerprint of the key that signed the first permission checkpoint.</param>
/// <param name="Anchor">The version of the permission checkpoint that the chain begins at: 1, unless a broken chain was pinned anew.</param>
/// <param name="Seen">By kind: "directory", "summary", "permission", "detail:item" and "permission:item".</param>
public sealed record VaultPins(
    string Creator,
    long Anchor,
    ImmutableDictionary<string, SeenVersion> Seen
)
{
    internal static string NameOf(string kind, string? itemId) =>
        itemId is null ? kind : $"{kind}:{itemId}";

    /// <summary>
    /// Two clients of one store may save at once: of each kind the higher version stays. Where the chain begins is changed by
    /// <see cref="IPinStore.ReplaceAsync"/> alone.
    /// </summary>
    /// <exception cref="TrustException">What is stored begins with another key, or at another place.</exception>
    public VaultPins MergeInto(VaultPins? stored) =>
        stored is null ? this
        : stored.Creator != Creator || stored.Anchor != Anchor
            ? throw new TrustException(
                TrustFault.PinChanged,
                "The vault was pinned with another beginning meanwhile. Open it again."
            )
        : Seen.Any(pin =>
            stored.Seen.TryGetValue(pin.Key, out var old)
            && old.Version == pin.Value.Version
            && old.Hash != pin.Value.Hash
        )
            ? throw new TrustException(
                TrustFault.PinChanged,
                "Another content of the same version was seen meanwhile."
            )
        : this with
        {
            Seen = stored.Seen.SetItems(
                Seen.Where(pin =>
                    !stored.Seen.TryGetValue(pin.Key, out var old)
                    || old.Version < pin.Value.Version
                )
            ),
        };

    /// <summary>Whether this very version was seen before.</summary>
    /// <exception cref="TrustException">A lower version, or another one of the same number.</exception>
    internal bool Compare(string name, long version, string hash)
    {
        if (!Seen.TryGetValue(name, out var seen))
        {
            return false;
        }

        if (version < seen.Version)
        {
            throw new TrustException(
                TrustFault.VersionRolledBack,
                $"The server gave version {version} of {name}, and version {seen.Version} was seen before."
            );
        }

        return CompareSame(name, version, hash);
    }

    /// <exception cref="TrustException">There was a version of this kind, and now the server gives none.</exception>
    internal void RequireUnseen(string name)
    {
        if (Seen.ContainsKey(name))
        {
            throw new TrustException(
                TrustFault.VersionRolledBack,
                $"The server gave no {name} checkpoint, and one was seen before."
            );
        }
    }

    /// <summary>As <see cref="Compare"/> for a version in a chain, where earlier ones are no step back.</summary>
    internal bool CompareSame(string name, long version, string hash)
    {
        if (!Seen.TryGetValue(name, out var seen) || seen.Version != version)
        {
            return false;
        }

        return seen.Hash == hash
            ? true
            : throw new TrustException(
                TrustFault.PinChanged,
                $"Version {version} of {name} is not the one that was seen before."
            );
    }
}
