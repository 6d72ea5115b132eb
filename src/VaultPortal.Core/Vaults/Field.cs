using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// A field with its active instance beside it, so that reading an item is one range of this table and an update moves
/// nothing away: the instance was already written to <see cref="FieldInstance"/> when it was made.
/// </summary>
public sealed class Field
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public long ItemId { get; set; }
    public string Name { get; set; } = "";
    public FieldType Type { get; set; }
    public int Order { get; set; }

    /// <summary>Sequence of the active instance; the chain of earlier ones begins there.</summary>
    public long InstanceSequence { get; set; }
    public PublicId InstanceId { get; set; }

    /// <summary>UTF-8 of the envelope as it came; null = empty field. The server cannot open it.</summary>
    public byte[]? Value { get; set; }
    public int DekVersion { get; set; }
    public PublicId? AssetId { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Field>
    {
        public void Configure(EntityTypeBuilder<Field> builder)
        {
            builder.ToTable("field");
            builder.KeepsRows();
            builder.Property(f => f.Id).HasColumnName("id");
            builder.Property(f => f.PublicId).HasColumnName("public_id");
            builder.Property(f => f.ItemId).HasColumnName("item_id");
            builder.Property(f => f.Name).HasColumnName("name").HasMaxLength(510);
            builder.Property(f => f.Type).HasColumnName("type");
            builder.Property(f => f.Order).HasColumnName("sort_order");
            builder.Property(f => f.InstanceSequence).HasColumnName("instance_sequence");
            builder.Property(f => f.InstanceId).HasColumnName("instance_id");
            builder.Property(f => f.Value).HasColumnName("value");
            builder.Property(f => f.DekVersion).HasColumnName("dek_version");
            builder.Property(f => f.AssetId).HasColumnName("asset_id");
            builder.Property(f => f.UpdatedAt).HasColumnName("updated_at");
            builder.Property(f => f.ArchivedAt).HasColumnName("archived_at");
            builder.Property(f => f.ExpiresAt).HasColumnName("expires_at");
            builder.HasIndex(f => f.PublicId).IsUnique();
            builder.HasIndex(f => f.ItemId);
            builder
                .HasIndex(f => new { f.ItemId, f.ExpiresAt }, "ix_field_lifetime")
                .HasFilter("expires_at IS NOT NULL AND archived_at IS NULL");
        }
    }
}
