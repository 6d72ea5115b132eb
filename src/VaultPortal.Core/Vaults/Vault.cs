using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// A vault: metadata that its members sign. Each kind of checkpoint has a counter of its own here (0 = never signed) and the
/// sequence of its newest checkpoint.
/// </summary>
public sealed class Vault
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public string Name { get; set; } = "";
    public DataClassification? Classification { get; set; }
    public int CurrentDekVersion { get; set; }
    public long DirectoryVersion { get; set; }
    public long DirectoryCheckpoint { get; set; }
    public long SummaryVersion { get; set; }
    public long SummaryCheckpoint { get; set; }
    public long PermissionVersion { get; set; }
    public long PermissionCheckpoint { get; set; }

    /// <summary>Active items.</summary>
    public int ItemCount { get; set; }
    public PrincipalKind CreatedByKind { get; set; }
    public long CreatedById { get; set; }
    public bool RekeyDue { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }

    /// <summary>The commit that changed this row last, see <see cref="WriteScope.CommitSequence"/>.</summary>
    public long Changed { get; set; }

    /// <summary>The commit that made the vault, or restored it: from there on its items are new to whoever follows it.</summary>
    public long Opened { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Vault>
    {
        public void Configure(EntityTypeBuilder<Vault> builder)
        {
            builder.ToTable("vault");
            builder.KeepsRows();
            builder.Property(v => v.Id).HasColumnName("id");
            builder.Property(v => v.PublicId).HasColumnName("public_id");
            builder.Property(v => v.Name).HasColumnName("name").HasMaxLength(510);
            builder.Property(v => v.Classification).HasColumnName("classification");
            builder.Property(v => v.CurrentDekVersion).HasColumnName("current_dek_version");
            builder.Property(v => v.DirectoryVersion).HasColumnName("directory_version");
            builder.Property(v => v.DirectoryCheckpoint).HasColumnName("directory_checkpoint");
            builder.Property(v => v.SummaryVersion).HasColumnName("summary_version");
            builder.Property(v => v.SummaryCheckpoint).HasColumnName("summary_checkpoint");
            builder.Property(v => v.PermissionVersion).HasColumnName("permission_version");
            builder.Property(v => v.PermissionCheckpoint).HasColumnName("permission_checkpoint");
            builder.Property(v => v.ItemCount).HasColumnName("item_count");
            builder.Property(v => v.CreatedByKind).HasColumnName("created_by_kind");
            builder.Property(v => v.CreatedById).HasColumnName("created_by_id");
            builder.Property(v => v.RekeyDue).HasColumnName("rekey_due");
            builder.Property(v => v.CreatedAt).HasColumnName("created_at");
            builder.Property(v => v.UpdatedAt).HasColumnName("updated_at");
            builder.Property(v => v.ArchivedAt).HasColumnName("archived_at");
            builder.Property(v => v.Changed).HasColumnName("changed");
            builder.Property(v => v.Opened).HasColumnName("opened");
            builder.HasIndex(v => v.PublicId).IsUnique();
            builder.HasIndex(v => v.Changed);
        }
    }
}
