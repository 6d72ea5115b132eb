using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// The machines' keys: made, shown once, listed, rotated, revoked, and described to whoever holds one. Persons need a step-up for
/// every change; of machines only the holder of an <c>ik_</c> key changes anything, and only by rotating it.
/// </summary>
public sealed class ApiKeyService(Gate gate, RateLimiter limiter)
{
    /// <summary>The longest time that a rotated key may go on, in hours.</summary>
    public const int MaxGraceHours = 168;

    private static readonly VaultError AlreadyRotated = new(
        ErrorKind.Conflict,
        "already_rotated",
        "This key was rotated already; use the new key."
    );

    private static readonly VaultError NotActive = new(
        ErrorKind.Conflict,
        "key_not_active",
        "This key is worth nothing any more, so there is nothing to rotate; make a new one."
    );

    /// <summary>
    /// Makes a key: a person for the own account, a command for the owner it names. Its text is in the answer and nowhere else, ever.
    /// </summary>
    public Task<Result<CreatedApiKey>> CreateAsync(
        Caller caller,
        NewApiKey wanted,
        CancellationToken cancellation = default
    )
    {
        var text = ApiKeyText.Generate(wanted.Format);
        return gate.WriteAsync(
            caller,
            new AuditedCall(
                "api_key.create",
                $"key:{ApiKeyText.AccessKeyOf(text)}",
                Permissions.None
            ),
            (scope, standing) => OwnerOfNew(scope, standing, wanted),
            (scope, standing, owner) => Create(scope, standing, owner, wanted, text),
            cancellation
        );
    }

    /// <summary>
    /// Ends a key at once. A person may end the own ones, an Owner or Administrator everybody's, a command any; ending it twice is no
    /// error.
    /// </summary>
    /// <param name="caller">Who ends it.</param>
    /// <param name="keyId">The key.</param>
    /// <param name="withSuccessors">Whether the keys that took its place by rotation, which are of the same owner, end with it.</param>
    /// <param name="cancellation">Gives it up before it begins.</param>
    public Task<Result<Unit>> RevokeAsync(
        Caller caller,
        PublicId keyId,
        bool withSuccessors = false,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync(
            caller,
            new AuditedCall("api_key.revoke", $"api_key:{keyId}", Permissions.None),
            (scope, standing) => OpenToRevoke(scope, standing, keyId),
            (scope, _, key) => Revoke(scope, caller, key, withSuccessors),
            cancellation
        );

    /// <summary>The keys that a person may see: the own ones, and for an Owner or Administrator everybody's. Newest first.</summary>
    public Task<Result<IReadOnlyList<ApiKeyListEntry>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<ApiKeyListEntry>>(
            caller,
            new AuditedCall("api_key.list", "api_keys", Permissions.None),
            (scope, standing) =>
                !IsPersonOrCommand(standing)
                    ? AccessErrors.Forbidden
                    : scope
                        .Commands<ApiKeyCommands>()
                        .List(IsOverAll(standing) ? null : standing.OwnerId),
            cancellation
        );

    /// <summary>
    /// Makes the successor of a key of the caller's own, with the same name, permissions, networks and length of life; the old one
    /// ends after the grace, or when it would have anyway. A key is rotated once: then <c>already_rotated</c>.
    /// </summary>
    /// <param name="graceHours">0 to 168; 0 ends the old key at once.</param>
    public Task<Result<RotatedApiKey>> RotateAsync(
        Caller caller,
        PublicId keyId,
        int graceHours,
        CancellationToken cancellation = default
    ) =>
        RotateAsync(
            caller,
            $"api_key:{keyId}",
            (scope, standing) => OpenToRotate(scope, standing, keyId),
            graceHours,
            cancellation
        );

    /// <summary>The same for the <c>ik_</c> key that makes the call (secrets.md).</summary>
    /// <inheritdoc cref="RotateAsync(Caller, PublicId, int, CancellationToken)"/>
    public Task<Result<RotatedApiKey>> RotateOwnAsync(
        Caller caller,
        int graceHours,
        CancellationToken cancellation = default
    ) =>
        RotateAsync(
            caller,
            "me",
            (scope, standing) =>
                standing.Kind == CallerKind.Machine
                && scope.Commands<ApiKeyCommands>().Find(caller.ApiKeyId)
                    is { Format: ApiKeyFormat.Secrets } own
                    ? own
                    : AccessErrors.Forbidden,
            graceHours,
            cancellation
        );

    /// <summary>What the calling key is and may.</summary>
    public Task<Result<ApiKeyView>> DescribeAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync(
            caller,
            new AuditedCall("api_key.read", "me", Permissions.None),
            (scope, standing) => Describe(scope, standing, caller),
            cancellation
        );

    private async Task<Result<RotatedApiKey>> RotateAsync(
        Caller caller,
        string target,
        Func<WriteScope, Standing, Result<KeptKey>> open,
        int graceHours,
        CancellationToken cancellation
    )
    {
        if (graceHours is < 0 or > MaxGraceHours)
        {
            return VaultError.Invalid(
                "/gracePeriodHours",
                $"The time of grace is a whole number of hours from 0 to {MaxGraceHours}."
            );
        }

        return await gate.WriteAsync(
            OfOneKey(caller, target),
            new AuditedCall("api_key.rotate", target, Permissions.None),
            open,
            (scope, _, key) => Rotate(scope, caller, key, TimeSpan.FromHours(graceHours)),
            cancellation
        );
    }

    /// <summary>
    /// A retry is known by its account, and all keys of an account are one account: without this a narrow key could ask for the
    /// successor that was shown to a wider one.
    /// </summary>
    internal static Caller OfOneKey(Caller caller, string target) =>
        caller.Idempotency is { } token
            ? caller with
            {
                Idempotency = token with
                {
                    Scope = SHA256.HashData([
                        .. token.Scope,
                        .. Encoding.UTF8.GetBytes($"{target}|{caller.ApiKeyId}"),
                    ]),
                },
            }
            : caller;

    private static Result<AccountRef> OwnerOfNew(
        WriteScope scope,
        Standing standing,
        NewApiKey wanted
    )
    {
        if (!IsPersonOrCommand(standing))
        {
            return AccessErrors.Forbidden;
        }

        var owner = scope.Commands<AccountLookup>().FindActive(wanted.Owner);
        if (standing.Kind != CallerKind.Person)
        {
            return owner;
        }

        return owner.Error is not null || owner.Value.Id != standing.OwnerId
                ? AccessErrors.Forbidden
            : Authorization.DemandStepUp(standing, scope.Now) is { } stepUp ? stepUp
            : owner;
    }

    private static Result<CreatedApiKey> Create(
        WriteScope scope,
        Standing standing,
        AccountRef owner,
        NewApiKey wanted,
        string text
    )
    {
        var draft = ApiKeyDrafts.Make(scope, owner, wanted);
        if (draft.Error is { } invalid)
        {
            return invalid;
        }

        var row = draft.Value;
        if (
            standing.Kind == CallerKind.Person
            && ApiKeyDrafts.BeyondRole(row.Permissions, standing.Role) is { } beyond
        )
        {
            return beyond;
        }

        Add(scope, row, text);
        return new CreatedApiKey(row.PublicId, text);
    }

    /// <summary>The change itself, for whoever has decided about the rest in the same work item.</summary>
    internal static Result<RotatedApiKey> Rotate(
        WriteScope scope,
        Caller caller,
        KeptKey kept,
        TimeSpan grace
    )
    {
        if (ProblemOfRotation(scope.Commands<AccessCommands>(), kept, scope.Now) is { } problem)
        {
            return problem;
        }

        var row = scope.Context.Set<ApiKey>().Single(k => k.Id == kept.Id);
        var text = ApiKeyText.Generate(row.Format);
        var next = new ApiKey
        {
            Format = row.Format,
            Name = row.Name,
            Scope = row.Scope,
            OwnerId = row.OwnerId,
            AgentId = row.AgentId,
            Permissions = row.Permissions,
            AllowList = row.AllowList,
            ExpiresAt = ExpiryOfSuccessor(Rule(scope), kept, scope.Now),
            IsEnding = kept.IsEnding,
        };
        Add(scope, next, text);
        var ends = EndOfRotated(kept, scope.Now, grace);
        scope.Commands<ApiKeyCommands>().Rotated(row.Id, next.Id, ends);
        scope.Audit(caller, "api_key.create", $"key:{next.AccessKey}", "ok");
        return new RotatedApiKey(next.PublicId, text, ends);
    }

    /// <summary>Why a key cannot be rotated; null = it can.</summary>
    internal static VaultError? ProblemOfRotation(
        AccessCommands access,
        KeptKey kept,
        DateTimeOffset now
    ) =>
        kept.SuccessorId is not null ? AlreadyRotated
        : access.FindApiKey(kept.Id)?.IsActive(now) != true ? NotActive
        : null;

    internal static DateTimeOffset? ExpiryOfSuccessor(
        ExpiryRule rule,
        KeptKey kept,
        DateTimeOffset now
    ) => rule.ExpiryOfSuccessor(kept.CreatedAt, kept.ExpiresAt, kept.IsEnding, now);

    /// <summary>After the grace, or when it would have ended anyway.</summary>
    internal static DateTimeOffset EndOfRotated(KeptKey kept, DateTimeOffset now, TimeSpan grace) =>
        kept.ExpiresAt < now + grace ? kept.ExpiresAt.Value : now + grace;

    /// <summary>What policies say about API keys.</summary>
    internal static ExpiryRule Rule(WriteScope scope) =>
        scope.Commands<PolicyCommands>().RuleFor(new LifetimeTraits(LifetimeKind.ApiKey));

    /// <summary>Writes a new key whose text this is.</summary>
    internal static void Add(WriteScope scope, ApiKey row, string text)
    {
        row.PublicId = PublicId.New(scope.Now);
        row.AccessKey = ApiKeyText.AccessKeyOf(text)!;
        row.Hash = ApiKeyText.Hash(text);
        row.CreatedAt = scope.Now;
        scope.Context.Add(row);
        scope.Context.SaveChanges();
    }

    private static Result<Unit> Revoke(
        WriteScope scope,
        Caller caller,
        KeptKey key,
        bool withSuccessors
    )
    {
        var commands = scope.Commands<ApiKeyCommands>();
        commands.Revoke(key.Id, scope.Now);
        var last = key;
        // A successor is always the younger row, and a key has one at most: the line has an end.
        while (
            withSuccessors
            && last.SuccessorId is { } successor
            && commands.Find(successor) is { } next
        )
        {
            commands.Revoke(next.Id, scope.Now);
            scope.Audit(caller, "api_key.revoke", $"api_key:{next.PublicId}", "ok");
            last = next;
        }

        return default(Unit);
    }

    private static Result<KeptKey> OpenToRevoke(WriteScope scope, Standing standing, PublicId keyId)
    {
        if (!IsPersonOrCommand(standing))
        {
            return AccessErrors.Forbidden;
        }

        if (
            scope.Commands<ApiKeyCommands>().Find(keyId) is not { } key
            || (key.OwnerId != standing.OwnerId && !IsOverAll(standing))
        )
        {
            return AccessErrors.NotFound;
        }

        return Authorization.DemandStepUp(standing, scope.Now) is { } stepUp ? stepUp : key;
    }

    private static Result<KeptKey> OpenToRotate(WriteScope scope, Standing standing, PublicId keyId)
    {
        var key = FindToRotate(scope.Commands<ApiKeyCommands>(), standing, keyId);
        return key.Error is null && Authorization.DemandStepUp(standing, scope.Now) is { } stepUp
            ? stepUp
            : key;
    }

    /// <summary>Only the own ones: whoever rotates a key holds the new one.</summary>
    internal static Result<KeptKey> FindToRotate(
        ApiKeyCommands commands,
        Standing standing,
        PublicId keyId
    ) =>
        standing.Kind != CallerKind.Person ? AccessErrors.Forbidden
        : commands.Find(keyId) is { } key && key.OwnerId == standing.OwnerId ? key
        : AccessErrors.NotFound;

    internal static bool IsPersonOrCommand(Standing standing) =>
        standing.Kind is CallerKind.Person or CallerKind.Command or CallerKind.System;

    /// <summary>Whether the keys of others are the caller's business.</summary>
    internal static bool IsOverAll(Standing standing) =>
        standing.Kind is CallerKind.Command or CallerKind.System
        || (
            standing.Kind == CallerKind.Person && standing.Role is Role.Owner or Role.Administrator
        );

    private Result<ApiKeyView> Describe(ReadScope scope, Standing standing, Caller caller)
    {
        var access = scope.Commands<AccessCommands>();
        if (
            standing.Kind != CallerKind.Machine
            || access.FindApiKey(caller.ApiKeyId) is not { } key
        )
        {
            return AccessErrors.Forbidden;
        }

        return new ApiKeyView
        {
            KeyId = key.PublicId,
            Scope = key.Scope,
            OwnerId = key.OwnerPublicId,
            OwnerName = access.NameOf(new PrincipalRef(PrincipalKind.User, key.OwnerId)).Name,
            AgentId = key.AgentPublicId,
            AgentName = key.AgentId is null ? null : access.NameOf(standing.Principal).Name,
            Permissions = [.. PermissionNames.ToNames(standing.Permissions)],
            ExpiresAt = key.ExpiresAt,
            AllowList = AllowList.ToEntries(key.AllowList),
            WriteConstraint = access.HasSigner(standing.Principal, standing.At)
                ? null
                : AccessErrors.SignerRequired.Code,
            RateLimit = limiter.Look(RateLimitKey.OfApiKey(key.Id)),
        };
    }
}
