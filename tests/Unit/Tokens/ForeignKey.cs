using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Core.Tokens;
using VaultPortal.Cryptography;

namespace VaultPortal.Tests.Unit.Tokens;

/// <summary>A key of somebody else who signs tokens, in one of the four algorithms.</summary>
internal sealed class ForeignKey : IDisposable
{
    private readonly SigningKey? _ed25519;
    private readonly ECDsa? _ecdsa;
    private readonly RSA? _rsa;

    public ForeignKey(string algorithm = "EdDSA", string keyId = "k1", int rsaBits = 2048)
    {
        (Algorithm, KeyId) = (algorithm, keyId);
        _ed25519 = algorithm == "EdDSA" ? SigningKey.Generate() : null;
        _ecdsa = algorithm == "ES256" ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        _rsa = algorithm is "RS256" or "PS256" ? RSA.Create(rsaBits) : null;
    }

    public string Algorithm { get; }

    public string KeyId { get; }

    /// <summary>A header as this key's tokens have.</summary>
    public JsonObject Header() =>
        new()
        {
            ["alg"] = Algorithm,
            ["typ"] = "JWT",
            ["kid"] = KeyId,
        };

    public JsonObject Jwk()
    {
        var jwk = new JsonObject
        {
            ["kid"] = KeyId,
            ["use"] = "sig",
            ["alg"] = Algorithm,
        };
        if (_ed25519 is not null)
        {
            jwk["kty"] = "OKP";
            jwk["crv"] = "Ed25519";
            jwk["x"] = StrictBase64Url.Encode(_ed25519.PublicKey.Spki.Span[^32..]);
        }
        else if (_ecdsa is not null)
        {
            var point = _ecdsa.ExportParameters(false).Q;
            jwk["kty"] = "EC";
            jwk["crv"] = "P-256";
            jwk["x"] = StrictBase64Url.Encode(point.X);
            jwk["y"] = StrictBase64Url.Encode(point.Y);
        }
        else
        {
            var numbers = _rsa!.ExportParameters(false);
            jwk["kty"] = "RSA";
            jwk["n"] = StrictBase64Url.Encode(numbers.Modulus);
            jwk["e"] = StrictBase64Url.Encode(numbers.Exponent);
        }

        return jwk;
    }

    public string Sign(JsonObject header, JsonObject claims) =>
        Sign(header.ToJsonString(), claims.ToJsonString());

    public string Sign(string header, string payload) =>
        SignParts(
            StrictBase64Url.Encode(Encoding.UTF8.GetBytes(header)),
            StrictBase64Url.Encode(Encoding.UTF8.GetBytes(payload))
        );

    public string SignParts(string header, string payload)
    {
        var text = $"{header}.{payload}";
        return $"{text}.{StrictBase64Url.Encode(Signature(Encoding.UTF8.GetBytes(text)))}";
    }

    public static string Set(params JsonObject[] keys) =>
        new JsonObject
        {
            ["keys"] = new JsonArray([.. keys.Select(k => k.DeepClone())]),
        }.ToJsonString();

    public void Dispose()
    {
        _ed25519?.Dispose();
        _ecdsa?.Dispose();
        _rsa?.Dispose();
    }

    private byte[] Signature(byte[] text) =>
        _ed25519?.Sign(text)
        ?? _ecdsa?.SignData(text, HashAlgorithmName.SHA256)
        ?? _rsa!.SignData(
            text,
            HashAlgorithmName.SHA256,
            Algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1
        );
}
