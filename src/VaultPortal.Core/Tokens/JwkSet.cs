using System.Text.Json;

namespace VaultPortal.Core.Tokens;

/// <summary>A foreign JSON Web Key Set (RFC 7517, section 5): those of its keys that tokens are checked with here. Keys of other kinds are passed over, as the RFC asks.</summary>
internal sealed class JwkSet
{
    /// <summary>The largest document, in bytes.</summary>
    public const int MaxLength = 256 << 10;

    private const int MostKeys = 100;

    private JwkSet(IReadOnlyList<TokenKey> keys, bool holdsPrivateKeys)
    {
        Keys = keys;
        HoldsPrivateKeys = holdsPrivateKeys;
    }

    public IReadOnlyList<TokenKey> Keys { get; }

    /// <summary>Whether there is a private or symmetric key in it; that one is in no case among <see cref="Keys"/>.</summary>
    public bool HoldsPrivateKeys { get; }

    /// <summary>Null when it is no key set: not JSON, a member twice, no array <c>keys</c>, too large, or more than 100 keys.</summary>
    public static JwkSet? Parse(ReadOnlyMemory<byte> utf8)
    {
        if (
            utf8.Length > MaxLength
            || StrictJson.Object(utf8) is not { } document
            || !document.TryGetProperty("keys", out var keys)
            || keys.ValueKind != JsonValueKind.Array
            || keys.GetArrayLength() > MostKeys
        )
        {
            return null;
        }

        return new JwkSet(
            [.. keys.EnumerateArray().Select(Jwk.Read).OfType<TokenKey>()],
            keys.EnumerateArray().Any(Jwk.IsPrivate)
        );
    }

    /// <summary>
    /// The key that a token names, by <c>kid</c> and algorithm; for a token without <c>kid</c>, the only key of its algorithm. Null when
    /// there is none, or more than one.
    /// </summary>
    public TokenKey? Find(Jws token)
    {
        TokenKey? found = null;
        foreach (var key in Keys)
        {
            if (!key.Fits(token) || (token.KeyId is not null && token.KeyId != key.KeyId))
            {
                continue;
            }

            if (found is not null)
            {
                return null;
            }

            found = key;
        }

        return found;
    }
}
