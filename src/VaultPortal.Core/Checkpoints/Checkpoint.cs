using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Checkpoints;

public enum CheckpointKind
{
    Directory = 1,
    Summary = 2,
    Detail = 3,
    Permission = 4,

    /// <summary>Of an item; on the wire a permission checkpoint like that of a vault.</summary>
    ItemPermission = 5,
}

/// <summary>An accepted checkpoint, kept for ever: the text that was signed, who signed it, and the signature.</summary>
public sealed class Checkpoint
{
    public long Sequence { get; set; }
    public CheckpointKind Kind { get; set; }

    /// <summary>The row of the vault, or of the item for <see cref="CheckpointKind.Detail"/> and <see cref="CheckpointKind.ItemPermission"/>.</summary>
    public long ObjectId { get; set; }
    public long Version { get; set; }

    /// <summary>
    /// UTF-8 of the canonical form (RFC 8785): the signed bytes. Where <see cref="Hash"/> is set: the difference from the next
    /// version's text, from which they are rebuilt.
    /// </summary>
    public byte[] Text { get; set; } = [];

    /// <summary>SHA-256 over the signed bytes, where these are not kept whole; else null.</summary>
    public byte[]? Hash { get; set; }

    /// <summary>The row of the registered key that signed.</summary>
    public long SignerKeyId { get; set; }
    public byte[] Signature { get; set; } = [];
    public DateTimeOffset AcceptedAt { get; set; }

    /// <summary>The sequence of this object's checkpoint of the same kind before this one, 0 = none.</summary>
    public long Previous { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Checkpoint>
    {
        public void Configure(EntityTypeBuilder<Checkpoint> builder)
        {
            builder.ToTable("checkpoint");
            builder.KeepsRows();
            builder.HasKey(c => c.Sequence);
            builder.Property(c => c.Sequence).HasColumnName("sequence");
            builder.Property(c => c.Kind).HasColumnName("kind");
            builder.Property(c => c.ObjectId).HasColumnName("object_id");
            builder.Property(c => c.Version).HasColumnName("version");
            builder.Property(c => c.Text).HasColumnName("text");
            builder.Property(c => c.Hash).HasColumnName("hash").HasMaxLength(32);
            builder.Property(c => c.SignerKeyId).HasColumnName("signer_key_id");
            builder.Property(c => c.Signature).HasColumnName("signature");
            builder.Property(c => c.AcceptedAt).HasColumnName("accepted_at");
            builder.Property(c => c.Previous).HasColumnName("previous");
        }
    }
}
