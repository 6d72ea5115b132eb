using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// When each secret was last used. Kept in memory and written once a minute, never by the read itself: a hint for people, not worth a
/// write with every read. A crash loses the last minute of it; the audit has everything.
/// </summary>
public sealed class SecretUses(WriteQueue queue)
{
    private const int StepSize = 500;

    private readonly Lock _gate = new();

    // Only secrets that exist come in here, and each flush empties it: it is bounded by what is used within a minute.
    private readonly Dictionary<long, DateTimeOffset> _noted = [];

    /// <summary>Notes a use of the secret in this row.</summary>
    internal void Note(long secretId, DateTimeOffset now)
    {
        lock (_gate)
        {
            _noted[secretId] = now;
        }
    }

    /// <summary>Writes what was noted, in steps of the queue's second lane. What cannot be written stays noted.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        while (TakeStep() is { Length: > 0 } step)
        {
            try
            {
                await queue.RunStepAsync(scope => Write(scope, step), cancellation);
            }
            catch
            {
                PutBack(step);
                throw;
            }
        }
    }

    private static int Write(WriteScope scope, KeyValuePair<long, DateTimeOffset>[] step)
    {
        var commands = scope.Commands<SecretUseCommands>();
        var written = 0;
        foreach (var (secretId, at) in step)
        {
            written += commands.Update.Execute(secretId, at);
        }

        return written;
    }

    private KeyValuePair<long, DateTimeOffset>[] TakeStep()
    {
        lock (_gate)
        {
            var step = _noted.Take(StepSize).ToArray();
            foreach (var use in step)
            {
                _noted.Remove(use.Key);
            }

            return step;
        }
    }

    private void PutBack(KeyValuePair<long, DateTimeOffset>[] step)
    {
        lock (_gate)
        {
            foreach (var (secretId, at) in step)
            {
                // A later use may have been noted meanwhile.
                _noted.TryAdd(secretId, at);
            }
        }
    }
}

internal sealed class SecretUseCommands : ICommandSet<SecretUseCommands>
{
    /// <summary>$1 secret, $2 time. Another node may have written a later use.</summary>
    public readonly PreparedCommand Update;

    private SecretUseCommands(DbConnection connection) =>
        Update = new(
            connection,
            "UPDATE secret SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)"
        );

    public static SecretUseCommands Create(DbConnection connection) => new(connection);
}
