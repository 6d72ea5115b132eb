namespace VaultPortal.Core.Expiry;

/// <summary>
/// The numbers of the whole installation, counted anew by whoever asks when they are older than some seconds: several that watch over it
/// cost no more than one.
/// </summary>
internal sealed class KnownCounts(TimeProvider time)
{
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private (List<ExpiryCount> Counts, long At)? _known;

    /// <summary>Who asks meanwhile waits for the same numbers.</summary>
    public List<ExpiryCount> Get(Func<List<ExpiryCount>> count)
    {
        lock (_gate)
        {
            if (_known is not { } known || time.GetElapsedTime(known.At) >= Kept)
            {
                known = (count(), time.GetTimestamp());
                _known = known;
            }

            return known.Counts;
        }
    }
}
