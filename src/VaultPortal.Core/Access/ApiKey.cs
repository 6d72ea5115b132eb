using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

public enum ApiKeyScope
{
    User = 1,
    Tenant = 2,
    Org = 3,
    Agent = 4,
}

public enum ApiKeyFormat
{
    /// <summary><c>rk_</c>: for every API of this portal.</summary>
    Portal = 1,

    /// <summary><c>ik_</c>: for environment secrets (secrets.md).</summary>
    Secrets = 2,
}

/// <summary>A machine's key. Of its secret only the SHA-256 is kept.</summary>
public sealed class ApiKey
{
    public long Id { get; set; }

    /// <summary>Names the key to its owner; opens nothing.</summary>
    public PublicId PublicId { get; set; }

    public ApiKeyFormat Format { get; set; } = ApiKeyFormat.Portal;

    /// <summary>
    /// What the key is found and named by, 16 characters: the public half of an <c>rk_</c> key; of an <c>ik_</c> key, which has none, the
    /// beginning of its hash in hexadecimal.
    /// </summary>
    public string AccessKey { get; set; } = "";

    /// <summary>SHA-256 over the whole key as it was shown.</summary>
    public byte[] Hash { get; set; } = [];
    public string Name { get; set; } = "";
    public ApiKeyScope Scope { get; set; }
    public long OwnerId { get; set; }
    public long? AgentId { get; set; }
    public Permissions Permissions { get; set; }

    /// <summary>Networks in CIDR notation, separated by a space; empty = every address.</summary>
    public string AllowList { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Somebody has set its end nearer than it was: its successors end then, too.</summary>
    public bool IsEnding { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The key that it was rotated to; null = it was not. It is rotated once.</summary>
    public long? SuccessorId { get; set; }

    /// <summary>Written lazily, at most once a minute: a hint, no evidence (that is the audit).</summary>
    public DateTimeOffset? LastUsedAt { get; set; }
    public string? LastUsedAddress { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<ApiKey>
    {
        public void Configure(EntityTypeBuilder<ApiKey> builder)
        {
            builder.ToTable("api_key");
            builder.Property(k => k.Id).HasColumnName("id");
            builder.Property(k => k.PublicId).HasColumnName("public_id");
            builder
                .Property(k => k.Format)
                .HasColumnName("format")
                .HasDefaultValue(ApiKeyFormat.Portal);
            builder.Property(k => k.AccessKey).HasColumnName("access_key").HasMaxLength(16);
            builder.Property(k => k.Hash).HasColumnName("hash").HasMaxLength(32);
            builder.Property(k => k.Name).HasColumnName("name").HasMaxLength(255);
            builder.Property(k => k.Scope).HasColumnName("scope");
            builder.Property(k => k.OwnerId).HasColumnName("owner_id");
            builder.Property(k => k.AgentId).HasColumnName("agent_id");
            builder.Property(k => k.Permissions).HasColumnName("permissions");
            builder.Property(k => k.AllowList).HasColumnName("allow_list");
            builder.Property(k => k.CreatedAt).HasColumnName("created_at");
            builder.Property(k => k.ExpiresAt).HasColumnName("expires_at");
            builder.Property(k => k.IsEnding).HasColumnName("is_ending").HasDefaultValue(false);
            builder.Property(k => k.RevokedAt).HasColumnName("revoked_at");
            builder.Property(k => k.SuccessorId).HasColumnName("successor_id");
            builder.Property(k => k.LastUsedAt).HasColumnName("last_used_at");
            builder
                .Property(k => k.LastUsedAddress)
                .HasColumnName("last_used_address")
                .HasMaxLength(45);
            builder.HasIndex(k => k.PublicId).IsUnique();
            builder.HasIndex(k => k.AccessKey).IsUnique();
            builder.HasIndex(k => k.OwnerId);
        }
    }
}
