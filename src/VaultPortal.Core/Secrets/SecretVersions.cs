using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Secrets;

/// <summary>Lists and finds versions for the services of both stores, each of which says what it finds a secret by.</summary>
internal sealed class SecretVersions(Gate gate)
{
    /// <summary>Newest first, the newest 1,000.</summary>
    public Task<Result<IReadOnlyList<SecretVersionView>>> ListAsync(
        Caller caller,
        AuditedCall call,
        Func<SecretCommands, Result<SecretRow>> find,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync<IReadOnlyList<SecretVersionView>>(
            caller,
            call,
            (scope, _) =>
            {
                var found = find(scope.Commands<SecretCommands>());
                return found.Error is { } missing
                    ? missing
                    : scope.Commands<SecretHistoryCommands>().Newest(found.Value);
            },
            cancellation
        );

    /// <summary>
    /// Finds the row of a version, then lets the store write. The chain is walked outside the queue, where a long one keeps nobody
    /// waiting; what is found never changes.
    /// </summary>
    public async Task<Result<T>> RestoreAsync<T>(
        Caller caller,
        AuditedCall call,
        Func<SecretCommands, Result<SecretRow>> find,
        long version,
        Func<long, Task<Result<T>>> write,
        CancellationToken cancellation
    )
    {
        var row = await gate.ReadAsync<long>(
            caller,
            call,
            (scope, _) =>
            {
                var found = find(scope.Commands<SecretCommands>());
                return found.Error is { } missing
                    ? missing
                    : scope.Commands<SecretHistoryCommands>().Find(found.Value, version);
            },
            cancellation
        );
        return row.Error is { } refused ? refused : await write(row.Value);
    }
}
