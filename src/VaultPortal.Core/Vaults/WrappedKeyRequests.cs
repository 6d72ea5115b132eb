using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>The vault's next data key, wrapped to everybody, and the summary that makes it the current one.</summary>
public sealed record Rekeying(
    IReadOnlyList<WrappedDekInput> WrappedDeks,
    SignedInput<SummaryContent> Summary
);

/// <summary>A vault that one of the caller's key pairs has data keys of.</summary>
public sealed record VaultOfKey(
    PublicId Id,
    string Name,
    bool IsArchived,
    IReadOnlyList<int> DekVersions
);

/// <param name="Count">How many were written.</param>
public sealed record AddedWrappedDeks(int Count);
