using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>An item: a named set of fields in a vault, under a detail checkpoint of its own and in the vault's summary.</summary>
public sealed class VaultItem
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public long VaultId { get; set; }
    public string Name { get; set; } = "";
    public ItemType Type { get; set; }

    /// <summary>A JSON array of strings, in the order that was signed.</summary>
    public string Websites { get; set; } = "[]";
    public long? GroupId { get; set; }
    public long DetailVersion { get; set; }
    public long DetailCheckpoint { get; set; }
    public long PermissionVersion { get; set; }
    public long PermissionCheckpoint { get; set; }

    /// <summary>Active fields.</summary>
    public int FieldCount { get; set; }
    public PrincipalKind CreatedByKind { get; set; }
    public long CreatedById { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>The commit that changed this row last, see <see cref="WriteScope.CommitSequence"/>.</summary>
    public long Changed { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<VaultItem>
    {
        public void Configure(EntityTypeBuilder<VaultItem> builder)
        {
            builder.ToTable("vault_item");
            builder.KeepsRows();
            builder.Property(i => i.Id).HasColumnName("id");
            builder.Property(i => i.PublicId).HasColumnName("public_id");
            builder.Property(i => i.VaultId).HasColumnName("vault_id");
            builder.Property(i => i.Name).HasColumnName("name").HasMaxLength(510);
            builder.Property(i => i.Type).HasColumnName("type");
            builder.Property(i => i.Websites).HasColumnName("websites");
            builder.Property(i => i.GroupId).HasColumnName("group_id");
            builder.Property(i => i.DetailVersion).HasColumnName("detail_version");
            builder.Property(i => i.DetailCheckpoint).HasColumnName("detail_checkpoint");
            builder.Property(i => i.PermissionVersion).HasColumnName("permission_version");
            builder.Property(i => i.PermissionCheckpoint).HasColumnName("permission_checkpoint");
            builder.Property(i => i.FieldCount).HasColumnName("field_count");
            builder.Property(i => i.CreatedByKind).HasColumnName("created_by_kind");
            builder.Property(i => i.CreatedById).HasColumnName("created_by_id");
            builder.Property(i => i.CreatedAt).HasColumnName("created_at");
            builder.Property(i => i.UpdatedAt).HasColumnName("updated_at");
            builder.Property(i => i.ArchivedAt).HasColumnName("archived_at");
            builder.Property(i => i.ExpiresAt).HasColumnName("expires_at");
            builder.HasIndex(i => i.PublicId).IsUnique();
            builder.Property(i => i.Changed).HasColumnName("changed");
            builder.HasIndex(i => i.VaultId).HasFilter("archived_at IS NULL");
            builder.HasIndex(i => new { i.VaultId, i.Changed });
            builder
                .HasIndex(i => new { i.VaultId, i.ExpiresAt })
                .HasFilter("expires_at IS NOT NULL");
        }
    }
}
