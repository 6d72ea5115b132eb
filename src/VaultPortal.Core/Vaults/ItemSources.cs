using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>What a read of an item is made from, on whichever connection: of a read, or of the queue when the value is released.</summary>
internal readonly record struct ItemSources(
    AccessCommands Access,
    VaultItemCommands Items,
    CheckpointCommands Checkpoints,
    VaultCommands Vaults,
    PolicyCommands Policies
)
{
    public static ItemSources Of(ReadScope scope) =>
        new(
            scope.Commands<AccessCommands>(),
            scope.Commands<VaultItemCommands>(),
            scope.Commands<CheckpointCommands>(),
            scope.Commands<VaultCommands>(),
            scope.Commands<PolicyCommands>()
        );

    public static ItemSources Of(WriteScope scope) =>
        new(
            scope.Commands<AccessCommands>(),
            scope.Commands<VaultItemCommands>(),
            scope.Commands<CheckpointCommands>(),
            scope.Commands<VaultCommands>(),
            scope.Commands<PolicyCommands>()
        );
}
