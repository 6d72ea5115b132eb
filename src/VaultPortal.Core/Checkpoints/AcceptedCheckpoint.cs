using VaultPortal.Core.Common;

namespace VaultPortal.Core.Checkpoints;

/// <summary>Which of a vault's accepted checkpoints are asked for.</summary>
/// <param name="Kind">Null = all; <see cref="CheckpointKind.Permission"/> stands for those of items, too.</param>
/// <param name="ItemId">Those of this item only.</param>
public sealed record CheckpointQuery(CheckpointKind? Kind, PublicId? ItemId, Page Page);

/// <summary>One of all the checkpoints that were ever accepted.</summary>
/// <param name="ItemId">The item that it is about; null = the vault.</param>
public sealed record AcceptedCheckpoint(SignedCheckpoint Checkpoint, PublicId? ItemId);
