using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// One value that a field had, for ever. Rows are only appended; the instances of one field are chained by
/// <see cref="Previous"/> from the field's row, so that no index has to be written at random.
/// </summary>
public sealed class FieldInstance
{
    public long Sequence { get; set; }
    public PublicId PublicId { get; set; }
    public long FieldId { get; set; }

    /// <summary>The field's label and type when this instance was made.</summary>
    public string FieldName { get; set; } = "";
    public FieldType FieldType { get; set; }
    public byte[]? Value { get; set; }
    public int DekVersion { get; set; }
    public PublicId? AssetId { get; set; }
    public long DetailVersion { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public PrincipalKind CreatedByKind { get; set; }
    public long CreatedById { get; set; }

    /// <summary>The sequence of the instance before, 0 = none. That one was archived when this one was made.</summary>
    public long Previous { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<FieldInstance>
    {
        public void Configure(EntityTypeBuilder<FieldInstance> builder)
        {
            builder.ToTable("field_instance");
            builder.KeepsRows();
            builder.HasKey(i => i.Sequence);
            builder.Property(i => i.Sequence).HasColumnName("sequence");
            builder.Property(i => i.PublicId).HasColumnName("public_id");
            builder.Property(i => i.FieldId).HasColumnName("field_id");
            builder.Property(i => i.FieldName).HasColumnName("field_name").HasMaxLength(510);
            builder.Property(i => i.FieldType).HasColumnName("field_type");
            builder.Property(i => i.Value).HasColumnName("value");
            builder.Property(i => i.DekVersion).HasColumnName("dek_version");
            builder.Property(i => i.AssetId).HasColumnName("asset_id");
            builder.Property(i => i.DetailVersion).HasColumnName("detail_version");
            builder.Property(i => i.CreatedAt).HasColumnName("created_at");
            builder.Property(i => i.CreatedByKind).HasColumnName("created_by_kind");
            builder.Property(i => i.CreatedById).HasColumnName("created_by_id");
            builder.Property(i => i.Previous).HasColumnName("previous");
            builder.HasIndex(i => i.PublicId).IsUnique();
            builder.HasIndex(i => i.AssetId).HasFilter("asset_id IS NOT NULL");
        }
    }
}
