using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Who does a piece of background work, one at a time over all processes (DESIGN section 9). The holder counts <see cref="Beat"/> up;
/// others who saw no change for a while, by their own steady clock, take it over. No wall clock decides, so that one that steps does
/// no harm.
/// </summary>
public sealed class Lease
{
    /// <summary>The work, e.g. <c>expiry-sweep</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Names the process: random, made at its start.</summary>
    public required string Holder { get; set; }
    public long Beat { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Lease>
    {
        public void Configure(EntityTypeBuilder<Lease> builder)
        {
            builder.ToTable("lease");
            builder.HasKey(l => l.Name);
            builder.Property(l => l.Name).HasColumnName("name").HasMaxLength(64);
            builder.Property(l => l.Holder).HasColumnName("holder").HasMaxLength(64);
            builder.Property(l => l.Beat).HasColumnName("beat");
        }
    }
}
