using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Expiry;

public enum RotationPhase
{
    /// <summary>The webhook was told; its confirmation is waited for. The present value stands.</summary>
    Announced = 1,

    /// <summary>The new value stands; the old one is readable as the previous one.</summary>
    Switched = 2,

    /// <summary>The old value is not readable any more.</summary>
    Retired = 3,

    /// <summary>Called off before the switch, by hand or because nobody confirmed in time.</summary>
    Cancelled = 4,
}

/// <summary>
/// A rotation of an environment secret in two phases, with whoever uses it told by webhook: announce, wait for the confirmation, switch,
/// retire the old value.
/// </summary>
public sealed class AnnouncedRotation
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public long SecretId { get; set; }
    public long WebhookId { get; set; }
    public RotationPhase Phase { get; set; } = RotationPhase.Announced;

    /// <summary>How long a value is made at the switch when the confirmation brings none.</summary>
    public int GenerateLength { get; set; }

    /// <summary>How long the old value stays readable after the switch.</summary>
    public int GraceHours { get; set; }
    public DateTimeOffset AnnouncedAt { get; set; }

    /// <summary>Without a confirmation by then it is called off.</summary>
    public DateTimeOffset ConfirmBy { get; set; }
    public DateTimeOffset? SwitchedAt { get; set; }
    public DateTimeOffset? RetireAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    /// <summary>The row of the account that announced it.</summary>
    public long AnnouncedById { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<AnnouncedRotation>
    {
        public void Configure(EntityTypeBuilder<AnnouncedRotation> builder)
        {
            builder.ToTable("announced_rotation");
            builder.Property(r => r.Id).HasColumnName("id");
            builder.Property(r => r.PublicId).HasColumnName("public_id");
            builder.Property(r => r.SecretId).HasColumnName("secret_id");
            builder.Property(r => r.WebhookId).HasColumnName("webhook_id");
            builder.Property(r => r.Phase).HasColumnName("phase");
            builder.Property(r => r.GenerateLength).HasColumnName("generate_length");
            builder.Property(r => r.GraceHours).HasColumnName("grace_hours");
            builder.Property(r => r.AnnouncedAt).HasColumnName("announced_at");
            builder.Property(r => r.ConfirmBy).HasColumnName("confirm_by");
            builder.Property(r => r.SwitchedAt).HasColumnName("switched_at");
            builder.Property(r => r.RetireAt).HasColumnName("retire_at");
            builder.Property(r => r.DoneAt).HasColumnName("done_at");
            builder.Property(r => r.AnnouncedById).HasColumnName("announced_by_id");
            builder.HasIndex(r => r.PublicId).IsUnique();
            // One under way for each secret.
            builder
                .HasIndex(r => r.SecretId, "ix_announced_rotation_open")
                .IsUnique()
                .HasFilter("done_at IS NULL");
        }
    }
}
