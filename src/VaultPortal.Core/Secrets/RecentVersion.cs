using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// A version that may be newer than the one that its secret's row names. A hot write appends it here instead of changing that row, of
/// which there is one at random for each write; many rows are brought up to date together later (<see cref="RecentVersions"/>).
/// </summary>
public sealed class RecentVersion
{
    /// <summary>The row of the version, which brought the value.</summary>
    public long Id { get; set; }
    public long SecretId { get; set; }

    /// <summary>The number of the version.</summary>
    public long Version { get; set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<RecentVersion>
    {
        public void Configure(EntityTypeBuilder<RecentVersion> builder)
        {
            builder.ToTable("secret_recent");
            builder.Property(r => r.Id).HasColumnName("id").ValueGeneratedNever();
            builder.Property(r => r.SecretId).HasColumnName("secret_id");
            builder.Property(r => r.Version).HasColumnName("version");
            builder.Property(r => r.UpdatedAt).HasColumnName("updated_at");
        }
    }
}
