using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// What the sweep last wrote about an object: which state it announced, and how far it has reminded. Never asked for a decision; the
/// state of an object is worked out from its own row. A row is made when there is something to keep.
/// </summary>
public sealed class KnownLifetime
{
    public LifetimeKind Kind { get; init; }

    /// <summary>The row of the object in its own table.</summary>
    public long ObjectId { get; init; }
    public ExpiryState State { get; set; }

    /// <summary>The expiry that <see cref="Told"/> counts for; with another one reminding begins anew.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>How far was reminded of <see cref="ExpiresAt"/> and of <see cref="RotateToldFor"/>: <see cref="ToldOffsets"/>.</summary>
    public long? Told { get; set; }

    /// <summary>The moment of rotation that was reminded of last; null = of none.</summary>
    public DateTimeOffset? RotateToldFor { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<KnownLifetime>
    {
        public void Configure(EntityTypeBuilder<KnownLifetime> builder)
        {
            builder.ToTable("known_lifetime");
            builder.HasKey(l => new { l.Kind, l.ObjectId });
            builder.Property(l => l.Kind).HasColumnName("kind");
            builder.Property(l => l.ObjectId).HasColumnName("object_id");
            builder.Property(l => l.State).HasColumnName("state");
            builder.Property(l => l.ExpiresAt).HasColumnName("expires_at");
            builder.Property(l => l.Told).HasColumnName("told");
            builder.Property(l => l.RotateToldFor).HasColumnName("rotate_told_for");
        }
    }
}

/// <summary>
/// Two lengths of time in one column, in seconds: the shortest ones before an expiry (in the lower half) and before a moment of rotation
/// (in the upper one) that were reminded of, 0 = of the moment itself. A century has 3,153,600,000 seconds, less than a half can hold.
/// </summary>
internal static class ToldOffsets
{
    private const uint None = uint.MaxValue;

    /// <param name="expiry">Null = none yet.</param>
    /// <param name="rotation">0 also where none was reminded of.</param>
    public static long? Write(long? expiry, long rotation) =>
        expiry is null && rotation == 0 ? null : (rotation << 32) | (expiry ?? None);

    public static (long? Expiry, long Rotation) Read(long? stored) =>
        stored is not { } both ? (null, 0)
        : (uint)both == None ? (null, both >>> 32)
        : ((uint)both, both >>> 32);
}
