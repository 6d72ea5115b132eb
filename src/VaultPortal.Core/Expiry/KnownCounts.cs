using System.Diagnostics.CodeAnalysis;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// The numbers of the whole installation, counted anew by whoever asks when they are older than some seconds: several that watch over it
/// cost no more than one.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A semaphore has something to dispose of only when its wait handle is asked for."
)]
internal sealed class KnownCounts(TimeProvider time)
{
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private (Result<IReadOnlyList<ExpiryCount>> Counts, long At)? _known;

    /// <summary>Who asks meanwhile waits for the same numbers. Their age counts from when the counting began.</summary>
    public async Task<Result<IReadOnlyList<ExpiryCount>>> GetAsync(
        Func<Task<Result<IReadOnlyList<ExpiryCount>>>> count,
        CancellationToken cancellation
    )
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_known is { } known && time.GetElapsedTime(known.At) < Kept)
            {
                return known.Counts;
            }

            var began = time.GetTimestamp();
            var counted = await count();
            if (counted.Succeeded)
            {
                _known = (counted, began);
            }

            return counted;
        }
        finally
        {
            _one.Release();
        }
    }
}
