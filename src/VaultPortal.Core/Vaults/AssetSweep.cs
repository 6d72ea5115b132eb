using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Removes attachments that no field instance names a day after their upload began: left over, or never used.</summary>
public sealed class AssetSweep(WriteQueue queue, TimeProvider time)
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>An attachment has up to 41 parts and a row.</summary>
    private const int AtOnce = 10;

    /// <summary>In steps that leave room for others; what was removed is in the audit by its number.</summary>
    public async Task SweepAsync(Caller caller, CancellationToken cancellation)
    {
        int removed;
        do
        {
            removed = await queue.RunStepAsync(
                scope =>
                {
                    var commands = scope.Commands<AssetCommands>();
                    var forgotten = commands.Forgotten(time.GetUtcNow() - Kept, AtOnce);
                    forgotten.ForEach(commands.Delete);
                    if (forgotten.Count > 0)
                    {
                        scope.Audit(caller, "asset.sweep", "assets", "ok", forgotten.Count);
                    }

                    return forgotten.Count;
                },
                cancellation
            );
        } while (removed == AtOnce);
    }
}
