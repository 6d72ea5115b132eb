using Microsoft.Extensions.Logging;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>
/// Counts seals ahead, in blocks: a process that is killed has counted more than it sealed, never less. Long before a key has
/// sealed as often as it may, another takes its place.
/// </summary>
public sealed partial class SealCounts : IDisposable
{
    /// <summary>How many seals a process counts ahead: a kill loses that many at most.</summary>
    public const long Block = 2 * KeyRing.FewSeals;

    /// <summary>A key that has sealed so often is replaced: half of what it may.</summary>
    public const long ReplaceAt = 1L << 30;

    private readonly WriteQueue _queue;
    private readonly OpenedKeys _keys;
    private readonly KeyRing _ring;
    private readonly ILogger _logger;

    /// <param name="queue">Where the counts are written.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="ring">Their ring: asked for apart, so that a container ends these counts before it.</param>
    /// <param name="logger">Told when a key is replaced.</param>
    public SealCounts(WriteQueue queue, OpenedKeys keys, KeyRing ring, ILogger<SealCounts> logger)
    {
        (_queue, _keys, _ring, _logger) = (queue, keys, ring, logger);
        ring.OnFewLeft = _ =>
            ThreadPool.UnsafeQueueUserWorkItem(static counts => counts.ReserveAsked(), this, false);
    }

    /// <summary>Counts the current key's next seals ahead, when few are left; replaces a key that has sealed often enough.</summary>
    public async Task ReserveAsync(Caller caller, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var id = _ring.CurrentId;
        if (_ring.SealsLeft(id) >= KeyRing.FewSeals)
        {
            return;
        }

        var total = await _queue.RunAsync(
            scope =>
            {
                var commands = scope.Commands<KeyCommands>();
                commands.ReserveSeals.ExecuteOne(id, Block);
                return commands.SealCount.Number(id)!.Value;
            },
            cancellation
        );
        _ring.Reserved(id, Block, total);
        if (total >= ReplaceAt)
        {
            await ReplaceAsync(caller, id, cancellation);
        }
    }

    /// <summary>What was counted ahead and not used is taken off again: the process ends in order.</summary>
    public void Dispose()
    {
        _ring.OnFewLeft = null;
        var unused = _ring.GiveBack();
        if (unused.Count == 0)
        {
            return;
        }

        try
        {
            _queue
                .RunAsync(scope =>
                {
                    foreach (var (id, seals) in unused)
                    {
                        scope.Commands<KeyCommands>().GiveBackSeals.Execute(id, seals);
                    }

                    return default(Unit);
                })
                .GetAwaiter()
                .GetResult();
        }
        catch (Exception exception)
            when (exception is StorageUnavailableException or WriteQueueFullException)
        {
            LogNotGivenBack(_logger, exception);
        }
    }

    private async void ReserveAsked()
    {
        try
        {
            await ReserveAsync(Caller.System(Guid.NewGuid().ToString("N")));
        }
        catch (Exception exception)
        {
            // Tried again each minute; until then seals are counted in memory.
            LogNotReserved(_logger, exception);
        }
    }

    private async Task ReplaceAsync(Caller caller, string worn, CancellationToken cancellation)
    {
        var masterKey = _keys.MasterKey;
        var made = await _queue.RunAsync(
            scope =>
            {
                var stored = StoredDataKey.ReadAll(scope.Commands<KeyCommands>());
                // Another process may have been first, or have rotated the master key: then this one learns of it soon.
                if (
                    stored.Find(key => key.IsCurrent) is not { } current
                    || current.Id != worn
                    || current.MasterKeyId != masterKey.Id
                )
                {
                    return null;
                }

                StoredDataKey.Add(scope, caller, masterKey, DataKeyPurpose.Seals);
                return StoredDataKey
                    .ReadAll(scope.Commands<KeyCommands>())
                    .Find(key => key.IsCurrent);
            },
            cancellation
        );
        if (made is not null && _keys.TryAdd(made))
        {
            LogReplaced(_logger, worn, made.Id);
        }
    }

    [LoggerMessage(
        LogLevel.Error,
        "Seals could not be counted ahead; it is tried again each minute."
    )]
    private static partial void LogNotReserved(ILogger logger, Exception exception);

    [LoggerMessage(
        LogLevel.Information,
        "Seals that were counted ahead stay counted: the database took no more work."
    )]
    private static partial void LogNotGivenBack(ILogger logger, Exception exception);

    [LoggerMessage(
        LogLevel.Warning,
        "The data key {Worn} has sealed half as often as it may: {New} seals from now on. Run keys rotate-data --resume at a quiet time to seal anew what it holds."
    )]
    private static partial void LogReplaced(ILogger logger, string worn, string @new);
}
