using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Checkpoints;

/// <summary>
/// Decides whether a signed checkpoint is what it has to be (machine.md section 4). The signature, which needs no state beyond
/// the key, is checked on the caller's thread; signer, version and content are decided in the queue.
/// </summary>
public sealed class CheckpointVerifier(ReadConnections reads)
{
    /// <summary>Checks every signature of a request against the key that it names; an unknown key leaves it as not good.</summary>
    public void VerifySignatures(params ReadOnlySpan<ISignedInput?> checkpoints)
    {
        using var scope = reads.Open();
        var access = scope.Commands<AccessCommands>();
        foreach (var signed in checkpoints)
        {
            if (signed?.Signature is { } signature && access.FindKey(signed.SignerId) is { } key)
            {
                signed.SignatureHolds = VerificationKey
                    .FromSpki(key.Spki, key.Algorithm)
                    .Verify(signed.Text, signature);
            }
        }
    }

    /// <summary>
    /// The contract's order for one request: signers of all, then signatures of all, then versions of all. Answers the signer's key
    /// row for each. <paramref name="required"/> are given in the order directory, summary, detail, permission.
    /// </summary>
    internal static Result<long[]> Accept(
        AccessCommands access,
        Standing standing,
        bool agentMaySign,
        params ReadOnlySpan<(ISignedInput? Signed, long Current)> required
    )
    {
        var signers = new long[required.Length];
        for (var i = 0; i < required.Length; i++)
        {
            if (required[i].Signed is { } signed)
            {
                var signer =
                    standing.Principal.Kind == PrincipalKind.Agent && !agentMaySign
                        ? AccessErrors.SignerRequired
                        : Authorization.Signer(access, standing, signed);
                if (signer.Error is { } refused)
                {
                    return refused;
                }

                signers[i] = signer.Value;
            }
        }

        foreach (var (signed, _) in required)
        {
            if (signed is { SignatureHolds: false })
            {
                return CheckpointErrors.InvalidSignature(signed.At);
            }
        }

        foreach (var (signed, current) in required)
        {
            if (signed is not null && signed.Content.Version != current + 1)
            {
                return CheckpointErrors.VersionConflict(signed.Content.Kind, current);
            }
        }

        return signers;
    }

    /// <summary>The checkpoint for showing; with <paramref name="state"/> its standing is worked out too.</summary>
    internal static SignedCheckpoint? Show(
        AccessCommands access,
        StoredCheckpoint? stored,
        CheckpointContent? state = null
    ) =>
        stored is null ? null
        : stored.Hash is not null
            ? throw new InvalidDataException(
                "A checkpoint that is kept as a difference has to be rebuilt first."
            )
        : new SignedCheckpoint
        {
            Kind = stored.Kind,
            Version = stored.Version,
            Text = Encoding.UTF8.GetString(stored.Text),
            SignerKeyId = stored.SignerKeyId,
            SignerIsAgent = stored.Signer.Kind == PrincipalKind.Agent,
            SignerName = access.NameOf(stored.Signer).Name,
            SignerFingerprint = Convert.ToHexStringLower(stored.Fingerprint),
            Signature = Convert.ToBase64String(stored.Signature),
            AcceptedAt = stored.AcceptedAt,
            Standing = state is null ? null : StandingOf(stored, state),
        };

    private static CheckpointStanding StandingOf(StoredCheckpoint stored, CheckpointContent state)
    {
        if (!SignatureHolds(stored))
        {
            return CheckpointStanding.SignatureInvalid;
        }

        var signed = CheckpointReader.FromStored(stored.Kind, stored.Text);
        var difference = (signed, state) switch
        {
            (DirectoryContent s, DirectoryContent now) => s.DifferenceFrom(now, JsonPointer.Root),
            (SummaryContent s, SummaryContent now) => s.DifferenceFrom(now, JsonPointer.Root),
            (DetailContent s, DetailContent now) => s.DifferenceFrom(now, JsonPointer.Root),
            (PermissionContent s, PermissionContent now) => s.DifferenceInGrants(
                now,
                JsonPointer.Root
            ),
            _ => JsonPointer.Root,
        };
        return difference is null && signed.Version == state.Version
            ? CheckpointStanding.Verified
            : CheckpointStanding.StateDiffers;
    }

    // The key that verifies has to be the one whose fingerprint is shown beside the signature: a row given another key would
    // else lend its name to a signature of somebody else.
    private static bool SignatureHolds(StoredCheckpoint stored) =>
        SHA256.HashData(stored.Spki).AsSpan().SequenceEqual(stored.Fingerprint)
        && VerificationKey
            .FromSpki(stored.Spki, stored.Algorithm)
            .Verify(stored.Text, stored.Signature);
}
