using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Keys;

/// <summary>A key that seals values, itself wrapped by the master key.</summary>
public sealed class DataKey
{
    /// <summary>16 hexadecimal characters; stands in everything that the key seals.</summary>
    public required string Id { get; init; }

    /// <summary>The key, wrapped by <see cref="Cryptography.MasterKey.Wrap"/>.</summary>
    public required byte[] Wrapped { get; set; }

    /// <summary>Which master key wrapped it.</summary>
    public required string MasterKeyId { get; set; }

    public DataKeyPurpose Purpose { get; set; } = DataKeyPurpose.Seals;

    public required DataKeyState State { get; set; }

    /// <summary>How often it has sealed, as far as was stored: a key is replaced long before 2³¹.</summary>
    public required long SealCount { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<DataKey>
    {
        public void Configure(EntityTypeBuilder<DataKey> builder)
        {
            builder.ToTable("data_key");
            builder.HasKey(key => key.Id);
            builder.Property(key => key.Id).HasColumnName("id");
            builder.Property(key => key.Wrapped).HasColumnName("wrapped");
            builder.Property(key => key.MasterKeyId).HasColumnName("master_key_id");
            builder
                .Property(key => key.Purpose)
                .HasColumnName("purpose")
                .HasDefaultValue(DataKeyPurpose.Seals);
            builder.Property(key => key.State).HasColumnName("state");
            builder.Property(key => key.SealCount).HasColumnName("seal_count");
            builder.Property(key => key.CreatedAt).HasColumnName("created_at");
        }
    }
}

public enum DataKeyPurpose
{
    /// <summary>Seals values.</summary>
    Seals = 1,

    /// <summary>Other keys are derived from it, which have to outlive the master key; there is one.</summary>
    Derives = 2,
}

public enum DataKeyState
{
    /// <summary>Seals and opens; there is one.</summary>
    Current = 1,

    /// <summary>Opens what it sealed until that is sealed anew.</summary>
    OpensOnly = 2,
}
