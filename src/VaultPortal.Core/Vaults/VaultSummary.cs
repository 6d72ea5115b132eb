using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>The newest summary checkpoint of a vault, for every write that changes what stands in it.</summary>
internal static class VaultSummary
{
    /// <summary>Keeps a summary that was accepted, and writes the vault's row with its new counter.</summary>
    public static void Put(
        WriteScope scope,
        Vault vault,
        SignedInput<SummaryContent> signed,
        long signer
    )
    {
        vault.SummaryVersion = signed.Content.Version;
        vault.SummaryCheckpoint = scope
            .Commands<CheckpointCommands>()
            .Append(signed, vault.Id, signer, scope.Now, vault.SummaryCheckpoint);
        vault.UpdatedAt = scope.Now;
        scope.Commands<VaultCommands>().Update(vault, scope.CommitSequence);
    }
}
