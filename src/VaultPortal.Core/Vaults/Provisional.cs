#pragma warning disable CA1822
// Provisional shapes until the vaults land; that version wins.
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

    public enum VaultSort
    {
        Name,
        Classification,
        ItemCount,
        UpdatedAt,
    }

    public sealed record VaultQuery
    {
        public string? Search { get; init; }
        public DataClassification? Classification { get; init; }
        public VaultSort Sort { get; init; }
        public bool Descending { get; init; }
        public int Skip { get; init; }
        public int Take { get; init; } = 50;
    }

    public sealed record VaultList(IReadOnlyList<VaultRow> Vaults, int Total);

    public sealed record VaultRow
    {
        public required PublicId Id { get; init; }
        public required string Name { get; init; }
        public DataClassification? Classification { get; init; }
        public int ItemCount { get; init; }
        public int CurrentDekVersion { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public AccessLevel? Access { get; init; }
        public SignedCheckpoint? Directory { get; init; }
    }

    public sealed record VaultMember(
        PublicId Id,
        bool IsAgent,
        string Name,
        AccessLevel Access
    );

    public sealed record VaultView
    {
        public required VaultRow Vault { get; init; }
        public SignedCheckpoint? Summary { get; init; }
        public SignedCheckpoint? Permission { get; init; }
        public required string CreatedBy { get; init; }
        public bool RekeyDue { get; init; }
        public int StaleInstances { get; init; }
        public required IReadOnlyList<VaultMember> Members { get; init; }
    }

    public sealed record VaultContents
    {
        public required VaultRow Vault { get; init; }
        public SignedCheckpoint? Summary { get; init; }
        public required IReadOnlyList<VaultItemRow> Items { get; init; }
        public required IReadOnlyList<ItemGroupRow> Groups { get; init; }
    }

    public sealed record VaultItemRow
    {
        public required PublicId Id { get; init; }
        public required string Name { get; init; }
        public required ItemType Type { get; init; }
        public required IReadOnlyList<string> Websites { get; init; }
        public PublicId? GroupId { get; init; }
        public int FieldCount { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
    }

    public sealed record ItemGroupRow(PublicId Id, string Name);

    public sealed record VaultItemView
    {
        public required VaultItemRow Item { get; init; }
        public required PublicId VaultId { get; init; }
        public required string VaultName { get; init; }
        public required IReadOnlyList<FieldView> Fields { get; init; }
        public SignedCheckpoint? Detail { get; init; }
    }

    public sealed record FieldView
    {
        public required PublicId Id { get; init; }
        public required string Name { get; init; }
        public required FieldType Type { get; init; }
        public int Order { get; init; }
        public required PublicId InstanceId { get; init; }
        public PublicId? AssetId { get; init; }
        public int DekVersion { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
        public bool Expired { get; init; }
        public bool HasValue { get; init; }
        public int SealedBytes { get; init; }
        public string? Value { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
    }

    public sealed class VaultService
    {
        public Task<Result<VaultList>> ListAsync(Caller caller, VaultQuery query, CancellationToken cancellation) =>
            Task.FromResult<Result<VaultList>>(new VaultList([], 0));

        public Task<Result<VaultView>> GetAsync(Caller caller, PublicId vaultId, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<Result<VaultContents>> GetContentsAsync(Caller caller, PublicId vaultId, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }

    public sealed class VaultItemService
    {
        public Task<Result<VaultItemView>> GetAsync(Caller caller, PublicId vaultId, PublicId itemId, bool withValues, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
