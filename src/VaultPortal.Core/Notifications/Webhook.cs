using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Notifications;

/// <summary>An address that is told of events, signed as Standard Webhooks 1.0 says.</summary>
public sealed class Webhook
{
    public const int MaxNameLength = 100;
    public const int MaxUrlLength = 2_048;

    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public string Name { get; set; } = "";

    /// <summary><c>https://</c>, or <c>http://</c> where addresses of the local network are allowed.</summary>
    public string Url { get; set; } = "";

    /// <summary>The secret of the signatures, sealed under a data key; shown once.</summary>
    public byte[] SealedSecret { get; set; } = [];

    /// <summary>The types of the events that it gets, separated by commas.</summary>
    public string Events { get; set; } = "";
    public bool AllowsPrivateAddress { get; set; }
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>The row of the account that made it.</summary>
    public long CreatedById { get; set; }

    /// <summary>Counted from 1; the ETag.</summary>
    public long Version { get; set; } = 1;
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Webhook>
    {
        public void Configure(EntityTypeBuilder<Webhook> builder)
        {
            builder.ToTable("webhook");
            builder.Property(w => w.Id).HasColumnName("id");
            builder.Property(w => w.PublicId).HasColumnName("public_id");
            builder.Property(w => w.Name).HasColumnName("name").HasMaxLength(MaxNameLength);
            builder.Property(w => w.Url).HasColumnName("url").HasMaxLength(MaxUrlLength);
            builder.Property(w => w.SealedSecret).HasColumnName("sealed_secret");
            builder.Property(w => w.Events).HasColumnName("events");
            builder.Property(w => w.AllowsPrivateAddress).HasColumnName("allows_private_address");
            builder.Property(w => w.DisabledAt).HasColumnName("disabled_at");
            builder.Property(w => w.CreatedById).HasColumnName("created_by_id");
            builder.Property(w => w.Version).HasColumnName("version");
            builder.Property(w => w.CreatedAt).HasColumnName("created_at");
            builder.Property(w => w.UpdatedAt).HasColumnName("updated_at");
            builder.HasIndex(w => w.PublicId).IsUnique();
        }
    }
}
