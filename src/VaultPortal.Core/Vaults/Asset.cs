using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>An attachment of a vault: bytes that its client encrypted in chunks (machine.md section 6). The server can read none of it.</summary>
public sealed class Asset
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public long VaultId { get; set; }

    /// <summary>The version of the data key that it was encrypted under.</summary>
    public int DekVersion { get; set; }

    /// <summary>Length of the encrypted bytes.</summary>
    public long Size { get; set; }

    /// <summary>How many field instances name it, archived ones included.</summary>
    public long References { get; set; }
    public PrincipalKind CreatedByKind { get; set; }
    public long CreatedById { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null while it is being uploaded: until then it is not there for anybody.</summary>
    public DateTimeOffset? CompletedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Asset>
    {
        public void Configure(EntityTypeBuilder<Asset> builder)
        {
            builder.ToTable("asset");
            builder.Property(a => a.Id).HasColumnName("id");
            builder.Property(a => a.PublicId).HasColumnName("public_id");
            builder.Property(a => a.VaultId).HasColumnName("vault_id");
            builder.Property(a => a.DekVersion).HasColumnName("dek_version");
            builder.Property(a => a.Size).HasColumnName("size");
            builder.Property(a => a.References).HasColumnName("reference_count");
            builder.Property(a => a.CreatedByKind).HasColumnName("created_by_kind");
            builder.Property(a => a.CreatedById).HasColumnName("created_by_id");
            builder.Property(a => a.CreatedAt).HasColumnName("created_at");
            builder.Property(a => a.CompletedAt).HasColumnName("completed_at");
            builder.HasIndex(a => a.PublicId).IsUnique();
            builder.HasIndex(a => a.VaultId);
            builder.HasIndex(a => a.CreatedAt).HasFilter("reference_count = 0");
        }
    }
}
