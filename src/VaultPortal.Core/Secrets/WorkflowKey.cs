using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Secrets;

/// <summary>The generated <c>wfk_</c> keys of workflow items: the present one of each, and the one before while its grace lasts.</summary>
public sealed class WorkflowKey
{
    public long Id { get; set; }
    public long SecretId { get; set; }

    /// <summary>SHA-256 over the whole key as it was shown.</summary>
    public byte[] Hash { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null for the present key; for a rotated one the instant from which on it is worth nothing.</summary>
    public DateTimeOffset? ValidUntil { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<WorkflowKey>
    {
        public void Configure(EntityTypeBuilder<WorkflowKey> builder)
        {
            builder.ToTable("workflow_key");
            builder.Property(k => k.Id).HasColumnName("id");
            builder.Property(k => k.SecretId).HasColumnName("secret_id");
            builder.Property(k => k.Hash).HasColumnName("hash").HasMaxLength(32);
            builder.Property(k => k.CreatedAt).HasColumnName("created_at");
            builder.Property(k => k.ValidUntil).HasColumnName("valid_until");
            builder.HasIndex(k => k.Hash).IsUnique();
            builder.HasIndex(k => k.SecretId);
        }
    }
}
