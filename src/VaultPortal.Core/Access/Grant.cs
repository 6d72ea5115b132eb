using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Access;

public enum GrantedAsset
{
    Vault = 1,
    VaultItem = 2,
}

/// <summary>
/// One principal's level on one vault or one item. Grants alone open vaults, whatever the role. A grant that ended keeps its row, so
/// that whoever followed the object by its changes can be told.
/// </summary>
public sealed class Grant
{
    public long Id { get; set; }
    public GrantedAsset AssetKind { get; set; }
    public long AssetId { get; set; }
    public PrincipalKind PrincipalKind { get; set; }
    public long PrincipalId { get; set; }
    public AccessLevel Level { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The commit in which access began, see <see cref="Storage.WriteScope.CommitSequence"/>; another level does not change it.</summary>
    public long Opened { get; set; }

    /// <summary>The commit in which access ended; null while it lasts.</summary>
    public long? Ended { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Grant>
    {
        public void Configure(EntityTypeBuilder<Grant> builder)
        {
            builder.ToTable("access_grant");
            builder.Property(g => g.Id).HasColumnName("id");
            builder.Property(g => g.AssetKind).HasColumnName("asset_kind");
            builder.Property(g => g.AssetId).HasColumnName("asset_id");
            builder.Property(g => g.PrincipalKind).HasColumnName("principal_kind");
            builder.Property(g => g.PrincipalId).HasColumnName("principal_id");
            builder.Property(g => g.Level).HasColumnName("level");
            builder.Property(g => g.CreatedAt).HasColumnName("created_at");
            builder.Property(g => g.Opened).HasColumnName("opened");
            builder.Property(g => g.Ended).HasColumnName("ended");
            builder
                .HasIndex(g => new
                {
                    g.PrincipalKind,
                    g.PrincipalId,
                    g.AssetKind,
                    g.AssetId,
                })
                .IsUnique();
            builder.HasIndex(g => new { g.AssetKind, g.AssetId });
        }
    }
}
