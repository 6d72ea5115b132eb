using Microsoft.EntityFrameworkCore;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// The one key that an agent signs with and receives data keys by: registered once within a day, after that only handed on from key to
/// key, with everything that was wrapped to the old one (machine.md section 6, docs/decisions/0032-agents-and-their-keys.md).
/// </summary>
public sealed class AgentKeyService(Gate gate, ReadConnections reads)
{
    /// <summary>Most data keys that can be wrapped anew with one rotation.</summary>
    public const int MaxRewrapped = 1_000;

    /// <summary>How long after the making of its API key an agent may register its first key.</summary>
    public static readonly TimeSpan EnrolmentWindow = TimeSpan.FromHours(24);

    private static readonly VaultError EnrolmentClosed = new(
        ErrorKind.Denied,
        "enrolment_closed",
        "The first key of an agent is registered within 24 hours of the making of its API key; its owner can make a new one."
    );

    private static readonly VaultError PreviousMissing = VaultError.Invalid(
        "/previousEncryptionKeyId",
        "This agent has a key; another one names it, with its signature over the rotation."
    );

    private static readonly VaultError Incomplete = VaultError.Invalid(
        "/rewrappedVaultKeys",
        "Everything that is wrapped to the previous key has to be wrapped to the new one, and nothing else."
    );

    /// <summary>Registers the calling agent's key, or hands on from its present one. The same key again changes nothing.</summary>
    public async Task<Result<RegisteredAgentKey>> RegisterAsync(
        Caller caller,
        NewAgentKey sent,
        CancellationToken cancellation = default
    )
    {
        var read = UserKeyPairDraft.Read(sent.Key);
        if ((read.Error ?? ProblemOfForm(read.Value, sent)) is { } form)
        {
            return form;
        }

        var draft = read.Value;
        var rewrapped = Rewrapped(draft, sent);
        var fault =
            draft.Prove(sent.Key, caller.AgentPublicId, needsProof: false)
            ?? FaultOfRotation(caller, draft, sent, rewrapped);
        return await gate.WriteAsync(
            caller,
            new AuditedCall(
                "agent_key.register",
                $"agent:{caller.AgentPublicId}",
                Permissions.None
            ),
            (_, standing) =>
                standing.Principal.Kind == PrincipalKind.Agent
                    ? standing.Principal
                    : (Result<PrincipalRef>)AccessErrors.Forbidden,
            (scope, _, agent) => Register(scope, caller, agent, draft, sent, rewrapped, fault),
            cancellation
        );
    }

    private static VaultError? ProblemOfForm(UserKeyPairDraft draft, NewAgentKey sent)
    {
        if ((sent.PreviousKeyId is null) != (sent.RotationSignature is null))
        {
            return VaultError.Invalid(
                sent.PreviousKeyId is null ? "/previousEncryptionKeyId" : "/rotationSignature",
                "The previous key and its signature over the rotation come together."
            );
        }

        if (sent.PreviousKeyId is null && sent.Rewrapped.Count > 0)
        {
            return VaultError.Invalid(
                "/rewrappedVaultKeys",
                "Data keys are wrapped anew only where a key takes the place of another."
            );
        }

        return draft.Key.Algorithm == SignatureAlgorithm.RsaPssSha256 ? null
            : sent.Key.Proof is null
                ? VaultError.Invalid("/proof", "A key that is not RSA comes with a proof.")
            : sent.Key.EncryptionPublicKey is null
                ? VaultError.Invalid(
                    "/encryptionPublicKey",
                    "A key that is not RSA comes with an encryption key."
                )
            : null;
    }

    /// <summary>The entries with the algorithm of the new key.</summary>
    private static WrappedDekInput[] Rewrapped(UserKeyPairDraft draft, NewAgentKey sent) =>
        [
            .. sent.Rewrapped.Select(w =>
                w with
                {
                    Algorithm = draft.EncryptionFingerprint is null
                        ? WrapAlgorithm.RsaOaepSha256
                        : WrapAlgorithm.HpkeX25519,
                }
            ),
        ];

    private static Result<RegisteredAgentKey> Register(
        WriteScope scope,
        Caller caller,
        PrincipalRef agent,
        UserKeyPairDraft draft,
        NewAgentKey sent,
        WrappedDekInput[] rewrapped,
        VaultError? fault
    )
    {
        var keys = scope.Commands<UserKeyPairCommands>();
        var known = keys.FindByFingerprint(draft.Key.Fingerprint);
        if (known is not null && known.Owner == agent)
        {
            return fault is not null ? fault
                : known.View.State == RegisteredKeyState.Retired ? UserKeyPairDraft.Retired
                : scope.Commands<AgentKeyCommands>().Find(draft.Key.Fingerprint, isNew: false);
        }

        var previous = Previous(scope, caller, agent, sent);
        if ((previous.Error ?? fault) is { } refused)
        {
            return refused;
        }

        if (known is not null)
        {
            return UserKeyPairDraft.Taken;
        }

        if (keys.Count(agent).Ever >= UserKeyPairService.MaxKeysEver)
        {
            return UserKeyPairService.TooManyEver;
        }

        if (sent.KeyId is { } id && scope.Commands<AccessCommands>().FindKey(id) is not null)
        {
            return VaultErrors.IdConflict(JsonPointer.Root.Member("encryptionKeyId"));
        }

        return Replace(scope, agent, draft, sent, rewrapped, previous.Value);
    }

    /// <summary>The row of the key that the new one takes the place of; null = the new one is the first, or all before it have expired.</summary>
    private static Result<long?> Previous(
        WriteScope scope,
        Caller caller,
        PrincipalRef agent,
        NewAgentKey sent
    )
    {
        var active = scope.Commands<UserKeyPairCommands>().Active(agent);
        if (active.TrueForAll(key => key.ExpiresAt <= scope.Now))
        {
            return sent.PreviousKeyId is not null ? AccessErrors.SignerRequired
                : scope.Commands<ApiKeyCommands>().Find(caller.ApiKeyId) is { } key
                && scope.Now <= key.CreatedAt + EnrolmentWindow
                    ? (long?)null
                : EnrolmentClosed;
        }

        if (sent.PreviousKeyId is not { } id)
        {
            return PreviousMissing;
        }

        return
            scope.Commands<AccessCommands>().FindSigner(id, scope.Now) is { } previous
            && previous.Owner == agent
            ? previous.Id
            : AccessErrors.SignerRequired;
    }

    private static Result<RegisteredAgentKey> Replace(
        WriteScope scope,
        PrincipalRef agent,
        UserKeyPairDraft draft,
        NewAgentKey sent,
        WrappedDekInput[] rewrapped,
        long? previous
    )
    {
        var row = draft.ToRow();
        row.PublicId = sent.KeyId ?? PublicId.New(scope.Now);
        row.OwnerKind = agent.Kind;
        row.OwnerId = agent.Id;
        row.State = RegisteredKeyState.Active;
        row.CreatedAt = scope.Now;
        if (previous is not { } old)
        {
            row.ExpiresAt = UserKeyPairService.DefaultExpiry(scope, agent.Kind);
            RetireExpired(scope, agent);
            scope.Commands<UserKeyPairCommands>().Insert(row);
            return scope.Commands<AgentKeyCommands>().Find(row.Fingerprint, isNew: true);
        }

        var before = scope.Context.Set<RegisteredKey>().AsNoTracking().Single(key => key.Id == old);
        row.IsEnding = before.IsEnding;
        row.ExpiresAt = scope
            .Commands<PolicyCommands>()
            .RuleFor(new LifetimeTraits(AccessCommands.KindOf(agent.Kind)))
            .ExpiryOfSuccessor(before.CreatedAt, before.ExpiresAt, before.IsEnding, scope.Now);
        row.EndorsedBy = old;
        row.Endorsement = Convert.FromBase64String(sent.RotationSignature!);
        var vaults = Vaults(scope, agent, old, row, rewrapped);
        if (vaults.Error is { } incomplete)
        {
            return incomplete;
        }

        HandOn(scope, old, row, rewrapped, vaults.Value);
        return scope.Commands<AgentKeyCommands>().Find(row.Fingerprint, isNew: true);
    }

    /// <summary>An agent has one key: one that expired without a successor makes room for a new first one, and what was wrapped to it ends with it.</summary>
    private static void RetireExpired(WriteScope scope, PrincipalRef agent)
    {
        var keys = scope.Commands<UserKeyPairCommands>();
        foreach (var (expired, _, _) in keys.Active(agent))
        {
            keys.Retire(expired, RetireReason.Replaced, scope.Now);
            scope.Commands<WrappedDekCommands>().DeleteOfKey(expired);
        }
    }

    /// <summary>
    /// The vault row of each entry, if they are what is wrapped to the old key: all of it in the vaults that the agent can open; what
    /// lies in others, an archived vault for instance, it can hardly have read.
    /// </summary>
    private static Result<long[]> Vaults(
        WriteScope scope,
        PrincipalRef agent,
        long old,
        RegisteredKey next,
        WrappedDekInput[] rewrapped
    )
    {
        var wrapped = scope
            .Commands<WrappedDekCommands>()
            .OfKey(old)
            .ToDictionary(w => (w.VaultId, w.DekVersion));
        var rows = new long[rewrapped.Length];
        for (var i = 0; i < rewrapped.Length; i++)
        {
            var wrap = rewrapped[i];
            if (!wrapped.Remove((wrap.VaultId, wrap.DekVersion), out var there))
            {
                return Incomplete with { Path = wrap.At.ToString() };
            }

            if (
                wrap.RecipientKeyId != next.PublicId
                || !WrappedDeks.Fits(wrap, next.EncryptionSpki is not null, next.Algorithm)
            )
            {
                return VaultError.Invalid(
                    wrap.At.ToString(),
                    "The data key has to be wrapped to the new key, by the encryptionKeyId that was proposed."
                );
            }

            rows[i] = there.VaultRow;
        }

        return wrapped.Values.Any(w =>
            w.VaultActive && VaultAccess.HasAnyGrant(scope, agent, w.VaultRow)
        )
            ? Incomplete
            : rows;
    }

    /// <summary>The same holder goes on with another key: nothing has become known to anybody, so no rekey is due.</summary>
    private static void HandOn(
        WriteScope scope,
        long old,
        RegisteredKey next,
        WrappedDekInput[] rewrapped,
        long[] vaults
    )
    {
        var keys = scope.Commands<UserKeyPairCommands>();
        keys.Insert(next);
        keys.Retire(old, RetireReason.Replaced, scope.Now);
        var wraps = scope.Commands<WrappedDekCommands>();
        wraps.DeleteOfKey(old);
        var recipient = wraps.FindRecipient(next.PublicId)!.Id;
        for (var i = 0; i < rewrapped.Length; i++)
        {
            wraps.Insert(vaults[i], new DecidedWrap(rewrapped[i], recipient, old), scope.Now);
        }
    }

    /// <summary>
    /// Whether the previous key signed the rotation and every rewrapped data key. It needs no state but the key itself; whose that is
    /// and whether it is active is decided in the queue.
    /// </summary>
    private VaultError? FaultOfRotation(
        Caller caller,
        UserKeyPairDraft draft,
        NewAgentKey sent,
        WrappedDekInput[] rewrapped
    )
    {
        if (sent.PreviousKeyId is not { } id)
        {
            return null;
        }

        using var scope = reads.Open();
        if (
            scope.Commands<AccessCommands>().FindKey(id) is not { } row
            || VerificationKey.FromSpki(row.Spki, row.Algorithm) is not { } previous
            || !CanonicalBase64.TryDecode(sent.RotationSignature!, out var signature)
            || !previous.Verify(
                KeyStatements.Rotation(
                    caller.AgentPublicId,
                    previous.FingerprintHex,
                    draft.Key.FingerprintHex
                ),
                signature
            )
        )
        {
            return UserKeyPairDraft.BadRotation("rotationSignature");
        }

        var recipient = draft.EncryptionFingerprint ?? draft.Key.Fingerprint;
        return
            rewrapped.FirstOrDefault(w =>
                w.SignerId != id || !WrappedDeks.SignatureHolds(w, previous, recipient)
            )
                is { } forged
            ? CheckpointErrors.InvalidSignature(forged.At) with
            {
                Path = forged.At.Member("wrappedDekSignature").ToString(),
            }
            : null;
    }
}
