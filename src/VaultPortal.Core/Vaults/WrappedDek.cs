using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

public enum WrapAlgorithm
{
    /// <summary>RFC 9180 base mode, info <c>vaultportal/dek/v1</c>, aad <c>vaultId|dekVersion</c>.</summary>
    HpkeX25519 = 1,

    /// <summary>RFC 8017 section 7.1, with SHA-256.</summary>
    RsaOaepSha256 = 2,
}

/// <summary>A vault's data key, wrapped by a client for one member's key. The server keeps it and can never unwrap it.</summary>
public sealed class WrappedDek
{
    public long Id { get; set; }
    public long VaultId { get; set; }
    public long RecipientKeyId { get; set; }
    public int DekVersion { get; set; }
    public WrapAlgorithm Algorithm { get; set; }
    public byte[] Wrapped { get; set; } = [];
    public long SignerKeyId { get; set; }
    public byte[] Signature { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<WrappedDek>
    {
        public void Configure(EntityTypeBuilder<WrappedDek> builder)
        {
            builder.ToTable("wrapped_dek");
            builder.Property(w => w.Id).HasColumnName("id");
            builder.Property(w => w.VaultId).HasColumnName("vault_id");
            builder.Property(w => w.RecipientKeyId).HasColumnName("recipient_key_id");
            builder.Property(w => w.DekVersion).HasColumnName("dek_version");
            builder.Property(w => w.Algorithm).HasColumnName("algorithm");
            builder.Property(w => w.Wrapped).HasColumnName("wrapped");
            builder.Property(w => w.SignerKeyId).HasColumnName("signer_key_id");
            builder.Property(w => w.Signature).HasColumnName("signature");
            builder.Property(w => w.CreatedAt).HasColumnName("created_at");
            builder
                .HasIndex(w => new
                {
                    w.VaultId,
                    w.RecipientKeyId,
                    w.DekVersion,
                })
                .IsUnique();
            builder.HasIndex(w => w.RecipientKeyId);
        }
    }
}

/// <summary>A wrapped data key as a request carries it.</summary>
public sealed record WrappedDekInput
{
    public required PublicId VaultId { get; init; }
    public required PublicId RecipientKeyId { get; init; }
    public required int DekVersion { get; init; }
    public required WrapAlgorithm Algorithm { get; init; }
    public required byte[] Wrapped { get; init; }
    public required PrincipalKind SignerKind { get; init; }
    public required PublicId SignerId { get; init; }
    public required byte[]? Signature { get; init; }
    public required JsonPointer At { get; init; }

    /// <summary>Set before the request is queued, see <see cref="Checkpoints.ISignedInput.SignatureHolds"/>.</summary>
    public bool SignatureHolds { get; set; }
}
