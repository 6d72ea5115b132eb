using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

/// <summary>Brings the rows of secrets up to date with their newest versions, so that readers have nothing to look through.</summary>
public static class SecretSweep
{
    // Other processes that write all the while make it begin anew each time: then it ends with this many steps.
    private const int MostSteps = 1_000;

    /// <summary>
    /// In steps of the queue's second lane. Ends with what there was when it began, or when a sweep that was under way did.
    /// </summary>
    public static async Task RunAsync(WriteQueue queue, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(queue);
        for (var step = 0; step < MostSteps; step++)
        {
            var more = await queue.RunStepAsync(
                scope => scope.Commands<RecentVersions>().LongStep(),
                cancellation
            );
            if (!more)
            {
                return;
            }
        }
    }
}
