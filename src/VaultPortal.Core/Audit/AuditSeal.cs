using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Audit;

/// <summary>A signature over the head of the chain: what lies before it cannot be changed unnoticed by whoever lacks the key.</summary>
public sealed class AuditSeal
{
    /// <summary>The last entry that it covers.</summary>
    public required long Sequence { get; init; }

    /// <summary>Canonical JSON: chainId, headHash, key (fingerprint), previousSeal (its hash, or null), sequence, time.</summary>
    public required string Text { get; init; }

    /// <summary>SHA-256 over the text in UTF-8.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Ed25519 over <c>vaultportal:audit-seal\n</c> and the text.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>The signer's SubjectPublicKeyInfo, DER; its fingerprint stands in the text.</summary>
    public required byte[] PublicKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<AuditSeal>
    {
        public void Configure(EntityTypeBuilder<AuditSeal> builder)
        {
            builder.ToTable("audit_seal");
            builder.HasKey(seal => seal.Sequence);
            builder.Property(seal => seal.Sequence).HasColumnName("sequence").ValueGeneratedNever();
            builder.Property(seal => seal.Text).HasColumnName("text");
            builder.Property(seal => seal.Hash).HasColumnName("hash");
            builder.Property(seal => seal.Signature).HasColumnName("signature");
            builder.Property(seal => seal.PublicKey).HasColumnName("public_key");
            builder.Property(seal => seal.CreatedAt).HasColumnName("created_at");
        }
    }
}
