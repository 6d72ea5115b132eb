using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>A named group of a vault's items; part of the summary checkpoint.</summary>
public sealed class ItemGroup
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public long VaultId { get; set; }
    public string Name { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<ItemGroup>
    {
        public void Configure(EntityTypeBuilder<ItemGroup> builder)
        {
            builder.ToTable("item_group");
            builder.Property(g => g.Id).HasColumnName("id");
            builder.Property(g => g.PublicId).HasColumnName("public_id");
            builder.Property(g => g.VaultId).HasColumnName("vault_id");
            builder.Property(g => g.Name).HasColumnName("name").HasMaxLength(510);
            builder.Property(g => g.CreatedAt).HasColumnName("created_at");
            builder.Property(g => g.ArchivedAt).HasColumnName("archived_at");
            builder.HasIndex(g => g.PublicId).IsUnique();
            builder.HasIndex(g => g.VaultId);
        }
    }
}
