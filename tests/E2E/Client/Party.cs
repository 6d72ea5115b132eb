using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>A user or an agent with a signing key and the encryption key that data keys are wrapped to.</summary>
public sealed class Party(MachineClient client, string id, bool isAgent = false) : IDisposable
{
    // id-X25519 (RFC 8410); nobody ever opens what is wrapped to it, so any bytes that are no low-order point will do.
    private static readonly byte[] X25519 = Convert.FromHexString("302A300506032B656E032100");

    public MachineClient Client { get; } = client;

    public string Id { get; } = id;

    public bool IsAgent { get; } = isAgent;

    public string Kind => IsAgent ? "AGENT" : "USER";

    public Signer Signer => Client.Signer;

    /// <summary>SPKI of the X25519 key that goes with <see cref="Signer"/>.</summary>
    public byte[] EncryptionKey { get; set; } = NewEncryptionKey();

    public static byte[] NewEncryptionKey() =>
        [.. X25519, .. RandomNumberGenerator.GetBytes(31), 0x11];

    public static string Pem(byte[] spki) => new(PemEncoding.Write("PUBLIC KEY", spki));

    public static string FingerprintOf(byte[] spki) =>
        Convert.ToHexStringLower(SHA256.HashData(spki));

    /// <summary>An entry of <c>permissions</c> in a request.</summary>
    public JsonObject Granted(string level) =>
        new()
        {
            ["principalType"] = Kind,
            ["principalId"] = Id,
            ["accessLevel"] = level,
        };

    /// <summary>An entry of a permission checkpoint, with the key that is active now.</summary>
    public JsonObject Signed(string level)
    {
        var entry = Granted(level);
        entry["keyFingerprints"] = Json.Strings(
            Client.Signer is null ? [] : Client.ActiveFingerprints
        );
        return entry;
    }

    /// <summary>Registers a key pair for signing and encryption, and uses it from now on.</summary>
    public async Task<Party> Register(Signer? fresh = null, Signer? endorser = null)
    {
        fresh ??= Signer.Ed25519(IsAgent);
        var encryption = NewEncryptionKey();
        var answer = MachineClient.Expect(
            await Client.Post(
                IsAgent ? "vault/public-key" : "user-key-pair",
                RegisterBody(fresh, encryption, endorser)
            ),
            201
        );
        fresh.Id = (string)answer.Json[IsAgent ? "encryptionKeyId" : "id"]!;
        (Client.Signer, EncryptionKey) = (fresh, encryption);
        return this;
    }

    /// <summary>The body of POST /user-key-pair, or of POST /vault/public-key without what a rotation adds.</summary>
    public JsonObject RegisterBody(Signer fresh, byte[] encryption, Signer? endorser = null)
    {
        var body = new JsonObject
        {
            ["publicKey"] = fresh.PublicKeyPem,
            ["proof"] = fresh.SignStatement(
                "key-proof",
                new JsonObject { ["owner"] = Id, ["fingerprint"] = fresh.Fingerprint }
            ),
            ["encryptionPublicKey"] = Pem(encryption),
            ["encryptionKeySignature"] = fresh.SignStatement(
                "user-key",
                new JsonObject
                {
                    ["owner"] = Id,
                    ["signingFingerprint"] = fresh.Fingerprint,
                    ["encryptionFingerprint"] = FingerprintOf(encryption),
                }
            ),
        };
        if (endorser is not null)
        {
            body["endorsement"] = Rotation(endorser, fresh);
        }

        return body;
    }

    public string Rotation(Signer previous, Signer next) =>
        previous.SignStatement(
            "key-rotation",
            new JsonObject
            {
                ["owner"] = Id,
                ["previousFingerprint"] = previous.Fingerprint,
                ["newFingerprint"] = next.Fingerprint,
            }
        );

    /// <summary>The body of set-permissions that leaves exactly these grants, signed by this one.</summary>
    public JsonObject SetBody(
        string assetType,
        string assetId,
        long version,
        params (Party Party, string Level)[] grants
    ) =>
        new()
        {
            ["permissions"] = new JsonArray([.. grants.Select(g => g.Party.Granted(g.Level))]),
            ["permissionCheckpoint"] = Signer.Wrap(Permission(assetType, assetId, version, grants)),
        };

    public static JsonObject Permission(
        string assetType,
        string assetId,
        long version,
        params (Party Party, string Level)[] grants
    ) =>
        new()
        {
            ["assetType"] = assetType,
            ["assetId"] = assetId,
            ["version"] = version,
            ["permissions"] = new JsonArray([.. grants.Select(g => g.Party.Signed(g.Level))]),
        };

    /// <summary>Shares a vault or an item; fails when it is refused.</summary>
    public async Task Share(
        string assetType,
        string assetId,
        long version,
        params (Party Party, string Level)[] grants
    ) =>
        MachineClient.Expect(
            await Client.Post(
                $"permissions/{assetType}/{assetId}/set-permissions",
                SetBody(assetType, assetId, version, grants)
            ),
            200
        );

    /// <summary>A wrapped data key (machine.md section 5): random bytes of the right length, signed by this one for the recipient.</summary>
    public JsonObject Wrap(string vaultId, Party recipient, int dekVersion = 1) =>
        Wrap(vaultId, recipient.Signer.Id, FingerprintOf(recipient.EncryptionKey), dekVersion);

    public JsonObject Wrap(
        string vaultId,
        string recipientKeyId,
        string recipientFingerprint,
        int dekVersion = 1
    )
    {
        var wrap = new JsonObject
        {
            ["vaultId"] = vaultId,
            ["recipientKeyId"] = recipientKeyId,
            ["dekVersion"] = dekVersion,
            ["algorithm"] = "HPKE-X25519-HKDF-SHA256-AES256GCM",
            ["wrappedDek"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(80)),
        };
        wrap["signature"] = SignWrap(wrap, recipientFingerprint);
        wrap[IsAgent ? "signerEncryptionKeyId" : "signerUserKeyPairId"] = Signer.Id;
        return wrap;
    }

    public string SignWrap(JsonObject wrap, string recipientFingerprint, Signer? signer = null)
    {
        signer ??= Signer;
        return signer.SignStatement(
            "wrapped-dek",
            new JsonObject
            {
                ["vaultId"] = (string)wrap["vaultId"]!,
                ["dekVersion"] = (int)wrap["dekVersion"]!,
                ["recipientKeyId"] = (string)wrap["recipientKeyId"]!,
                ["recipientFingerprint"] = recipientFingerprint,
                ["algorithm"] = (string)wrap["algorithm"]!,
                ["wrappedDek"] = (string)wrap["wrappedDek"]!,
                ["signerKeyId"] = signer.Id,
            }
        );
    }

    public void Dispose() => Client.Dispose();
}
