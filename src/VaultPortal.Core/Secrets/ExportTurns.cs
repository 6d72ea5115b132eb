namespace VaultPortal.Core.Secrets;

/// <summary>
/// How many exports there may be at once in this process. Each holds its values until whoever asked has read them: without an end
/// to their number, a few readers that stop reading would take all memory.
/// </summary>
/// <param name="most">How many.</param>
internal sealed class ExportTurns(int most)
{
    private int _free = most;

    /// <summary>A turn, which ends when it is disposed of; null while all are taken.</summary>
    public IDisposable? TryTake()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
        {
            return new Turn(this);
        }

        Interlocked.Increment(ref _free);
        return null;
    }

    private sealed class Turn(ExportTurns turns) : IDisposable
    {
        private ExportTurns? _turns = turns;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _turns, null) is { } mine)
            {
                Interlocked.Increment(ref mine._free);
            }
        }
    }
}
