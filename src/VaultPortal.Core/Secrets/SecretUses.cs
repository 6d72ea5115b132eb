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

    /// <summary>
    /// Writes what was noted, in steps of the queue's second lane and in the order of the secrets, so that those on one page are
    /// written together. What cannot be written stays noted.
    /// </summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        var uses = TakeAll();
        for (var written = 0; written < uses.Length; written += StepSize)
        {
            var step = uses.AsMemory(written, Math.Min(StepSize, uses.Length - written));
            try
            {
                await queue.RunStepAsync(scope => Write(scope, step.Span), cancellation);
            }
            catch
            {
                PutBack(uses.AsSpan(written));
                throw;
            }
        }
    }

    private static int Write(
        WriteScope scope,
        ReadOnlySpan<KeyValuePair<long, DateTimeOffset>> step
    )
    {
        var commands = scope.Commands<SecretUseCommands>();
        var written = 0;
        foreach (var (secretId, at) in step)
        {
            written += commands.Update.Execute(secretId, at);
        }

        return written;
    }

    private KeyValuePair<long, DateTimeOffset>[] TakeAll()
    {
        KeyValuePair<long, DateTimeOffset>[] uses;
        lock (_gate)
        {
            uses = [.. _noted];
            _noted.Clear();
        }

        Array.Sort(uses, static (one, other) => one.Key.CompareTo(other.Key));
        return uses;
    }

    private void PutBack(ReadOnlySpan<KeyValuePair<long, DateTimeOffset>> uses)
    {
        lock (_gate)
        {
            foreach (var (secretId, at) in uses)
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
