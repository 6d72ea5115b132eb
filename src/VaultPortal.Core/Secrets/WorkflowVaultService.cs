using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Secrets;

/// <summary>The workflow vault (workflows.md): write-only secrets with expiry, and generated keys.</summary>
public sealed class WorkflowVaultService
{
    /// <summary>All that are not deleted, newest first.</summary>
    public Task<Result<IReadOnlyList<WorkflowItemView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>A page of them, as the portal shows it.</summary>
    public Task<Result<SecretPage<WorkflowItemView>>> ListPageAsync(
        Caller caller,
        SecretQuery query,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <param name="withDeleted">Whether one in the trash is found: in the portal.</param>
    public Task<Result<WorkflowItemView>> GetAsync(
        Caller caller,
        SecretId id,
        bool withDeleted = false,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<WorkflowItemView>> CreateAsync(
        Caller caller,
        NewWorkflowItem item,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<WorkflowItemView>> UpdateAsync(
        Caller caller,
        SecretId id,
        WorkflowItemChange change,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Into the trash; a second time it is not found.</summary>
    public Task<Result<Unit>> DeleteAsync(
        Caller caller,
        SecretId id,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Each in a work item of its own; what each came to, named by its id.</summary>
    public Task<Result<IReadOnlyList<BulkOutcome>>> DeleteManyAsync(
        Caller caller,
        IReadOnlyList<SecretId> ids,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Out of the trash again.</summary>
    public Task<Result<WorkflowItemView>> TakeBackAsync(
        Caller caller,
        SecretId id,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Newest first.</summary>
    public Task<Result<IReadOnlyList<SecretVersionView>>> ListVersionsAsync(
        Caller caller,
        SecretId id,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Makes name, secret and expiry of an earlier version a new one, and shows nothing. Generated keys have none to restore.</summary>
    public Task<Result<WorkflowItemView>> RestoreAsync(
        Caller caller,
        SecretId id,
        long version,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Secrets for a workflow; audited for each before any leaves.</summary>
    public Task<Result<WorkflowResolution>> ResolveAsync(
        Caller caller,
        WorkflowResolve wanted,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>The item whose generated key this is, if it may be used now; else null.</summary>
    public Task<Result<WorkflowItemView?>> VerifyKeyAsync(
        Caller caller,
        string key,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <param name="graceHours">0 to 168: how long the old key stays valid.</param>
    public Task<Result<WorkflowItemView>> RotateKeyAsync(
        Caller caller,
        SecretId id,
        int graceHours,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();
}
