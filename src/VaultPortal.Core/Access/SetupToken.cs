using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Access;

/// <summary>The one-time token of the first start: one row at most, gone once an account exists.</summary>
public sealed class SetupToken
{
    /// <summary>There is one row, and this is its key.</summary>
    public const long OnlyId = 1;

    public long Id { get; set; } = OnlyId;

    /// <summary>SHA-256 of the token's text.</summary>
    public byte[] TokenHash { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<SetupToken>
    {
        public void Configure(EntityTypeBuilder<SetupToken> builder)
        {
            builder.ToTable("setup_token");
            builder.Property(t => t.Id).HasColumnName("id").ValueGeneratedNever();
            builder.Property(t => t.TokenHash).HasColumnName("token_hash").HasMaxLength(32);
            builder.Property(t => t.CreatedAt).HasColumnName("created_at");
        }
    }
}
