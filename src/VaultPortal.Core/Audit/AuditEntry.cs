using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Audit;

/// <summary>An entry of the chain as it is stored: the text that was hashed, and the hash. Written by the write queue alone, never changed.</summary>
public sealed class AuditEntry
{
    /// <summary>Its place, from 1 on, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>Canonical JSON (RFC 8785): action, actor, correlationId, count (optional), outcome, sequence, source, target, time.</summary>
    public required string Text { get; init; }

    /// <summary>SHA-256 over the previous entry's hash (32 zero bytes before the first) and the text in UTF-8.</summary>
    public required byte[] Hash { get; init; }

    public sealed class Configuration : IEntityTypeConfiguration<AuditEntry>
    {
        public void Configure(EntityTypeBuilder<AuditEntry> builder)
        {
            builder.ToTable("audit_entry");
            builder.HasKey(entry => entry.Sequence);
            builder
                .Property(entry => entry.Sequence)
                .HasColumnName("sequence")
                .ValueGeneratedNever();
            builder.Property(entry => entry.Text).HasColumnName("text");
            builder.Property(entry => entry.Hash).HasColumnName("hash");
        }
    }
}
