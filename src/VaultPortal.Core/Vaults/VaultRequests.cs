using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>A new, empty vault.</summary>
public sealed record NewVault
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }
    public DataClassification? Classification { get; init; }
    public required SignedInput<SummaryContent> Summary { get; init; }
    public SignedInput<DirectoryContent>? Directory { get; init; }
    public SignedInput<PermissionContent>? Permission { get; init; }
    public IReadOnlyList<WrappedDekInput> WrappedDeks { get; init; } = [];
}

/// <summary>A signed change of a vault's name or classification.</summary>
public sealed record VaultUpdate
{
    public required SignedInput<DirectoryContent> Directory { get; init; }
    public required SignedInput<SummaryContent> Summary { get; init; }
    public required string Name { get; init; }

    /// <summary>Null = keep; a classification cannot be taken away.</summary>
    public DataClassification? Classification { get; init; }
}

/// <summary>A signed change of a vault's state, with a statement that says which.</summary>
/// <param name="Directory">The next directory checkpoint, its content unchanged.</param>
/// <param name="Statement">The signer's signature over the statement; null when it was not canonical base64.</param>
public sealed record VaultStateChange(SignedInput<DirectoryContent> Directory, byte[]? Statement);
