using System.Data.Common;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Vaults;

/// <summary>The rules for wrapped data keys (machine.md section 5): whom one may be wrapped to, and by whose signature.</summary>
internal static class WrappedDeks
{
    /// <summary>Encapsulated key, data key and tag (RFC 9180 sections 4.1 and 5.2): 32 + 32 + 16 bytes.</summary>
    private const int HpkeLength = 80;

    /// <summary>Whether the signer named in it signed exactly this wrapping for the recipient's key as it is registered.</summary>
    public static bool SignatureHolds(ReadScope scope, WrappedDekInput wrap)
    {
        var access = scope.Commands<AccessCommands>();
        var commands = scope.Commands<WrappedDekCommands>();
        if (
            wrap.Signature is null
            || access.FindKey(wrap.SignerId) is not { } signer
            || commands.FindRecipient(wrap.RecipientKeyId) is not { } recipient
        )
        {
            return false;
        }

        var statement =
            $$"""{"algorithm":"{{NameOf(wrap.Algorithm)}}","dekVersion":{{wrap.DekVersion}},"recipientFingerprint":"{{Convert.ToHexStringLower(recipient.Fingerprint)}}","recipientKeyId":"{{wrap.RecipientKeyId}}","signerKeyId":"{{wrap.SignerId}}","vaultId":"{{wrap.VaultId}}","wrappedDek":"{{Convert.ToBase64String(wrap.Wrapped)}}"}""";
        return VerificationKey
            .FromSpki(signer.Spki, signer.Algorithm)
            .Verify(
                Encoding.UTF8.GetBytes($"vaultportal:wrapped-dek\n{statement}"),
                wrap.Signature
            );
    }

    /// <summary>Decides about the wrappings of a vault that is being made by one of <paramref name="admins"/>.</summary>
    public static Result<List<(WrappedDekInput Wrap, long Recipient, long Signer)>> Decide(
        WriteScope scope,
        Vault vault,
        PrincipalRef[] admins,
        IReadOnlyList<WrappedDekInput> wraps
    )
    {
        var access = scope.Commands<AccessCommands>();
        var commands = scope.Commands<WrappedDekCommands>();
        var decided = new List<(WrappedDekInput, long, long)>(wraps.Count);
        var recipients = new HashSet<PublicId>();
        foreach (var wrap in wraps)
        {
            if (
                access.FindKey(wrap.SignerId) is not { State: RegisteredKeyState.Active } signer
                || signer.Owner != admins[0]
                || signer.Owner.Kind != wrap.SignerKind
            )
            {
                return AccessErrors.SignerRequired;
            }

            if (
                access.FindKey(wrap.RecipientKeyId)
                    is not { State: RegisteredKeyState.Active } recipient
                || !admins.Contains(recipient.Owner)
            )
            {
                return VaultError.Invalid(
                    wrap.At.Member("recipientKeyId").ToString(),
                    "A data key is wrapped to an active key of someone with a grant on the vault."
                );
            }

            if (!wrap.SignatureHolds)
            {
                return CheckpointErrors.InvalidSignature(wrap.At);
            }

            if (wrap.VaultId != vault.PublicId || wrap.DekVersion != vault.CurrentDekVersion)
            {
                return VaultErrors.DekVersionConflict(wrap.At, vault.CurrentDekVersion);
            }

            if (commands.FindRecipient(wrap.RecipientKeyId) is not { } key || !Fits(wrap, key))
            {
                return VaultError.Invalid(
                    wrap.At.Member("algorithm").ToString(),
                    "The algorithm or the length of the wrapped key does not fit the recipient's key."
                );
            }

            if (!recipients.Add(wrap.RecipientKeyId))
            {
                return new VaultError(
                    ErrorKind.Conflict,
                    "wrapped_key_exists",
                    "There is one wrapped key for each recipient and version."
                )
                {
                    Path = wrap.At.ToString(),
                };
            }

            decided.Add((wrap, recipient.Id, signer.Id));
        }

        return decided;
    }

    public static void Write(
        WriteScope scope,
        Vault vault,
        List<(WrappedDekInput Wrap, long Recipient, long Signer)> decided
    )
    {
        var commands = scope.Commands<WrappedDekCommands>();
        foreach (var (wrap, recipient, signer) in decided)
        {
            commands.Insert.ExecuteOne(
                vault.Id,
                recipient,
                (long)wrap.DekVersion,
                wrap.Algorithm,
                wrap.Wrapped,
                signer,
                wrap.Signature,
                scope.Now
            );
        }
    }

    public static string NameOf(WrapAlgorithm algorithm) =>
        algorithm == WrapAlgorithm.HpkeX25519
            ? "HPKE-X25519-HKDF-SHA256-AES256GCM"
            : "RSA-OAEP-SHA256";

    private static bool Fits(WrappedDekInput wrap, RecipientKey key) =>
        wrap.Algorithm == WrapAlgorithm.HpkeX25519
            ? key.HasEncryptionKey && wrap.Wrapped.Length == HpkeLength
            : !key.HasEncryptionKey
                && key.Algorithm == SignatureAlgorithm.RsaPssSha256
                && wrap.Wrapped.Length is >= 256 and <= 512;
}

/// <summary>The key that a data key is wrapped to.</summary>
/// <param name="Fingerprint">Of the encryption key, or of an RSA signing key that has none.</param>
internal sealed record RecipientKey(
    SignatureAlgorithm Algorithm,
    bool HasEncryptionKey,
    byte[] Fingerprint
);

internal sealed class WrappedDekCommands : ICommandSet<WrappedDekCommands>
{
    public readonly PreparedCommand Insert;
    private readonly PreparedCommand _recipient;

    private WrappedDekCommands(DbConnection connection)
    {
        Insert = new(
            connection,
            """
            INSERT INTO wrapped_dek (vault_id, recipient_key_id, dek_version, algorithm, wrapped, signer_key_id, signature, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """
        );
        _recipient = new(
            connection,
            "SELECT algorithm, encryption_fingerprint, fingerprint FROM registered_key WHERE public_id = $1"
        );
    }

    public static WrappedDekCommands Create(DbConnection connection) => new(connection);

    public RecipientKey? FindRecipient(PublicId id)
    {
        using var row = _recipient.Query(id);
        return row.Read()
            ? new RecipientKey(
                (SignatureAlgorithm)row.GetInt32(0),
                !row.IsDBNull(1),
                row.OptionalBytes(1) ?? row.Bytes(2)
            )
            : null;
    }
}
