using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

public enum ReminderReason
{
    /// <summary>It expires after some time.</summary>
    DueSoon = 1,

    /// <summary>It is to be rotated.</summary>
    Rotation = 2,

    /// <summary>It has expired.</summary>
    Expired = 3,
}

/// <summary>That something about an object's lifetime is to be seen to. Made by the sweep, once for each reason and moment; holds no value.</summary>
public sealed class Reminder
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public LifetimeKind Kind { get; set; }

    /// <summary>The row of the object in its own table.</summary>
    public long ObjectId { get; set; }

    /// <summary>The object as its own API names it: an id, or the key of an environment secret.</summary>
    public string ObjectName { get; set; } = "";

    /// <summary>What people call it, as it was when the reminder was made.</summary>
    public string Title { get; set; } = "";

    /// <summary>The row of its vault; 0 = it lies in none.</summary>
    public long VaultId { get; set; }
    public ReminderReason Reason { get; set; }

    /// <summary>The expiry, or the moment of rotation, that it is about.</summary>
    public DateTimeOffset Moment { get; set; }

    /// <summary>In seconds before <see cref="Moment"/>; 0 = the moment itself.</summary>
    public long Offset { get; set; }
    public DateTimeOffset MadeAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Reminder>
    {
        public void Configure(EntityTypeBuilder<Reminder> builder)
        {
            builder.ToTable("reminder");
            builder.Property(r => r.Id).HasColumnName("id");
            builder.Property(r => r.PublicId).HasColumnName("public_id");
            builder.Property(r => r.Kind).HasColumnName("kind");
            builder.Property(r => r.ObjectId).HasColumnName("object_id");
            builder.Property(r => r.ObjectName).HasColumnName("object_name").HasMaxLength(255);
            builder.Property(r => r.Title).HasColumnName("title").HasMaxLength(510);
            builder.Property(r => r.VaultId).HasColumnName("vault_id");
            builder.Property(r => r.Reason).HasColumnName("reason");
            builder.Property(r => r.Moment).HasColumnName("moment");
            // "offset" is a word of SQL.
            builder.Property(r => r.Offset).HasColumnName("offset_seconds");
            builder.Property(r => r.MadeAt).HasColumnName("made_at");
            builder.HasIndex(r => r.PublicId).IsUnique();
            builder
                .HasIndex(r => new
                {
                    r.Kind,
                    r.ObjectId,
                    r.Reason,
                    r.Moment,
                    r.Offset,
                })
                .IsUnique();
            builder.HasIndex(r => r.MadeAt);
        }
    }
}

/// <summary>A reminder as one account sees it.</summary>
public sealed class ReminderCopy
{
    public long ReminderId { get; init; }
    public long AccountId { get; init; }

    /// <summary>Null = it still counts in the bell.</summary>
    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>Until then it does not count in the bell.</summary>
    public DateTimeOffset? SnoozedUntil { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<ReminderCopy>
    {
        public void Configure(EntityTypeBuilder<ReminderCopy> builder)
        {
            builder.ToTable("reminder_copy");
            builder.HasKey(c => new { c.AccountId, c.ReminderId });
            builder.Property(c => c.ReminderId).HasColumnName("reminder_id");
            builder.Property(c => c.AccountId).HasColumnName("account_id");
            builder.Property(c => c.AcknowledgedAt).HasColumnName("acknowledged_at");
            builder.Property(c => c.SnoozedUntil).HasColumnName("snoozed_until");
            builder
                .HasIndex(c => c.AccountId, "ix_reminder_copy_open")
                .HasFilter("acknowledged_at IS NULL");
        }
    }
}

/// <summary>That an account is not reminded of an object any more, by whatever way.</summary>
public sealed class ReminderMute
{
    public long AccountId { get; init; }
    public LifetimeKind Kind { get; init; }
    public long ObjectId { get; init; }
    public DateTimeOffset MutedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<ReminderMute>
    {
        public void Configure(EntityTypeBuilder<ReminderMute> builder)
        {
            builder.ToTable("reminder_mute");
            builder.HasKey(m => new
            {
                m.AccountId,
                m.Kind,
                m.ObjectId,
            });
            builder.Property(m => m.AccountId).HasColumnName("account_id");
            builder.Property(m => m.Kind).HasColumnName("kind");
            builder.Property(m => m.ObjectId).HasColumnName("object_id");
            builder.Property(m => m.MutedAt).HasColumnName("muted_at");
        }
    }
}
