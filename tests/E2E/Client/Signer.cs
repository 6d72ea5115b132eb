using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VaultPortal.Cryptography;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>A machine's signing key: what it signs are checkpoints and statements in their canonical form.</summary>
public abstract class Signer
{
    /// <summary>The id that the server gave the key; empty before it is registered.</summary>
    public string Id { get; set; } = "";

    /// <summary>Whether the key is an agent's: then wrappers name <c>signerEncryptionKeyId</c>.</summary>
    public bool IsAgent { get; init; }

    public abstract byte[] PublicKey { get; }

    public string PublicKeyPem => new(PemEncoding.Write("PUBLIC KEY", PublicKey));

    /// <summary>SHA-256 over the SPKI DER, 64 hexadecimal characters.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(PublicKey));

    public static Signer Ed25519(bool agent = false) => new Ed25519Signer { IsAgent = agent };

    public static Signer RsaPss(int bits = 2048) => new RsaSigner(bits);

    public static Signer P256() => new EcdsaSigner();

    public abstract byte[] Sign(ReadOnlySpan<byte> message);

    public byte[] Sign(JsonObject checkpoint) => Sign(Canonical(checkpoint));

    /// <summary>A signature over anything that is not a checkpoint, base64: <c>vaultportal:purpose\n</c> and the canonical form.</summary>
    public string SignStatement(string purpose, JsonObject statement) =>
        Convert.ToBase64String(
            Sign([.. Encoding.UTF8.GetBytes($"vaultportal:{purpose}\n"), .. Canonical(statement)])
        );

    /// <summary>The wrapper of machine.md section 4.</summary>
    public JsonObject Wrap(JsonObject checkpoint) =>
        new()
        {
            ["checkpoint"] = checkpoint,
            [IsAgent ? "signerEncryptionKeyId" : "signerUserKeyPairId"] = Id,
            ["signature"] = Convert.ToBase64String(Sign(checkpoint)),
        };

    /// <summary>Signs a wrapper's checkpoint again, after a test altered it.</summary>
    public void SignAgain(JsonNode wrapper) =>
        wrapper["signature"] = Convert.ToBase64String(Sign(wrapper["checkpoint"]!.AsObject()));

    public static byte[] Canonical(JsonNode node) =>
        CanonicalJson.Canonicalize(JsonSerializer.SerializeToElement(node));

    private sealed class Ed25519Signer : Signer
    {
        private readonly SigningKey _key = SigningKey.Generate();

        public override byte[] PublicKey => _key.PublicKey.Spki.ToArray();

        public override byte[] Sign(ReadOnlySpan<byte> message) => _key.Sign(message);
    }

    private sealed class RsaSigner(int bits) : Signer
    {
        private readonly RSA _key = RSA.Create(bits);

        public override byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

        public override byte[] Sign(ReadOnlySpan<byte> message) =>
            _key.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
    }

    private sealed class EcdsaSigner : Signer
    {
        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public override byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

        public override byte[] Sign(ReadOnlySpan<byte> message) =>
            _key.SignData(message, HashAlgorithmName.SHA256);
    }
}
