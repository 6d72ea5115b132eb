using VaultPortal.Core.Checkpoints;

namespace VaultPortal.Core.Vaults;

/// <summary>The vault's next data key, wrapped to everybody, and the summary that makes it the current one.</summary>
public sealed record Rekeying(
    IReadOnlyList<WrappedDekInput> WrappedDeks,
    SignedInput<SummaryContent> Summary
);

/// <param name="Count">How many were written.</param>
public sealed record AddedWrappedDeks(int Count);
