using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// Somebody else whose tokens this portal takes, a CI service for instance: so that its jobs need no stored secret. Which of its
/// tokens, and for what, says <see cref="Mappings"/>.
/// </summary>
public sealed class TrustedIssuer
{
    public long Id { get; set; }
    public PublicId PublicId { get; set; }
    public string Name { get; set; } = "";

    /// <summary>The <c>iss</c> of its tokens, compared exactly; unique.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The <c>aud</c> that its tokens have to carry, compared exactly.</summary>
    public string Audience { get; set; } = "";

    /// <summary>Where its keys are fetched from, https; null when they were given as a document.</summary>
    public string? JwksUri { get; set; }

    /// <summary>Its keys as a JSON Web Key Set (RFC 7517 section 5); null when they are fetched.</summary>
    public string? JwksDocument { get; set; }

    /// <summary>Whether the address may lie in a private network.</summary>
    public bool AllowsPrivateAddress { get; set; }

    /// <summary>Which claims give which permissions, as JSON.</summary>
    public string Mappings { get; set; } = "[]";

    /// <summary>Counts changes: a token that was mapped by an older state is mapped anew.</summary>
    public long Revision { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Since when its tokens are refused; null = they are taken.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>From then on its keys are not trusted any more; null = until it is disabled.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<TrustedIssuer>
    {
        public void Configure(EntityTypeBuilder<TrustedIssuer> builder)
        {
            builder.ToTable("trusted_issuer");
            builder.Property(i => i.Id).HasColumnName("id");
            builder.Property(i => i.PublicId).HasColumnName("public_id");
            builder.Property(i => i.Name).HasColumnName("name").HasMaxLength(255);
            builder.Property(i => i.Issuer).HasColumnName("issuer").HasMaxLength(2048);
            builder.Property(i => i.Audience).HasColumnName("audience").HasMaxLength(2048);
            builder.Property(i => i.JwksUri).HasColumnName("jwks_uri").HasMaxLength(2048);
            builder.Property(i => i.JwksDocument).HasColumnName("jwks_document");
            builder.Property(i => i.AllowsPrivateAddress).HasColumnName("allows_private_address");
            builder.Property(i => i.Mappings).HasColumnName("mappings");
            builder.Property(i => i.Revision).HasColumnName("revision");
            builder.Property(i => i.CreatedAt).HasColumnName("created_at");
            builder.Property(i => i.UpdatedAt).HasColumnName("updated_at");
            builder.Property(i => i.DisabledAt).HasColumnName("disabled_at");
            builder.Property(i => i.ExpiresAt).HasColumnName("expires_at");
            builder.HasIndex(i => i.PublicId).IsUnique();
            builder.HasIndex(i => i.Issuer).IsUnique();
        }
    }
}
