using System.Net;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Audit;

/// <summary>
/// Refusals without a valid credential, counted by address and reason and written now and then as one entry each (DESIGN
/// section 5). Addresses beyond <see cref="MostCounts"/> in one turn share an entry without an address, so that strangers can
/// fill neither memory nor disk.
/// </summary>
public sealed class RefusalCounter(WriteQueue queue)
{
    public const int MostCounts = 100;

    private readonly Lock _gate = new();
    private Dictionary<(string Reason, IPAddress? Source), long> _counts = [];

    /// <summary>Counts a refusal.</summary>
    /// <param name="reason">A fixed word, never text of the caller's.</param>
    /// <param name="source">Where it came from.</param>
    public void Count(string reason, IPAddress? source)
    {
        lock (_gate)
        {
            var slot = (reason, source);
            if (_counts.Count >= MostCounts && !_counts.ContainsKey(slot))
            {
                slot = (reason, null);
            }

            _counts[slot] = _counts.GetValueOrDefault(slot) + 1;
        }
    }

    /// <summary>Writes what was counted since the last time; to be called once a minute and when the process ends.</summary>
    public async Task FlushAsync(CancellationToken cancellation = default)
    {
        if (Take() is not { Count: > 0 } counts)
        {
            return;
        }

        try
        {
            await queue.RunStepAsync(scope => Write(scope, counts), cancellation);
        }
        catch
        {
            PutBack(counts);
            throw;
        }
    }

    private static int Write(
        WriteScope scope,
        Dictionary<(string Reason, IPAddress? Source), long> counts
    )
    {
        foreach (var ((reason, source), count) in counts)
        {
            var stranger = new Caller
            {
                Kind = CallerKind.System,
                Actor = "stranger",
                Source = source,
                CorrelationId = "",
            };
            scope.Audit(stranger, "credential.refused", "credentials", reason, count);
        }

        return counts.Count;
    }

    private Dictionary<(string Reason, IPAddress? Source), long> Take()
    {
        lock (_gate)
        {
            var counts = _counts;
            _counts = [];
            return counts;
        }
    }

    private void PutBack(Dictionary<(string Reason, IPAddress? Source), long> counts)
    {
        foreach (var ((reason, source), count) in counts)
        {
            lock (_gate)
            {
                var slot = (reason, source);
                _counts[slot] = _counts.GetValueOrDefault(slot) + count;
            }
        }
    }
}
