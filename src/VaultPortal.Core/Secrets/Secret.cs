using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Secrets;

/// <summary>The two stores that the server seals (DESIGN section 4).</summary>
public enum SecretStore
{
    /// <summary>Keyed and readable by machines (secrets.md).</summary>
    Environment = 1,

    /// <summary>Write-only, used by workflows (workflows.md).</summary>
    Workflows = 2,
}

public enum SecretKind
{
    /// <summary>A value that was given.</summary>
    Value = 1,

    /// <summary>A generated <c>wfk_</c> key, of which only the SHA-256 is kept; store workflows only.</summary>
    GeneratedKey = 2,
}

/// <summary>
/// A secret as it stands, but for the newest values: these are noted as a <see cref="RecentVersion"/> first. The value itself is in the
/// version that brought it.
/// </summary>
public sealed class Secret
{
    public long Id { get; set; }

    /// <summary>16 bytes: a UUID (environment) or a ULID (workflows).</summary>
    public byte[] PublicId { get; set; } = [];
    public SecretStore Store { get; set; }
    public SecretKind Kind { get; set; }

    /// <summary>The key of an environment secret, unique among them; the name of a workflow item, which need not be.</summary>
    public string Name { get; set; } = "";
    public bool IsActive { get; set; }
    public bool IsReserved { get; set; }

    /// <summary>The number of the newest version, counted from 1, never reused.</summary>
    public long Version { get; set; }

    /// <summary>The row of the newest version.</summary>
    public long VersionId { get; set; }

    /// <summary>The row of the version that holds the present value; 0 = none is kept (generated keys).</summary>
    public long ValueId { get; set; }

    /// <summary>After a rotation: the row of the version that holds the value before; 0 = none.</summary>
    public long PreviousValueId { get; set; }

    /// <summary>Until when that one is answered.</summary>
    public DateTimeOffset? PreviousUntil { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>When it was put into the trash; erased 30 days later.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Written lazily: a hint, no evidence (that is the audit).</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the newest version was made.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Secret>
    {
        public void Configure(EntityTypeBuilder<Secret> builder)
        {
            builder.ToTable("secret");
            builder.Property(s => s.Id).HasColumnName("id");
            builder.Property(s => s.PublicId).HasColumnName("public_id").HasMaxLength(16);
            builder.Property(s => s.Store).HasColumnName("store");
            builder.Property(s => s.Kind).HasColumnName("kind");
            builder.Property(s => s.Name).HasColumnName("name").HasMaxLength(255);
            builder.Property(s => s.IsActive).HasColumnName("is_active");
            builder.Property(s => s.IsReserved).HasColumnName("is_reserved");
            builder.Property(s => s.Version).HasColumnName("version");
            builder.Property(s => s.VersionId).HasColumnName("version_id");
            builder.Property(s => s.ValueId).HasColumnName("value_id");
            builder.Property(s => s.PreviousValueId).HasColumnName("previous_value_id");
            builder.Property(s => s.PreviousUntil).HasColumnName("previous_until");
            builder.Property(s => s.ExpiresAt).HasColumnName("expires_at");
            builder.Property(s => s.DeletedAt).HasColumnName("deleted_at");
            builder.Property(s => s.LastUsedAt).HasColumnName("last_used_at");
            builder.Property(s => s.CreatedAt).HasColumnName("created_at");
            builder.Property(s => s.UpdatedAt).HasColumnName("updated_at");
            builder.HasIndex(s => s.PublicId).IsUnique();
            builder
                .HasIndex(s => s.Name, "ix_secret_environment_key")
                .IsUnique()
                .HasFilter("store = 1");
            builder.HasIndex(s => s.Name, "ix_secret_workflow_name").HasFilter("store = 2");
            builder
                .HasIndex(
                    s => new
                    {
                        s.ExpiresAt,
                        s.Store,
                        s.IsActive,
                        s.DeletedAt,
                    },
                    "ix_secret_lifetime"
                )
                .HasFilter("expires_at IS NOT NULL");
            builder.HasIndex(s => s.DeletedAt).HasFilter("deleted_at IS NOT NULL");
        }
    }
}
