using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Notifications;

/// <summary>The address under which a calendar program reads what an account is reminded of; one each, its token is revoked by making another or none.</summary>
public sealed class CalendarFeed
{
    public long AccountId { get; init; }

    /// <summary>SHA-256 of the token; the token itself is shown once.</summary>
    public byte[] TokenHash { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Written lazily: a hint, no evidence.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<CalendarFeed>
    {
        public void Configure(EntityTypeBuilder<CalendarFeed> builder)
        {
            builder.ToTable("calendar_feed");
            builder.HasKey(f => f.AccountId);
            builder.Property(f => f.AccountId).HasColumnName("account_id").ValueGeneratedNever();
            builder.Property(f => f.TokenHash).HasColumnName("token_hash").HasMaxLength(32);
            builder.Property(f => f.CreatedAt).HasColumnName("created_at");
            builder.Property(f => f.LastUsedAt).HasColumnName("last_used_at");
            builder.HasIndex(f => f.TokenHash).IsUnique();
        }
    }
}
