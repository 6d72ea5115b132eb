using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Access;

public enum SessionKind
{
    /// <summary>A browser with a cookie.</summary>
    Browser = 1,

    /// <summary>An access token (secrets.md, Callers). No cookie opens it, and use does not lengthen it.</summary>
    Token = 2,
}

/// <summary>One signed-in browser, or one access token. The cookie holds a random token; here stands only its SHA-256.</summary>
public sealed class PortalSession
{
    public long Id { get; set; }
    public SessionKind Kind { get; set; } = SessionKind.Browser;
    public byte[] TokenHash { get; set; } = [];
    public long AccountId { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was last used, to about a minute: written lazily.</summary>
    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>Moves with use, never beyond the longest life of a session.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When the person last proved anew who they are; good for five minutes.</summary>
    public DateTimeOffset? StepUpAt { get; set; }

    /// <summary>Wrong passwords in a row at a step-up; with the fifth the session ends.</summary>
    public int StepUpFailures { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The address that signed in.</summary>
    public string? Source { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<PortalSession>
    {
        public void Configure(EntityTypeBuilder<PortalSession> builder)
        {
            builder.ToTable("portal_session");
            builder.Property(s => s.Id).HasColumnName("id");
            builder
                .Property(s => s.Kind)
                .HasColumnName("kind")
                .HasDefaultValue(SessionKind.Browser);
            builder.Property(s => s.TokenHash).HasColumnName("token_hash").HasMaxLength(32);
            builder.Property(s => s.AccountId).HasColumnName("account_id");
            builder.Property(s => s.CreatedAt).HasColumnName("created_at");
            builder.Property(s => s.LastSeenAt).HasColumnName("last_seen_at");
            builder.Property(s => s.ExpiresAt).HasColumnName("expires_at");
            builder.Property(s => s.StepUpAt).HasColumnName("step_up_at");
            builder
                .Property(s => s.StepUpFailures)
                .HasColumnName("step_up_failures")
                .HasDefaultValue(0);
            builder.Property(s => s.RevokedAt).HasColumnName("revoked_at");
            builder.Property(s => s.Source).HasColumnName("source").HasMaxLength(64);
            builder.HasIndex(s => s.TokenHash).IsUnique();
            builder.HasIndex(s => s.AccountId);
        }
    }
}
