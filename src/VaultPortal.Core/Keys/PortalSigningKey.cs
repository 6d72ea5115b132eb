using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Keys;

/// <summary>An Ed25519 key of the portal itself: signs access tokens and audit seals. The private part is sealed under a data key.</summary>
public sealed class PortalSigningKey
{
    /// <summary>SHA-256 over the SubjectPublicKeyInfo, 64 hexadecimal characters.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The SubjectPublicKeyInfo, DER.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The seed, sealed; bound to table, column and fingerprint.</summary>
    public required byte[] SealedSeed { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when it signs no more; it still verifies.</summary>
    public DateTimeOffset? RetiredAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<PortalSigningKey>
    {
        public void Configure(EntityTypeBuilder<PortalSigningKey> builder)
        {
            builder.ToTable("portal_signing_key");
            builder.HasKey(key => key.Fingerprint);
            builder.Property(key => key.Fingerprint).HasColumnName("fingerprint");
            builder.Property(key => key.PublicKey).HasColumnName("public_key");
            builder.Property(key => key.SealedSeed).HasColumnName("sealed_seed");
            builder.Property(key => key.CreatedAt).HasColumnName("created_at");
            builder.Property(key => key.RetiredAt).HasColumnName("retired_at");
        }
    }
}
