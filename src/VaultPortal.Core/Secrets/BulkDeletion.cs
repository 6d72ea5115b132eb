using VaultPortal.Core.Common;

namespace VaultPortal.Core.Secrets;

/// <summary>Deletes several, each by itself, so that one refusal stops no other.</summary>
internal static class BulkDeletion
{
    public const int Most = 500;

    // As many as share a commit without filling a batch.
    private const int AtOnce = 32;

    public static async Task<Result<IReadOnlyList<BulkOutcome>>> RunAsync<T>(
        IReadOnlyList<T> which,
        Func<T, string> name,
        Func<T, Task<VaultError?>> delete
    )
    {
        if (which.Count > Most)
        {
            return VaultError.Invalid("", $"At most {Most} can be deleted at once.");
        }

        var outcomes = new List<BulkOutcome>(which.Count);
        foreach (var group in which.Chunk(AtOnce))
        {
            outcomes.AddRange(
                await Task.WhenAll(
                    group.Select(async one => new BulkOutcome(name(one), await delete(one)))
                )
            );
        }

        return outcomes;
    }
}
