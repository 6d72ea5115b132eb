using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>The machines' keys: made, shown once, revoked, and described to whoever holds one.</summary>
public sealed class ApiKeyService(Gate gate, RateLimiter limiter)
{
    /// <summary>Makes a key for a command. Its text is in the answer and nowhere else, ever.</summary>
    public Task<Result<CreatedApiKey>> CreateAsync(
        Caller caller,
        NewApiKey wanted,
        CancellationToken cancellation = default
    )
    {
        var text = ApiKeyText.Generate();
        var accessKey = ApiKeyText.AccessKeyOf(text)!;
        return gate.WriteAsync(
            caller,
            new AuditedCall("api_key.create", $"key:{accessKey}", Permissions.None),
            (scope, standing) =>
                standing.Kind is CallerKind.Command or CallerKind.System
                    ? scope.Commands<AccountLookup>().FindActive(wanted.Owner)
                    : AccessErrors.CommandOnly,
            (scope, _, owner) => Create(scope, owner, wanted, accessKey, text),
            cancellation
        );
    }

    /// <summary>Ends a key at once. A person may end his own, a command any; ending it twice is no error.</summary>
    public Task<Result<Unit>> RevokeAsync(
        Caller caller,
        PublicId keyId,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync(
            caller,
            new AuditedCall("api_key.revoke", $"api_key:{keyId}", Permissions.None),
            (scope, standing) => OpenToRevoke(scope, standing, keyId),
            (scope, _, key) =>
            {
                scope.Commands<ApiKeyCommands>().Revoke(key, scope.Now);
                return (Result<Unit>)default(Unit);
            },
            cancellation
        );

    /// <summary>The keys that a person may see: the own ones, and for an Owner or Administrator everybody's. Newest first.</summary>
    public Task<Result<IReadOnlyList<ApiKeyListEntry>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Makes the key's successor, with the same name, permissions, networks and length of life; the old one ends after the grace.</summary>
    /// <param name="graceHours">0 to 168.</param>
    public Task<Result<RotatedApiKey>> RotateAsync(
        Caller caller,
        PublicId keyId,
        int graceHours,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>The same for the <c>ik_</c> key that makes the call (secrets.md).</summary>
    public Task<Result<RotatedApiKey>> RotateOwnAsync(
        Caller caller,
        int graceHours,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

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

    private static Result<CreatedApiKey> Create(
        WriteScope scope,
        AccountRef owner,
        NewApiKey wanted,
        string accessKey,
        string text
    )
    {
        if (Draft(scope, owner, wanted) is var draft && draft.Error is { } invalid)
        {
            return invalid;
        }

        var row = draft.Value;
        row.PublicId = PublicId.New(scope.Now);
        row.AccessKey = accessKey;
        row.Hash = ApiKeyText.Hash(text);
        row.CreatedAt = scope.Now;
        scope.Context.Add(row);
        scope.Context.SaveChanges();
        return new CreatedApiKey(row.PublicId, text);
    }

    /// <summary>The key as it was asked for, if it may be as it was asked for.</summary>
    private static Result<ApiKey> Draft(WriteScope scope, AccountRef owner, NewApiKey wanted)
    {
        if (TextRules.ProblemOfName(wanted.Name) is { } problem)
        {
            return VaultError.Invalid("/name", problem);
        }

        if (wanted.ExpiresAt <= scope.Now)
        {
            return VaultError.Invalid("/expiresAt", "A key expires in the future.");
        }

        var permissions = PermissionNames.Parse(wanted.Permissions);
        var allowList = AllowList.Parse(wanted.AllowList);
        var agent = Agent(scope, owner, wanted);
        return permissions.Error is { } first ? first
            : allowList.Error is { } second ? second
            : agent.Error is { } third ? third
            : new ApiKey
            {
                Name = wanted.Name,
                Scope = wanted.Scope,
                OwnerId = owner.Id,
                AgentId = agent.Value,
                Permissions = permissions.Value,
                AllowList = allowList.Value,
                ExpiresAt = wanted.ExpiresAt,
            };
    }

    private static Result<long?> Agent(WriteScope scope, AccountRef owner, NewApiKey wanted)
    {
        if (!Enum.IsDefined(wanted.Scope))
        {
            return VaultError.Invalid("/scope", "A scope is USER, TENANT, ORG or AGENT.");
        }

        if ((wanted.Scope == ApiKeyScope.Agent) != wanted.AgentId.HasValue)
        {
            return VaultError.Invalid(
                "/agent",
                "A key of scope AGENT names an agent, and no other does."
            );
        }

        if (wanted.AgentId is not { } id)
        {
            return (long?)null;
        }

        return scope.Commands<ApiKeyCommands>().FindActiveAgent(id, owner.Id) is { } agent
            ? agent
            : VaultError.Invalid("/agent", "The owner has no active agent with this id.");
    }

    private static Result<long> OpenToRevoke(WriteScope scope, Standing standing, PublicId keyId)
    {
        if (standing.Kind == CallerKind.Machine)
        {
            return AccessErrors.Forbidden;
        }

        return
            scope.Commands<ApiKeyCommands>().Find(keyId) is { } key
            && (standing.Kind != CallerKind.Person || key.OwnerId == standing.OwnerId)
            ? key.Id
            : AccessErrors.NotFound;
    }

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
            WriteConstraint =
                access.ActiveFingerprints(standing.Principal).Count == 0
                    ? AccessErrors.SignerRequired.Code
                    : null,
            RateLimit = limiter.Look(RateLimitKey.OfApiKey(key.Id)),
        };
    }
}
