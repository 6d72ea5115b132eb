using System.Security.Cryptography;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Tokens;

/// <summary>A public key that tokens are checked with: of one algorithm, which no header can change. Safe for concurrent use.</summary>
internal sealed class TokenKey
{
    private readonly VerificationKey _key;
    private readonly Pool<RSA>? _pkcs1;

    public TokenKey(string? keyId, JwsAlgorithm algorithm, VerificationKey key)
    {
        KeyId = keyId;
        Algorithm = algorithm;
        _key = key;
        _pkcs1 = algorithm == JwsAlgorithm.RS256 ? new(() => Import(key.Spki.Span)) : null;
    }

    public string? KeyId { get; }

    public JwsAlgorithm Algorithm { get; }

    /// <summary>Whether this key may have signed the token, going by its header.</summary>
    public bool Fits(Jws token) => token.Algorithm == Algorithm.ToString();

    /// <summary>Whether this key did sign it.</summary>
    public bool Verifies(Jws token) =>
        Fits(token)
        && (
            _pkcs1 is null
                ? _key.Verify(token.SignedBytes.Span, token.Signature.Span)
                : VerifiesPkcs1(_pkcs1, token)
        );

    private static bool VerifiesPkcs1(Pool<RSA> keys, Jws token)
    {
        var key = keys.Rent();
        try
        {
            return token.Signature.Length == (key.KeySize + 7) / 8
                && key.VerifyData(
                    token.SignedBytes.Span,
                    token.Signature.Span,
                    HashAlgorithmName.SHA256,
                    RSASignaturePadding.Pkcs1
                );
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            keys.Return(key);
        }
    }

    private static RSA Import(ReadOnlySpan<byte> spki)
    {
        var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key;
    }
}
