using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>A machine that acts for itself, with its own grants and its own registered key, made and answered for by an owner.</summary>
public sealed class Agent
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public long OwnerId { get; set; }
    public string Name { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ArchivedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Agent>
    {
        public void Configure(EntityTypeBuilder<Agent> builder)
        {
            builder.ToTable("agent");
            builder.Property(a => a.Id).HasColumnName("id");
            builder.Property(a => a.PublicId).HasColumnName("public_id");
            builder.Property(a => a.OwnerId).HasColumnName("owner_id");
            builder.Property(a => a.Name).HasColumnName("name").HasMaxLength(255);
            builder.Property(a => a.CreatedAt).HasColumnName("created_at");
            builder.Property(a => a.ArchivedAt).HasColumnName("archived_at");
            builder.HasIndex(a => a.PublicId).IsUnique();
            builder.HasIndex(a => a.OwnerId);
        }
    }
}
