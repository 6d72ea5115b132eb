using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Vaults;

/// <summary>A part of an attachment's encrypted bytes, in the order in which they came.</summary>
public sealed class AssetChunk
{
    public long Id { get; set; }
    public long AssetId { get; set; }

    /// <summary>Counts from 0.</summary>
    public int Position { get; set; }
    public byte[] Bytes { get; set; } = [];

    internal sealed class Configuration : IEntityTypeConfiguration<AssetChunk>
    {
        public void Configure(EntityTypeBuilder<AssetChunk> builder)
        {
            builder.ToTable("asset_chunk");
            builder.Property(c => c.Id).HasColumnName("id");
            builder.Property(c => c.AssetId).HasColumnName("asset_id");
            builder.Property(c => c.Position).HasColumnName("position");
            builder.Property(c => c.Bytes).HasColumnName("bytes");
            builder.HasIndex(c => new { c.AssetId, c.Position }).IsUnique();
        }
    }
}
