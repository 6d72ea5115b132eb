using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Access;

public enum RegisteredKeyState
{
    Active = 1,

    /// <summary>Registered without an endorsement while another key was active: signs nothing until approved.</summary>
    Pending = 2,
    Retired = 3,
}

public enum RetireReason
{
    Replaced = 1,
    Lost = 2,
    Compromised = 3,
}

/// <summary>
/// The public half of a user key pair or of an agent's key: what checkpoints are verified with. The private half never
/// reaches the server, except wrapped under a passphrase that does not.
/// </summary>
public sealed class RegisteredKey
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public PrincipalKind OwnerKind { get; set; }
    public long OwnerId { get; set; }
    public SignatureAlgorithm Algorithm { get; set; }

    /// <summary>SubjectPublicKeyInfo, DER (RFC 5280 section 4.1).</summary>
    public byte[] Spki { get; set; } = [];

    /// <summary>SHA-256 over <see cref="Spki"/>.</summary>
    public byte[] Fingerprint { get; set; } = [];
    public byte[]? EncryptionSpki { get; set; }
    public byte[]? EncryptionFingerprint { get; set; }
    public byte[]? EncryptionKeySignature { get; set; }
    public string? WrappedPrivateKey { get; set; }
    public byte[]? Proof { get; set; }
    public long? EndorsedBy { get; set; }
    public byte[]? Endorsement { get; set; }
    public RegisteredKeyState State { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>From then on nothing that it signs is taken; null = it does not expire. What it signed before stays verified.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Somebody has set its end nearer than it was: an agent's successors of it end then, too.</summary>
    public bool IsEnding { get; set; }
    public DateTimeOffset? RetiredAt { get; set; }
    public RetireReason? RetireReason { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<RegisteredKey>
    {
        public void Configure(EntityTypeBuilder<RegisteredKey> builder)
        {
            builder.ToTable("registered_key");
            builder.Property(k => k.Id).HasColumnName("id");
            builder.Property(k => k.PublicId).HasColumnName("public_id");
            builder.Property(k => k.OwnerKind).HasColumnName("owner_kind");
            builder.Property(k => k.OwnerId).HasColumnName("owner_id");
            builder.Property(k => k.Algorithm).HasColumnName("algorithm");
            builder.Property(k => k.Spki).HasColumnName("spki");
            builder.Property(k => k.Fingerprint).HasColumnName("fingerprint").HasMaxLength(32);
            builder.Property(k => k.EncryptionSpki).HasColumnName("encryption_spki");
            builder
                .Property(k => k.EncryptionFingerprint)
                .HasColumnName("encryption_fingerprint")
                .HasMaxLength(32);
            builder
                .Property(k => k.EncryptionKeySignature)
                .HasColumnName("encryption_key_signature");
            builder.Property(k => k.WrappedPrivateKey).HasColumnName("wrapped_private_key");
            builder.Property(k => k.Proof).HasColumnName("proof");
            builder.Property(k => k.EndorsedBy).HasColumnName("endorsed_by");
            builder.Property(k => k.Endorsement).HasColumnName("endorsement");
            builder.Property(k => k.State).HasColumnName("state");
            builder.Property(k => k.CreatedAt).HasColumnName("created_at");
            builder.Property(k => k.ExpiresAt).HasColumnName("expires_at");
            builder.Property(k => k.IsEnding).HasColumnName("is_ending").HasDefaultValue(false);
            builder.Property(k => k.RetiredAt).HasColumnName("retired_at");
            builder.Property(k => k.RetireReason).HasColumnName("retire_reason");
            builder.HasIndex(k => k.PublicId).IsUnique();
            builder.HasIndex(k => k.Fingerprint).IsUnique();
            builder.HasIndex(k => new { k.OwnerKind, k.OwnerId });
        }
    }
}
