using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Secrets;

public enum SecretChange
{
    Created = 1,
    Updated = 2,
    Deleted = 3,
    TakenBack = 4,
    Restored = 5,
    Rotated = 6,
}

/// <summary>
/// What a secret was from one write to the next. Rows are appended, and erased only with their secret; those of one secret are
/// chained by <see cref="Previous"/> from its row, so that no index has to be written at random.
/// </summary>
public sealed class SecretVersion
{
    public long Id { get; set; }
    public long SecretId { get; set; }
    public long Version { get; set; }

    /// <summary>The row of the version before; 0 = none.</summary>
    public long Previous { get; set; }
    public SecretChange Change { get; set; }
    public string Name { get; set; } = "";

    /// <summary>The value, sealed and bound to store, secret and this version; null when this version brought none.</summary>
    public byte[]? Sealed { get; set; }

    /// <summary>Where <see cref="Sealed"/> is null: the row of the version that holds this one's value; 0 = none is kept.</summary>
    public long ValueId { get; set; }
    public bool IsActive { get; set; }
    public bool IsReserved { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The caller as the audit names it.</summary>
    public string CreatedBy { get; set; } = "";

    internal sealed class Configuration : IEntityTypeConfiguration<SecretVersion>
    {
        public void Configure(EntityTypeBuilder<SecretVersion> builder)
        {
            builder.ToTable("secret_version");
            // Numbers may come up again after an erasure: by then nothing names the erased rows any more.
            builder.KeepsRows();
            builder.Property(v => v.Id).HasColumnName("id");
            builder.Property(v => v.SecretId).HasColumnName("secret_id");
            builder.Property(v => v.Version).HasColumnName("version");
            builder.Property(v => v.Previous).HasColumnName("previous");
            builder.Property(v => v.Change).HasColumnName("change");
            builder.Property(v => v.Name).HasColumnName("name").HasMaxLength(255);
            builder.Property(v => v.Sealed).HasColumnName("sealed");
            builder.Property(v => v.ValueId).HasColumnName("value_id");
            builder.Property(v => v.IsActive).HasColumnName("is_active");
            builder.Property(v => v.IsReserved).HasColumnName("is_reserved");
            builder.Property(v => v.ExpiresAt).HasColumnName("expires_at");
            builder.Property(v => v.DeletedAt).HasColumnName("deleted_at");
            builder.Property(v => v.CreatedAt).HasColumnName("created_at");
            builder.Property(v => v.CreatedBy).HasColumnName("created_by").HasMaxLength(320);
        }
    }
}
