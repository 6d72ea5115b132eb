using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Policies;

/// <summary>What happens from the instant of an expiry on.</summary>
public enum OnExpiry
{
    /// <summary>The value is refused.</summary>
    Block = 1,

    /// <summary>
    /// The value still leaves; state, reminders and audit say that it should not be used any more. Of vault objects and environment
    /// secrets alone: everything else is refused all the same (<see cref="LifetimeKindNames.MayOnlyBeWarnedOf"/>).
    /// </summary>
    Warn = 2,
}

/// <summary>
/// What an administrator decided about the lifetimes of some objects. Of all that match an object the most specific one decides
/// alone (<see cref="PolicySet"/>). Each part of the match is a number, 0 = any; there is one policy for a match.
/// </summary>
public sealed class ExpiryPolicy
{
    public const int MaxNameLength = 100;

    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public string Name { get; set; } = "";

    /// <summary>A <see cref="LifetimeKind"/>.</summary>
    public int Kind { get; set; }

    /// <summary>The row of a vault: its items and their fields.</summary>
    public long VaultId { get; set; }

    /// <summary>The number of an item type: such items and their fields.</summary>
    public int ItemType { get; set; }

    /// <summary>The number of a field type.</summary>
    public int FieldType { get; set; }

    /// <summary>The number of a classification: items and fields of vaults that have it.</summary>
    public int Classification { get; set; }

    /// <summary>In seconds: what an object gets that is made without an expiry; null = none.</summary>
    public long? DefaultLifetime { get; set; }

    /// <summary>In seconds: how far away an expiry may be set, and none may be left out; null = any.</summary>
    public long? LongestLifetime { get; set; }
    public OnExpiry OnExpiry { get; set; } = OnExpiry.Block;

    /// <summary>In seconds before the expiry, descending, without doubles, separated by commas; empty = no reminder before it.</summary>
    public string ReminderOffsets { get; set; } = "";

    /// <summary>In seconds: how often the value is to be changed; null = never.</summary>
    public long? RotateEvery { get; set; }

    /// <summary>Whether reminders go to who made the object.</summary>
    public bool RemindsCreator { get; set; } = true;

    /// <summary>Whether reminders go to the people with ADMIN on the vault.</summary>
    public bool RemindsAdmins { get; set; } = true;

    /// <summary>Public ids of accounts that are reminded besides, separated by commas.</summary>
    public string RemindedPeople { get; set; } = "";

    /// <summary>Counted from 1; the ETag.</summary>
    public long Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<ExpiryPolicy>
    {
        public void Configure(EntityTypeBuilder<ExpiryPolicy> builder)
        {
            builder.ToTable("expiry_policy");
            builder.Property(p => p.Id).HasColumnName("id");
            builder.Property(p => p.PublicId).HasColumnName("public_id");
            builder.Property(p => p.Name).HasColumnName("name").HasMaxLength(MaxNameLength);
            builder.Property(p => p.Kind).HasColumnName("kind");
            builder.Property(p => p.VaultId).HasColumnName("vault_id");
            builder.Property(p => p.ItemType).HasColumnName("item_type");
            builder.Property(p => p.FieldType).HasColumnName("field_type");
            builder.Property(p => p.Classification).HasColumnName("classification");
            builder.Property(p => p.DefaultLifetime).HasColumnName("default_lifetime");
            builder.Property(p => p.LongestLifetime).HasColumnName("longest_lifetime");
            builder.Property(p => p.OnExpiry).HasColumnName("on_expiry");
            builder.Property(p => p.ReminderOffsets).HasColumnName("reminder_offsets");
            builder.Property(p => p.RotateEvery).HasColumnName("rotate_every");
            builder.Property(p => p.RemindsCreator).HasColumnName("reminds_creator");
            builder.Property(p => p.RemindsAdmins).HasColumnName("reminds_admins");
            builder.Property(p => p.RemindedPeople).HasColumnName("reminded_people");
            builder.Property(p => p.Version).HasColumnName("version");
            builder.Property(p => p.CreatedAt).HasColumnName("created_at");
            builder.Property(p => p.UpdatedAt).HasColumnName("updated_at");
            builder.HasIndex(p => p.PublicId).IsUnique();
            builder
                .HasIndex(p => new
                {
                    p.VaultId,
                    p.FieldType,
                    p.ItemType,
                    p.Classification,
                    p.Kind,
                })
                .IsUnique();
        }
    }
}
