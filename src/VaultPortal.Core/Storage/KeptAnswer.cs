using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Storage;

/// <summary>The answer of a write that took effect, kept for its caller's retries (machine.md section 8).</summary>
public sealed class KeptAnswer
{
    public long Id { get; set; }
    public byte[] Scope { get; set; } = [];
    public byte[] BodyMac { get; set; } = [];

    /// <summary>What the service answered, as JSON sealed under a data key; null where success is all there is to say.</summary>
    public byte[]? Answer { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Whether the answer holds a secret that is shown once: then it is kept for ten minutes only.</summary>
    public bool ShownOnce { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<KeptAnswer>
    {
        public void Configure(EntityTypeBuilder<KeptAnswer> builder)
        {
            builder.ToTable("kept_answer");
            builder.Property(a => a.Id).HasColumnName("id");
            builder.Property(a => a.Scope).HasColumnName("scope").HasMaxLength(32);
            builder.Property(a => a.BodyMac).HasColumnName("body_mac").HasMaxLength(32);
            builder.Property(a => a.Answer).HasColumnName("answer");
            builder.Property(a => a.CreatedAt).HasColumnName("created_at");
            builder.Property(a => a.ShownOnce).HasColumnName("shown_once").HasDefaultValue(false);
            builder.HasIndex(a => a.Scope).IsUnique();
            builder.HasIndex(a => a.CreatedAt);
            builder
                .HasIndex(a => a.CreatedAt, "ix_kept_answer_shown_once")
                .HasFilter("shown_once = 1 AND answer IS NOT NULL");
        }
    }
}
