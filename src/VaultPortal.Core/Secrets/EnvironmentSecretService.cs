using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Secrets;

/// <summary>Environment secrets (secrets.md): keyed, readable by machines.</summary>
public sealed class EnvironmentSecretService
{
    /// <summary>All of them, newest first, inactive, expired and deleted ones included.</summary>
    public Task<Result<IReadOnlyList<EnvironmentSecretView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>A page of them, as the portal shows it.</summary>
    public Task<Result<SecretPage<EnvironmentSecretView>>> ListPageAsync(
        Caller caller,
        SecretQuery query,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>One without its value, whatever its state.</summary>
    public Task<Result<EnvironmentSecretView>> GetAsync(
        Caller caller,
        string key,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>The value; audited before it leaves. Unknown, inactive, expired and deleted are not found alike. Asks a person for a step-up.</summary>
    /// <param name="previous">The value before the last rotation, while its grace lasts.</param>
    public Task<Result<RevealedSecret>> ReadValueAsync(
        Caller caller,
        string key,
        bool previous = false,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<SecretReceipt>> CreateAsync(
        Caller caller,
        NewEnvironmentSecret secret,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<SecretReceipt>> UpdateAsync(
        Caller caller,
        string key,
        EnvironmentSecretChange change,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Into the trash. Again is no error and makes no version.</summary>
    public Task<Result<SecretReceipt>> DeleteAsync(
        Caller caller,
        string key,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Each in a work item of its own; what each came to.</summary>
    public Task<Result<IReadOnlyList<BulkOutcome>>> DeleteManyAsync(
        Caller caller,
        IReadOnlyList<string> keys,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Newest first.</summary>
    public Task<Result<IReadOnlyList<SecretVersionView>>> ListVersionsAsync(
        Caller caller,
        string key,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Makes the state of an earlier version a new one: value, reservation and expiry; active again.</summary>
    public Task<Result<SecretReceipt>> RestoreAsync(
        Caller caller,
        string key,
        long version,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<RotationReceipt>> RotateAsync(
        Caller caller,
        string key,
        SecretRotation rotation,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    public Task<Result<ImportReport>> ImportAsync(
        Caller caller,
        SecretImport import,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Values of all that can be read now, by key; audited, at most 500 ids an entry, before any leaves. Asks a person for a step-up.</summary>
    public Task<Result<IReadOnlyList<RevealedSecret>>> ExportAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();

    /// <summary>Whether this is the value, compared in constant time; audited, ten times a minute for each secret.</summary>
    public Task<Result<bool>> VerifyAsync(
        Caller caller,
        string key,
        ReadOnlyMemory<byte> value,
        CancellationToken cancellation = default
    ) => throw new NotImplementedException();
}
