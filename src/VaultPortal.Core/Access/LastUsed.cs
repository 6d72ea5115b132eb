using System.Net;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// When and from where each key was last used. Kept in memory and written now and then: a hint for people, not worth a write
/// with every call. A crash loses the last minute of it; the audit has everything.
/// </summary>
public sealed class LastUsed(WriteQueue queue)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private const int StepSize = 500;

    private readonly Lock _gate = new();

    // Only keys that exist come in here, so the table is bounded by theirs.
    private readonly Dictionary<long, Use> _noted = [];
    private readonly HashSet<long> _unwritten = [];

    private readonly record struct Use(DateTimeOffset At, string? Address);

    /// <summary>Notes a use of a valid key; at most one a minute counts.</summary>
    public void Note(long apiKeyId, IPAddress? source, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_noted.TryGetValue(apiKeyId, out var last) && now - last.At < Interval)
            {
                return;
            }

            var address = source is { IsIPv4MappedToIPv6: true } ? source.MapToIPv4() : source;
            _noted[apiKeyId] = new Use(now, address?.ToString());
            _unwritten.Add(apiKeyId);
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

    private static int Write(WriteScope scope, KeyValuePair<long, Use>[] step)
    {
        var commands = scope.Commands<LastUsedCommands>();
        var written = 0;
        foreach (var (apiKeyId, use) in step)
        {
            written += commands.Update.Execute(apiKeyId, use.At, use.Address);
        }

        return written;
    }

    private KeyValuePair<long, Use>[] TakeStep()
    {
        lock (_gate)
        {
            var ids = _unwritten.Take(StepSize).ToArray();
            _unwritten.ExceptWith(ids);
            return [.. ids.Select(id => KeyValuePair.Create(id, _noted[id]))];
        }
    }

    private void PutBack(KeyValuePair<long, Use>[] step)
    {
        lock (_gate)
        {
            _unwritten.UnionWith(step.Select(use => use.Key));
        }
    }
}
