using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Audit;

/// <summary>The end of the chain and the number of the last batch: one row.</summary>
public sealed class AuditHead
{
    /// <summary>Always 1.</summary>
    public required long Id { get; init; }

    /// <summary>32 hexadecimal characters, random; a restore begins another.</summary>
    public required string ChainId { get; init; }

    /// <summary>The last entry; 0 when there is none.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its hash; 32 zero bytes when there is none.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Counts up with each committed batch, of whichever process.</summary>
    public required long Batch { get; init; }

    /// <summary>Which process wrote that batch: a random number for each write queue.</summary>
    public required long Writer { get; init; }

    public sealed class Configuration : IEntityTypeConfiguration<AuditHead>
    {
        public void Configure(EntityTypeBuilder<AuditHead> builder)
        {
            builder.ToTable("audit_head");
            builder.HasKey(head => head.Id);
            builder.Property(head => head.Id).HasColumnName("id").ValueGeneratedNever();
            builder.Property(head => head.ChainId).HasColumnName("chain_id");
            builder.Property(head => head.Sequence).HasColumnName("sequence");
            builder.Property(head => head.Hash).HasColumnName("hash");
            builder.Property(head => head.Batch).HasColumnName("batch");
            builder.Property(head => head.Writer).HasColumnName("writer");
        }
    }
}
