using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Secrets;

/// <summary>The workflow vault (workflows.md): write-only secrets with expiry, and generated keys.</summary>
public sealed class WorkflowVaultService(
    Gate gate,
    KeyRing keys,
    SecretUses uses,
    TimeProvider time
)
{
    private const string All = "workflow_secrets";
    private readonly SecretVersions _versions = new(gate);
    private readonly WorkflowResolver _resolver = new(gate, keys, uses, time);

    /// <summary>All that are not deleted, newest first.</summary>
    public Task<Result<IReadOnlyList<WorkflowItemView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<WorkflowItemView>>(
            caller,
            new AuditedCall("workflow_secret.list", All, Permissions.WorkflowsRead),
            (scope, _) => scope.Commands<SecretListCommands>().Workflows(i => i.ToWorkflow()),
            cancellation
        );

    /// <summary>A page of them, as the portal shows it.</summary>
    public Task<Result<SecretPage<WorkflowItemView>>> ListPageAsync(
        Caller caller,
        SecretQuery query,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<SecretPage<WorkflowItemView>>(
            caller,
            new AuditedCall("workflow_secret.list", All, Permissions.WorkflowsRead),
            (scope, _) =>
                scope
                    .Commands<SecretListCommands>()
                    .Page(
                        SecretStore.Workflows,
                        query,
                        time.GetUtcNow(),
                        scope
                            .Commands<PolicyCommands>()
                            .RuleFor(new LifetimeTraits(LifetimeKind.WorkflowSecret)),
                        item => item.ToWorkflow()
                    ),
            cancellation
        );

    /// <param name="withDeleted">Whether one in the trash is found: in the portal.</param>
    public Task<Result<WorkflowItemView>> GetAsync(
        Caller caller,
        SecretId id,
        bool withDeleted = false,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<WorkflowItemView>(
            caller,
            Call("workflow_secret.read", id, Permissions.WorkflowsRead),
            (scope, _) =>
                Find(scope.Commands<SecretCommands>(), id, withDeleted) is { } item
                    ? item.ToWorkflow()
                    : SecretErrors.ItemNotFound,
            cancellation
        );

    /// <summary>Makes one. Where the name begins with <c>api-key:</c>, its key is generated and stands in this one answer.</summary>
    public Task<Result<WorkflowItemView>> CreateAsync(
        Caller caller,
        NewWorkflowItem item,
        CancellationToken cancellation = default
    )
    {
        var id = SecretId.NewUlid(time.GetUtcNow());
        return gate.WriteAsync<Unit, WorkflowItemView>(
            caller,
            new AuditedCall("workflow_secret.create", All, Permissions.WorkflowsWrite),
            static (_, _) => default(Unit),
            (scope, _, _) => Create(scope, caller, id, item),
            cancellation,
            made => WorkflowResolver.Target(made.Id)
        );
    }

    /// <summary>Changes name, secret and expiry; a generated key stays what it is.</summary>
    public Task<Result<WorkflowItemView>> UpdateAsync(
        Caller caller,
        SecretId id,
        WorkflowItemChange change,
        CancellationToken cancellation = default
    ) =>
        WriteAsync(
            caller,
            Call("workflow_secret.update", id, Permissions.WorkflowsWrite),
            (id, WithDeleted: false),
            change.IfMatch,
            (scope, item) => Update(scope, caller, item, change),
            cancellation
        );

    /// <summary>Into the trash; a second time it is not found.</summary>
    public Task<Result<Unit>> DeleteAsync(
        Caller caller,
        SecretId id,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        // A retry of what deleted it is to be answered: that it is gone is decided after the kept answer.
        gate.WriteAsync<SecretRow, Unit>(
            caller,
            Call("workflow_secret.delete", id, Permissions.WorkflowsWrite),
            (scope, _) => FindOrRefuse(scope.Commands<SecretCommands>(), id, withDeleted: true),
            (scope, _, item) => Delete(scope, caller, item, ifMatch),
            cancellation
        );

    /// <summary>Each in a work item of its own; what each came to, named by its id. At most 500.</summary>
    public Task<Result<IReadOnlyList<BulkOutcome>>> DeleteManyAsync(
        Caller caller,
        IReadOnlyList<SecretId> ids,
        CancellationToken cancellation = default
    ) =>
        BulkDeletion.RunAsync(
            ids,
            id => id.ToWorkflow(),
            async id =>
                (
                    await DeleteAsync(caller with { Idempotency = null }, id, null, cancellation)
                ).Error
        );

    /// <summary>Out of the trash again; one that is not in it stays as it is.</summary>
    public Task<Result<WorkflowItemView>> TakeBackAsync(
        Caller caller,
        SecretId id,
        CancellationToken cancellation = default
    ) =>
        WriteAsync(
            caller,
            Call("workflow_secret.take_back", id, Permissions.WorkflowsWrite),
            (id, WithDeleted: true),
            ifMatch: null,
            (scope, item) => TakeBack(scope, caller, item),
            cancellation
        );

    /// <summary>Newest first, the newest 1,000.</summary>
    public Task<Result<IReadOnlyList<SecretVersionView>>> ListVersionsAsync(
        Caller caller,
        SecretId id,
        CancellationToken cancellation = default
    ) =>
        _versions.ListAsync(
            caller,
            Call("workflow_secret.versions", id, Permissions.WorkflowsRead),
            commands => FindOrRefuse(commands, id, withDeleted: true),
            cancellation
        );

    /// <summary>Makes name, secret and an expiry that has not passed of an earlier version a new one, and shows nothing. Generated keys have none to restore.</summary>
    public Task<Result<WorkflowItemView>> RestoreAsync(
        Caller caller,
        SecretId id,
        long version,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    )
    {
        var call = Call("workflow_secret.restore", id, Permissions.WorkflowsWrite);
        return _versions.RestoreAsync(
            caller,
            call,
            commands => FindOrRefuse(commands, id, withDeleted: true),
            version,
            row =>
                WriteAsync(
                    caller,
                    call,
                    (id, WithDeleted: true),
                    ifMatch,
                    (scope, item) => Restore(scope, caller, item, row, version),
                    cancellation
                ),
            cancellation
        );
    }

    /// <summary>Secrets for a workflow; audited for each before any leaves. Never for a person.</summary>
    public Task<Result<WorkflowResolution>> ResolveAsync(
        Caller caller,
        WorkflowResolve wanted,
        CancellationToken cancellation = default
    ) => _resolver.ResolveAsync(caller, wanted, cancellation);

    /// <summary>The item whose generated key this is, if it may be used now; else null.</summary>
    public async Task<Result<WorkflowItemView?>> VerifyKeyAsync(
        Caller caller,
        string key,
        CancellationToken cancellation = default
    )
    {
        var hash = WorkflowKeyText.IsWellFormed(key) ? ApiKeyText.Hash(key) : null;
        var now = time.GetUtcNow();
        var call = new AuditedCall("workflow_secret.verify_key", All, Permissions.WorkflowsUse);
        var found = await gate.ReadAsync<SecretRow?>(
            caller,
            call,
            (scope, _) => UsableBy(hash, scope.Commands<WorkflowCommands>(), now),
            cancellation
        );
        if (found is { Succeeded: true, Value: { } used })
        {
            uses.Note(used.Id, now);
        }

        return found.Error is { } refused ? refused : found.Value?.ToWorkflow();
    }

    /// <summary>A new generated key, shown in this one answer. What was rotated before is worth nothing any more, grace or not.</summary>
    /// <param name="graceHours">0 to 168: how long the old key stays valid.</param>
    public Task<Result<WorkflowItemView>> RotateKeyAsync(
        Caller caller,
        SecretId id,
        int graceHours,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        WriteAsync(
            caller,
            Call("workflow_secret.rotate_key", id, Permissions.WorkflowsWrite),
            (id, WithDeleted: false),
            ifMatch,
            (scope, item) => RotateKey(scope, caller, item, graceHours),
            cancellation
        );

    private static SecretRow? UsableBy(
        byte[]? hash,
        WorkflowCommands workflows,
        DateTimeOffset now
    ) =>
        hash is not null
        && workflows.FindByHash(hash, now) is { IsActive: true, IsDeleted: false } item
        && !item.IsExpired(now)
            ? item
            : null;

    private static AuditedCall Call(string action, SecretId id, Permissions needed) =>
        new(action, WorkflowResolver.Target(id), needed);

    private static SecretRow? Find(SecretCommands commands, SecretId id, bool withDeleted) =>
        commands.FindById(SecretStore.Workflows, id) is { } item && (withDeleted || !item.IsDeleted)
            ? item
            : null;

    private static Result<SecretRow> FindOrRefuse(
        SecretCommands commands,
        SecretId id,
        bool withDeleted
    ) => Find(commands, id, withDeleted) is { } item ? item : SecretErrors.ItemNotFound;

    private Task<Result<WorkflowItemView>> WriteAsync(
        Caller caller,
        AuditedCall call,
        (SecretId Id, bool WithDeleted) which,
        VersionCondition? ifMatch,
        Func<WriteScope, SecretRow, Result<WorkflowItemView>> change,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync<SecretRow, WorkflowItemView>(
            caller,
            call,
            (scope, _) =>
                FindOrRefuse(scope.Commands<SecretCommands>(), which.Id, which.WithDeleted),
            (scope, _, item) =>
                ifMatch?.Holds(item.Version) == false
                    ? SecretErrors.VersionConflict
                    : change(scope, item),
            cancellation
        );

    private Result<WorkflowItemView> Create(
        WriteScope scope,
        Caller caller,
        SecretId id,
        NewWorkflowItem request
    )
    {
        var generates = SecretRules.HasGeneratedKey(request.Name);
        if (
            (
                SecretRules.ProblemOfName(request.Name)
                ?? SecretRules.ProblemOfSecret(request.Secret, generates, mayBeLeftOut: false)
                ?? SecretRules.ProblemOfExpiry(request.ExpiresAt, scope.Now)
            ) is
            { } problem
        )
        {
            return problem;
        }

        var expiry = Rule(scope)
            .ExpiryOfNew(
                Given.Or(request.ExpiresAt, request.NeverExpires),
                scope.Now,
                "/expires_at"
            );
        if (expiry.Error is { } tooLong)
        {
            return tooLong;
        }

        var item = new SecretRow
        {
            PublicId = id,
            Store = SecretStore.Workflows,
            Kind = generates ? SecretKind.GeneratedKey : SecretKind.Value,
            Name = request.Name,
            IsActive = true,
            ExpiresAt = expiry.Value,
            CreatedAt = scope.Now,
        };
        SecretHistory.Append(scope, keys, caller, item, SecretChange.Created, request.Secret);
        return item.ToWorkflow(generates ? NewKey(scope, item) : null);
    }

    private Result<WorkflowItemView> Update(
        WriteScope scope,
        Caller caller,
        SecretRow item,
        WorkflowItemChange change
    )
    {
        var generates = item.Kind == SecretKind.GeneratedKey;
        if (SecretRules.HasGeneratedKey(change.Name) != generates)
        {
            return SecretErrors.PrefixImmutable;
        }

        if (
            (
                SecretRules.ProblemOfName(change.Name)
                ?? SecretRules.ProblemOfSecret(change.Secret, generates, change.KeepsSecret)
                ?? (
                    change.ExpiresAt is { } given
                        ? SecretRules.ProblemOfExpiry(given.Value, scope.Now)
                            ?? Rule(scope)
                                .RefusalOfChange(
                                    item.ExpiresAt,
                                    given.Value,
                                    scope.Now,
                                    "/expires_at"
                                )
                        : null
                )
            ) is
            { } problem
        )
        {
            return problem;
        }

        item.Name = change.Name;
        item.ExpiresAt = change.ExpiresAt is { } expiry ? expiry.Value : item.ExpiresAt;
        SecretHistory.Append(scope, keys, caller, item, SecretChange.Updated, change.Secret);
        return item.ToWorkflow();
    }

    private static ExpiryRule Rule(WriteScope scope) =>
        scope.Commands<PolicyCommands>().RuleFor(new LifetimeTraits(LifetimeKind.WorkflowSecret));

    private Result<Unit> Delete(
        WriteScope scope,
        Caller caller,
        SecretRow item,
        VersionCondition? ifMatch
    )
    {
        if (item.IsDeleted)
        {
            return SecretErrors.ItemNotFound;
        }

        if (ifMatch?.Holds(item.Version) == false)
        {
            return SecretErrors.VersionConflict;
        }

        item.IsActive = false;
        item.DeletedAt = scope.Now;
        SecretHistory.Append(scope, keys, caller, item, SecretChange.Deleted);
        return default(Unit);
    }

    private Result<WorkflowItemView> TakeBack(WriteScope scope, Caller caller, SecretRow item)
    {
        if (item.IsDeleted)
        {
            item.IsActive = true;
            item.DeletedAt = null;
            item.ExpiresAt = Rule(scope).Nearest(item.ExpiresAt, scope.Now);
            SecretHistory.Append(scope, keys, caller, item, SecretChange.TakenBack);
        }

        return item.ToWorkflow();
    }

    private Result<WorkflowItemView> Restore(
        WriteScope scope,
        Caller caller,
        SecretRow item,
        long row,
        long version
    )
    {
        if (item.Kind == SecretKind.GeneratedKey)
        {
            return SecretErrors.NotRestorable;
        }

        return SecretHistory.Restore(scope, keys, caller, item, row, version) is { } refused
            ? refused
            : item.ToWorkflow();
    }

    /// <summary>The change itself, for whoever has decided about the rest in the same work item.</summary>
    internal Result<WorkflowItemView> RotateKey(
        WriteScope scope,
        Caller caller,
        SecretRow item,
        int graceHours
    )
    {
        if (item.Kind != SecretKind.GeneratedKey)
        {
            return SecretErrors.NoKeyToRotate;
        }

        if (SecretRules.ProblemOfGrace(graceHours, "/grace_hours") is { } problem)
        {
            return problem;
        }

        scope
            .Commands<WorkflowCommands>()
            .EndPresentKey(item, scope.Now + TimeSpan.FromHours(graceHours));
        SecretHistory.Append(scope, keys, caller, item, SecretChange.Rotated);
        return item.ToWorkflow(NewKey(scope, item));
    }

    private static string NewKey(WriteScope scope, SecretRow item)
    {
        var key = WorkflowKeyText.Generate();
        scope.Commands<WorkflowCommands>().InsertKey(item, ApiKeyText.Hash(key), scope.Now);
        return key;
    }
}
