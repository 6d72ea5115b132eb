using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Expiry;

/// <summary>Filters of the expiry page that an account keeps under a name.</summary>
public sealed class SavedFilter
{
    public const int MaxNameLength = 60;
    public const int MaxQueryLength = 1_000;

    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public long AccountId { get; set; }
    public string Name { get; set; } = "";

    /// <summary>The query of the page's address, without the question mark.</summary>
    public string Query { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<SavedFilter>
    {
        public void Configure(EntityTypeBuilder<SavedFilter> builder)
        {
            builder.ToTable("saved_filter");
            builder.Property(f => f.Id).HasColumnName("id");
            builder.Property(f => f.PublicId).HasColumnName("public_id");
            builder.Property(f => f.AccountId).HasColumnName("account_id");
            builder.Property(f => f.Name).HasColumnName("name").HasMaxLength(MaxNameLength);
            builder.Property(f => f.Query).HasColumnName("query").HasMaxLength(MaxQueryLength);
            builder.Property(f => f.CreatedAt).HasColumnName("created_at");
            builder.HasIndex(f => f.PublicId).IsUnique();
            builder.HasIndex(f => new { f.AccountId, f.Name }).IsUnique();
        }
    }
}
