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

    /// <summary>
    /// Checks on the caller's thread whether the signer named in each signed exactly this wrapping for the recipient's key as it is
    /// registered.
    /// </summary>
    public static void Verify(ReadConnections reads, IReadOnlyList<WrappedDekInput> wraps)
    {
        if (wraps.Count == 0)
        {
            return;
        }

        using var scope = reads.Open();
        var access = scope.Commands<AccessCommands>();
        var commands = scope.Commands<WrappedDekCommands>();
        foreach (var wrap in wraps)
        {
            wrap.SignatureHolds =
                access.FindKey(wrap.SignerId) is { } signer
                && commands.FindRecipient(wrap.RecipientKeyId) is { } recipient
                && SignatureHolds(
                    wrap,
                    VerificationKey.FromSpki(signer.Spki, signer.Algorithm),
                    recipient.Fingerprint
                );
        }
    }

    /// <summary>Whether this key signed exactly this wrapping for the key with this fingerprint.</summary>
    public static bool SignatureHolds(
        WrappedDekInput wrap,
        VerificationKey signer,
        byte[] recipientFingerprint
    )
    {
        return wrap.Signature is { } signature
            && signer.Verify(Statement(wrap, recipientFingerprint), signature);
    }

    /// <summary>What is signed by whoever wraps: canonical JSON, with the recipient's key as it is registered.</summary>
    public static byte[] Statement(WrappedDekInput wrap, byte[] recipientFingerprint)
    {
        var statement =
            $$"""{"algorithm":"{{NameOf(wrap.Algorithm)}}","dekVersion":{{wrap.DekVersion}},"recipientFingerprint":"{{Convert.ToHexStringLower(recipientFingerprint)}}","recipientKeyId":"{{wrap.RecipientKeyId}}","signerKeyId":"{{wrap.SignerId}}","vaultId":"{{wrap.VaultId}}","wrappedDek":"{{Convert.ToBase64String(wrap.Wrapped)}}"}""";
        return Encoding.UTF8.GetBytes($"vaultportal:wrapped-dek\n{statement}");
    }

    /// <summary>Decides about the wrappings of a vault that is being made by the first of <paramref name="admins"/>.</summary>
    public static Result<List<DecidedWrap>> Decide(
        WriteScope scope,
        Vault vault,
        PrincipalRef[] admins,
        IReadOnlyList<WrappedDekInput> wraps
    )
    {
        var signers = Signers(scope, admins[0], wraps);
        return signers.Error is { } refused ? refused
            : Signatures(wraps) is { } forged ? forged
            : Content(
                scope,
                vault,
                wraps,
                signers.Value,
                admins.Contains,
                vault.CurrentDekVersion,
                vault.CurrentDekVersion
            );
    }

    /// <summary>The row of each wrapping's signer, if every one is a key of this principal that may sign.</summary>
    public static Result<long[]> Signers(
        WriteScope scope,
        PrincipalRef principal,
        IReadOnlyList<WrappedDekInput> wraps
    )
    {
        var access = scope.Commands<AccessCommands>();
        var rows = new long[wraps.Count];
        for (var i = 0; i < wraps.Count; i++)
        {
            if (
                access.FindSigner(wraps[i].SignerId, scope.Now) is not { } signer
                || signer.Owner != principal
                || signer.Owner.Kind != wraps[i].SignerKind
            )
            {
                return AccessErrors.SignerRequired;
            }

            rows[i] = signer.Id;
        }

        return rows;
    }

    /// <summary>The refusal of the first wrapping whose signature does not hold; null when all do.</summary>
    public static VaultError? Signatures(IReadOnlyList<WrappedDekInput> wraps) =>
        wraps.FirstOrDefault(w => !w.SignatureHolds) is { } forged
            ? CheckpointErrors.InvalidSignature(forged.At)
            : null;

    /// <summary>Whether each is wrapped for this vault, under one of these versions, for a key that may and can receive it.</summary>
    public static Result<List<DecidedWrap>> Content(
        WriteScope scope,
        Vault vault,
        IReadOnlyList<WrappedDekInput> wraps,
        long[] signers,
        Func<PrincipalRef, bool> mayReceive,
        int least,
        int most
    )
    {
        var commands = scope.Commands<WrappedDekCommands>();
        var decided = new List<DecidedWrap>(wraps.Count);
        var seen = new HashSet<(PublicId, int)>();
        for (var i = 0; i < wraps.Count; i++)
        {
            var wrap = wraps[i];
            var recipient = commands.FindRecipient(wrap.RecipientKeyId);
            if (
                Problem(
                    vault,
                    wrap,
                    recipient?.Receives(scope.Now) == true && mayReceive(recipient.Owner)
                        ? recipient
                        : null,
                    least,
                    most
                ) is
                { } problem
            )
            {
                return problem;
            }

            if (
                !seen.Add((wrap.RecipientKeyId, wrap.DekVersion))
                || commands.Exists(vault.Id, recipient!.Id, wrap.DekVersion)
            )
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

            decided.Add(new DecidedWrap(wrap, recipient.Id, signers[i]));
        }

        return decided;
    }

    public static void Write(WriteScope scope, long vaultId, IEnumerable<DecidedWrap> decided)
    {
        var commands = scope.Commands<WrappedDekCommands>();
        foreach (var wrap in decided)
        {
            commands.Insert(vaultId, wrap, scope.Now);
        }
    }

    public static string NameOf(WrapAlgorithm algorithm) =>
        algorithm == WrapAlgorithm.HpkeX25519
            ? "HPKE-X25519-HKDF-SHA256-AES256GCM"
            : "RSA-OAEP-SHA256";

    /// <summary>Whether algorithm and length are those of the recipient's key.</summary>
    public static bool Fits(WrappedDekInput wrap, bool hasEncryptionKey, SignatureAlgorithm key) =>
        wrap.Algorithm == WrapAlgorithm.HpkeX25519
            ? hasEncryptionKey && wrap.Wrapped.Length == HpkeLength
            : !hasEncryptionKey
                && key == SignatureAlgorithm.RsaPssSha256
                && wrap.Wrapped.Length is >= 256 and <= 512;

    /// <param name="recipient">Null = nobody who may receive it.</param>
    private static VaultError? Problem(
        Vault vault,
        WrappedDekInput wrap,
        RecipientKey? recipient,
        int least,
        int most
    )
    {
        if (wrap.VaultId != vault.PublicId)
        {
            return VaultError.Invalid(
                wrap.At.Member("vaultId").ToString(),
                "The data key of another vault has no place here."
            );
        }

        if (recipient is null)
        {
            return VaultError.Invalid(
                wrap.At.Member("recipientKeyId").ToString(),
                "A data key is wrapped to an active key, not expired, of someone with a grant on the vault."
            );
        }

        if (wrap.DekVersion < least || wrap.DekVersion > most)
        {
            return VaultErrors.DekVersionConflict(wrap.At, most);
        }

        return Fits(wrap, recipient.HasEncryptionKey, recipient.Algorithm)
            ? null
            : VaultError.Invalid(
                wrap.At.Member("algorithm").ToString(),
                "The algorithm or the length of the wrapped key does not fit the recipient's key."
            );
    }
}

/// <summary>A wrapping that may be written, with the rows of the keys that it names.</summary>
internal sealed record DecidedWrap(WrappedDekInput Wrap, long Recipient, long Signer);
