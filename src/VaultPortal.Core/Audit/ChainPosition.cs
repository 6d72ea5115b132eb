namespace VaultPortal.Core.Audit;

/// <summary>What a batch leaves as head of the chain.</summary>
/// <param name="Batch">The number of the batch.</param>
/// <param name="FirstSequence">The last entry before the batch.</param>
/// <param name="Sequence">The last entry with it.</param>
/// <param name="Hash">The hash of that entry.</param>
internal sealed record ChainPosition(long Batch, long FirstSequence, long Sequence, byte[] Hash);
