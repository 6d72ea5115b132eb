using System.Text.Json;
using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>The signing keys of whoever the API key acts for.</summary>
public sealed class KeyAccount
{
    private readonly VaultPortalClient client;

    internal KeyAccount(VaultPortalClient client) => this.client = client;

    /// <summary>
    /// Registers a user's key pair. Where the user has an active key already, it endorses the new one
    /// (<paramref name="endorser"/>); without that the new one is pending until it is approved in the portal.
    /// </summary>
    /// <param name="pair">The new keys.</param>
    /// <param name="endorser">The key before; null for a first one.</param>
    /// <param name="wrappedPrivateKey">What <see cref="KeyPair.Wrap"/> made, to be kept by the server; null to keep it elsewhere.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<RegisteredKeyPair> RegisterAsync(
        KeyPair pair,
        MemberKey? endorser = null,
        string? wrappedPrivateKey = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(pair);
        var owner = (await client.GetMeAsync(cancellation)).Owner.Id;
        var body = Describe(pair, owner);
        if (endorser is not null)
        {
            body["endorsement"] = Endorse(endorser, pair, owner);
        }

        if (wrappedPrivateKey is not null)
        {
            body["wrappedPrivateKey"] = wrappedPrivateKey;
        }

        return await client.Transport.PostAsync<RegisteredKeyPair>(
            "user-key-pair",
            body,
            cancellation
        );
    }

    /// <summary>The user's key pairs, retired ones included.</summary>
    public async Task<IReadOnlyList<RegisteredKeyPair>> ListAsync(
        CancellationToken cancellation = default
    ) => (await client.Transport.GetAsync<KeyPairList>("user-key-pair", cancellation)).UserKeyPairs;

    /// <summary>Retires a key pair: it signs nothing more, and what was wrapped to it is deleted.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="reason">"replaced", "lost" or "compromised".</param>
    /// <param name="cancellation">Cancels.</param>
    public Task RetireAsync(string id, string reason, CancellationToken cancellation = default) =>
        client.Transport.SendAsync(
            HttpMethod.Post,
            $"user-key-pair/{id}/retire",
            new JsonObject { ["reason"] = reason },
            cancellation
        );

    /// <summary>Registers the first key of an agent, within 24 hours after its API key was made.</summary>
    public Task<MemberKey> RegisterAgentAsync(
        KeyPair pair,
        CancellationToken cancellation = default
    ) => RegisterAgentAsync(pair, null, [], cancellation);

    /// <summary>
    /// Replaces the agent's key, the client's own: the old one endorses the new one, and every data key that was wrapped to the
    /// old one is wrapped to the new one, all in one step.
    /// </summary>
    public async Task<MemberKey> RotateAgentAsync(
        KeyPair pair,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(pair);
        var fresh = new MemberKey(PublicId.New(), pair, IsAgent: true);
        var wraps = new List<WrappedDek>();
        await foreach (var listed in client.ListVaultsAsync(cancellation: cancellation))
        {
            using var vault = await client.OpenVaultAsync(listed.Id, cancellation: cancellation);
            wraps.AddRange(Rewrap(vault.Context, fresh));
        }

        return await RegisterAgentAsync(pair, fresh.Id, wraps, cancellation);
    }

    private IEnumerable<WrappedDek> Rewrap(VaultContext vault, MemberKey fresh)
    {
        var recipient = RecipientOf(fresh);
        return vault.Deks.Versions.Select(version =>
            DekWrapping.Wrap(
                client.RequireKey(),
                vault.Id,
                version,
                vault.DekToWrap(version),
                recipient
            )
        );
    }

    private async Task<MemberKey> RegisterAgentAsync(
        KeyPair pair,
        string? keyId,
        List<WrappedDek> wraps,
        CancellationToken cancellation
    )
    {
        var owner = (await client.GetMeAsync(cancellation)).Principal.Id;
        var body = Describe(pair, owner);
        if (keyId is not null)
        {
            var old = client.RequireKey();
            body["encryptionKeyId"] = keyId;
            body["previousEncryptionKeyId"] = old.Id;
            body["rotationSignature"] = Endorse(old, pair, owner);
            body["rewrappedVaultKeys"] = WireJson.Node(
                wraps.Select(wrap => new
                {
                    wrap.VaultId,
                    encryptionKeyId = wrap.RecipientKeyId,
                    signerEncryptionKeyId = wrap.SignerId,
                    signerType = "AGENT_ENCRYPTION_KEY",
                    wrap.DekVersion,
                    wrappedDek = wrap.Wrapped,
                    wrappedDekSignature = wrap.Signature,
                })
            );
        }

        var answer = await client.Transport.PostAsync<AgentKeyAnswer>(
            "vault/public-key",
            body,
            cancellation
        );
        return new MemberKey(answer.EncryptionKeyId, pair, IsAgent: true);
    }

    internal static WrapRecipient RecipientOf(MemberKey key) =>
        key.Pair.EncryptionPublicKeyPem is { } pem
            ? new(key.Id, key.Pair.EncryptionFingerprint!, SpkiOf(pem), Rsa: false)
            : new(key.Id, key.Pair.Fingerprint, key.Pair.PublicKey.Spki.ToArray(), Rsa: true);

    private static byte[] SpkiOf(string pem) =>
        Cryptography.X25519PublicKey.TryFromPem(pem, out var spki, out _, out _)
            ? spki
            : throw new InvalidOperationException("An own key was not read.");

    /// <summary>The public keys, a proof that their holder registers them, and that they belong together.</summary>
    private static JsonObject Describe(KeyPair pair, string owner)
    {
        var body = new JsonObject
        {
            ["publicKey"] = pair.PublicKeyPem,
            ["proof"] = pair.SignStatement(
                "key-proof",
                new { owner, fingerprint = pair.Fingerprint }
            ),
        };
        if (pair.EncryptionPublicKeyPem is { } encryption)
        {
            body["encryptionPublicKey"] = encryption;
            body["encryptionKeySignature"] = Convert.ToBase64String(
                pair.Sign(Statement.UserKey(owner, pair.Fingerprint, pair.EncryptionFingerprint!))
            );
        }

        return body;
    }

    private static string Endorse(MemberKey endorser, KeyPair fresh, string owner) =>
        Convert.ToBase64String(
            endorser.Pair.Sign(
                Statement.KeyRotation(owner, endorser.Pair.Fingerprint, fresh.Fingerprint)
            )
        );

    private sealed record KeyPairList(IReadOnlyList<RegisteredKeyPair> UserKeyPairs);

    private sealed record AgentKeyAnswer(string EncryptionKeyId);
}
