using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

internal static class MasterKeySources
{
    /// <summary>The key with this id: the present one, or the one that a rotation is about to put there; else null.</summary>
    public static async Task<MasterKey?> FindAsync(
        this IMasterKeySource source,
        string masterKeyId,
        CancellationToken cancellation = default
    )
    {
        var present = await source.LoadAsync(cancellation);
        if (present.Id == masterKeyId)
        {
            return present;
        }

        present.Dispose();
        var next = await source.LoadNextAsync(cancellation);
        if (next?.Id == masterKeyId)
        {
            return next;
        }

        next?.Dispose();
        return null;
    }
}
