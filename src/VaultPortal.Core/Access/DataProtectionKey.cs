using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Access;

/// <summary>One entry of the framework's data-protection key ring: its XML, in which the key itself is sealed under a data key.</summary>
public sealed class DataProtectionKey
{
    public long Id { get; set; }

    /// <summary>The framework's name of the entry, e.g. <c>key-…</c> or <c>revocation-…</c>.</summary>
    public string Name { get; set; } = "";
    public string Xml { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<DataProtectionKey>
    {
        public void Configure(EntityTypeBuilder<DataProtectionKey> builder)
        {
            builder.ToTable("data_protection_key");
            builder.Property(k => k.Id).HasColumnName("id");
            builder.Property(k => k.Name).HasColumnName("name").HasMaxLength(255);
            builder.Property(k => k.Xml).HasColumnName("xml");
            builder.Property(k => k.CreatedAt).HasColumnName("created_at");
        }
    }
}
