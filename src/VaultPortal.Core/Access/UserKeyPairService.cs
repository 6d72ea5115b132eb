using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

/// <summary>
/// Users' key pairs: what they sign checkpoints with and receive data keys by. Which states there are and what an endorsement
/// does: docs/decisions/0005-registering-keys.md.
/// </summary>
public sealed class UserKeyPairService(
    Gate gate,
    ReadConnections reads,
    IEnumerable<IKeyRetirement> retirements
)
{
    /// <summary>
    /// Most key pairs of a user, active and pending together. A vault's data key is wrapped to each active one of each member, so without
    /// a limit one member could make the vault's next rekey too large for anybody.
    /// </summary>
    public const int MaxKeyPairs = 20;

    /// <summary>
    /// Most keys that one user or agent ever registers. Retired ones stay, for what they signed; by retiring and registering in turns
    /// one member could make the directory of signers too large for everybody.
    /// </summary>
    public const int MaxKeysEver = 200;

    internal static readonly VaultError TooManyEver = VaultError.Invalid(
        "/publicKey",
        $"At most {MaxKeysEver} keys are registered by one user or agent, retired ones included; use one that is there."
    );

    private static readonly VaultError BadWrapping = AccessErrors.InvalidSignature(
        "signature",
        "The signature has to be canonical base64 of the key's own over vaultportal:wrapped-private-key and the canonical JSON of owner, fingerprint and wrapping, the SHA-256 of the text."
    );

    private static readonly VaultError RetiredKeepsNothing = new(
        ErrorKind.Conflict,
        "key_not_active",
        "This key was retired, so nothing of it changes any more; make a new one."
    );

    private static readonly VaultError BadEndorsement = UserKeyPairDraft.BadRotation("endorsement");

    private static readonly VaultError TooMany = VaultError.Invalid(
        "/publicKey",
        $"You have {MaxKeyPairs} key pairs that are not retired; retire one first."
    );

    private readonly IKeyRetirement[] _retirements = [.. retirements];

    /// <summary>Registers the caller's key. It needs a proof of possession, and to count at once the endorsement of an active one.</summary>
    public async Task<Result<RegisteredKeyPair>> RegisterAsync(
        Caller caller,
        NewUserKeyPair sent,
        CancellationToken cancellation = default
    )
    {
        var read = UserKeyPairDraft.Read(sent);
        if (read.Error is { } form)
        {
            return form;
        }

        var draft = read.Value;
        var fault = draft.Prove(sent, caller.AccountPublicId);
        var endorsed = sent.Endorsement is null ? null : FindEndorsement(caller, draft, sent);
        return await gate.WriteAsync(
            caller,
            Call("register", $"user:{caller.AccountPublicId}"),
            (scope, standing) => UserProven(standing, scope.Now),
            (scope, _, user) =>
                fault is not null
                    ? fault
                    : Register(scope, user, draft, sent.Endorsement is not null, endorsed),
            cancellation
        );
    }

    /// <summary>Registers a key that a machine keeps itself. Trusted and active at once: whoever runs commands owns the machine.</summary>
    /// <param name="caller">A command.</param>
    /// <param name="owner">The owner's e-mail address or id.</param>
    /// <param name="publicKey">PEM of the signing key.</param>
    /// <param name="cancellation">Gives up as long as it has not begun.</param>
    public async Task<Result<RegisteredKeyPair>> RegisterByCommandAsync(
        Caller caller,
        string owner,
        string publicKey,
        CancellationToken cancellation = default
    )
    {
        var read = UserKeyPairDraft.Read(new NewUserKeyPair { PublicKey = publicKey, Proof = "" });
        if (read.Error is { } form)
        {
            return form;
        }

        var draft = read.Value;
        return await gate.WriteAsync(
            caller,
            Call("register_by_command", $"key_fingerprint:{draft.Key.FingerprintHex}"),
            (scope, standing) =>
                standing.Kind is CallerKind.Command or CallerKind.System
                    ? scope.Commands<AccountLookup>().FindActive(owner)
                    : AccessErrors.CommandOnly,
            (scope, _, account) => RegisterTrusted(scope, account, draft),
            cancellation
        );
    }

    /// <summary>The caller's keys, the oldest first, retired ones too.</summary>
    public Task<Result<IReadOnlyList<UserKeyPairView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync(
            caller,
            Call("list", $"user:{caller.AccountPublicId}"),
            (scope, standing) =>
                UserOnly(standing) is { Error: { } refused }
                    ? refused
                    : (Result<IReadOnlyList<UserKeyPairView>>)
                        scope.Commands<UserKeyPairCommands>().All(standing.OwnerId),
            cancellation
        );

    /// <summary>
    /// Makes a pending key of the caller's an active one. Only a person can, after a step-up: it says that the key is the holder's where
    /// no earlier key does. What is active already stays so.
    /// </summary>
    public Task<Result<UserKeyPairView>> ApproveAsync(
        Caller caller,
        PublicId keyId,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync(
            caller,
            Call("approve", $"user_key_pair:{keyId}"),
            (scope, standing) => OpenToPerson(scope, standing, keyId),
            (scope, _, key) => Approve(scope, key),
            cancellation
        );

    /// <summary>
    /// Keeps the private half of a key of the caller's under another passphrase, or where it was kept elsewhere so far. Only in a
    /// session, after a step-up, and only for whoever holds the key: it signs the text itself.
    /// </summary>
    public Task<Result<UserKeyPairView>> RewrapAsync(
        Caller caller,
        PublicId keyId,
        NewWrapping sent,
        CancellationToken cancellation = default
    )
    {
        var fault =
            UserKeyPairDraft.BoundsOf(sent.WrappedPrivateKey)
            ?? (IsSignedByKey(caller, keyId, sent) ? null : BadWrapping);
        return gate.WriteAsync(
            caller,
            Call("rewrap", $"user_key_pair:{keyId}"),
            (scope, standing) => OpenToPerson(scope, standing, keyId),
            (scope, _, key) => fault ?? Rewrap(scope, key, sent.WrappedPrivateKey),
            cancellation
        );
    }

    /// <summary>
    /// Ends a key of the caller's: it signs no more and loses what was wrapped to it; what it signed stands. A retired key can
    /// still be called compromised later; nothing else about it changes.
    /// </summary>
    public Task<Result<Unit>> RetireAsync(
        Caller caller,
        PublicId keyId,
        RetireReason reason,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync(
            caller,
            Call("retire", $"user_key_pair:{keyId}"),
            (scope, standing) => OpenToRetire(scope, standing, keyId),
            (scope, _, key) => Retire(scope, key, reason),
            cancellation
        );

    private static AuditedCall Call(string verb, string target) =>
        new($"user_key_pair.{verb}", target, Permissions.UserKeyPair);

    private static PrincipalRef User(long id) => new(PrincipalKind.User, id);

    internal static bool IsUser(Standing standing) => standing.Principal.Kind == PrincipalKind.User;

    private static Result<long> UserOnly(Standing standing) =>
        IsUser(standing) ? standing.OwnerId : AccessErrors.Forbidden;

    /// <summary>A user, who in a session has proved anew who he is: it is a change of keys (DESIGN section 7).</summary>
    private static Result<long> UserProven(Standing standing, DateTimeOffset now) =>
        UserOnly(standing) is { Error: { } refused } ? refused
        : Authorization.DemandStepUp(standing, now) is { } stepUp ? stepUp
        : standing.OwnerId;

    private static Result<RegisteredKeyPair> Register(
        WriteScope scope,
        long user,
        UserKeyPairDraft draft,
        bool endorsementSent,
        Endorsed? endorsed
    )
    {
        var commands = scope.Commands<UserKeyPairCommands>();
        if (commands.FindByFingerprint(draft.Key.Fingerprint) is { } known)
        {
            return known.Owner == User(user)
                ? new RegisteredKeyPair(known.View, IsNew: false)
                : UserKeyPairDraft.Taken;
        }

        if (
            endorsementSent
            && !commands
                .Active(User(user))
                .Exists(key => key.Id == endorsed?.By && !(key.ExpiresAt <= scope.Now))
        )
        {
            return BadEndorsement;
        }

        var (inUse, ever) = commands.Count(User(user));
        if (inUse >= MaxKeyPairs || ever >= MaxKeysEver)
        {
            return inUse >= MaxKeyPairs ? TooMany : TooManyEver;
        }

        var row = draft.ToRow();
        row.State =
            endorsed is not null || !commands.HasAny(user)
                ? RegisteredKeyState.Active
                : RegisteredKeyState.Pending;
        row.EndorsedBy = endorsed?.By;
        row.Endorsement = endorsed?.Signature;
        return Insert(scope, user, row);
    }

    private static Result<RegisteredKeyPair> RegisterTrusted(
        WriteScope scope,
        AccountRef owner,
        UserKeyPairDraft draft
    )
    {
        var commands = scope.Commands<UserKeyPairCommands>();
        if (commands.FindByFingerprint(draft.Key.Fingerprint) is not { } known)
        {
            var row = draft.ToRow();
            row.State = RegisteredKeyState.Active;
            return Insert(scope, owner.Id, row);
        }

        if (known.Owner != User(owner.Id))
        {
            return UserKeyPairDraft.Taken;
        }

        if (known.View.State == RegisteredKeyState.Retired)
        {
            return UserKeyPairDraft.Retired;
        }

        if (known.View.State == RegisteredKeyState.Pending)
        {
            commands.Activate(known.Id);
        }

        return new RegisteredKeyPair(
            known.View with
            {
                State = RegisteredKeyState.Active,
            },
            IsNew: false
        );
    }

    private static RegisteredKeyPair Insert(WriteScope scope, long user, RegisteredKey row)
    {
        var commands = scope.Commands<UserKeyPairCommands>();
        row.PublicId = PublicId.New(scope.Now);
        row.OwnerKind = PrincipalKind.User;
        row.OwnerId = user;
        row.CreatedAt = scope.Now;
        row.ExpiresAt = DefaultExpiry(scope, PrincipalKind.User);
        commands.Insert(row);
        return new RegisteredKeyPair(commands.Find(row.PublicId, user)!.View, IsNew: true);
    }

    /// <summary>When a key that is registered now expires, by the policy of its kind.</summary>
    internal static DateTimeOffset? DefaultExpiry(WriteScope scope, PrincipalKind owner) =>
        scope
            .Commands<PolicyCommands>()
            .RuleFor(new LifetimeTraits(AccessCommands.KindOf(owner)))
            .DefaultExpiry(scope.Now);

    private static Result<StoredKeyPair> OpenToPerson(
        WriteScope scope,
        Standing standing,
        PublicId keyId
    )
    {
        if (standing.Kind != CallerKind.Person)
        {
            return AccessErrors.Forbidden;
        }

        return scope.Commands<UserKeyPairCommands>().Find(keyId, standing.OwnerId) is not { } key
                ? AccessErrors.NotFound
            : Authorization.DemandStepUp(standing, scope.Now) is { } stepUp ? stepUp
            : key;
    }

    private static Result<UserKeyPairView> Approve(WriteScope scope, StoredKeyPair key)
    {
        if (key.View.State == RegisteredKeyState.Retired)
        {
            return new VaultError(
                ErrorKind.Conflict,
                "key_not_active",
                "This key was retired, so there is nothing to approve; make a new one."
            );
        }

        if (key.View.State == RegisteredKeyState.Pending)
        {
            scope.Commands<UserKeyPairCommands>().Activate(key.Id);
        }

        return key.View with
        {
            State = RegisteredKeyState.Active,
        };
    }

    private static Result<StoredKeyPair> OpenToRetire(
        WriteScope scope,
        Standing standing,
        PublicId keyId
    ) =>
        UserOnly(standing) is { Error: { } refused } ? refused
        : scope.Commands<UserKeyPairCommands>().Find(keyId, standing.OwnerId) is not { } key
            ? AccessErrors.NotFound
        : Authorization.DemandStepUp(standing, scope.Now) is { } stepUp ? stepUp
        : key;

    private static Result<UserKeyPairView> Rewrap(
        WriteScope scope,
        StoredKeyPair key,
        string wrapped
    )
    {
        if (key.View.State == RegisteredKeyState.Retired)
        {
            return RetiredKeepsNothing;
        }

        scope.Commands<UserKeyPairCommands>().Rewrap(key.Id, wrapped);
        return key.View with { WrappedPrivateKey = wrapped };
    }

    private Result<Unit> Retire(WriteScope scope, StoredKeyPair key, RetireReason reason)
    {
        if (!Enum.IsDefined(reason))
        {
            return VaultError.Invalid("/reason", "A reason is replaced, lost or compromised.");
        }

        var retired = key.View.State == RegisteredKeyState.Retired;
        if (retired && reason != RetireReason.Compromised)
        {
            return default(Unit);
        }

        scope.Commands<UserKeyPairCommands>().Retire(key.Id, reason, scope.Now);
        if (!retired)
        {
            foreach (var concern in _retirements)
            {
                concern.Retired(scope, key.Id);
            }
        }

        return default(Unit);
    }

    /// <summary>A registered public key never changes, so this can be asked before the queue. A key that is not the caller's is not found there.</summary>
    private bool IsSignedByKey(Caller caller, PublicId keyId, NewWrapping sent)
    {
        if (!CanonicalBase64.TryDecode(sent.Signature, out var signature))
        {
            return false;
        }

        using var scope = reads.Open();
        if (scope.Commands<UserKeyPairCommands>().Find(keyId, caller.AccountId) is not { } key)
        {
            return false;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(sent.WrappedPrivateKey));
        var statement = KeyStatements.Wrapping(
            caller.AccountPublicId,
            key.View.Fingerprint,
            Convert.ToHexStringLower(hash)
        );
        return VerificationKey.TryFromPem(key.View.PublicKey, out var verifier, out _)
            && verifier.Verify(statement, signature);
    }

    /// <summary>The active key that signed the endorsement, which does not say which. In the queue it is asked whether it still is.</summary>
    private Endorsed? FindEndorsement(Caller caller, UserKeyPairDraft draft, NewUserKeyPair sent)
    {
        if (!CanonicalBase64.TryDecode(sent.Endorsement!, out var signature))
        {
            return null;
        }

        using var scope = reads.Open();
        foreach (
            var (id, key, _) in scope.Commands<UserKeyPairCommands>().Active(User(caller.AccountId))
        )
        {
            var statement = KeyStatements.Rotation(
                caller.AccountPublicId,
                key.FingerprintHex,
                draft.Key.FingerprintHex
            );
            if (key.Verify(statement, signature))
            {
                return new Endorsed(id, signature);
            }
        }

        return null;
    }

    private sealed record Endorsed(long By, byte[] Signature);
}
