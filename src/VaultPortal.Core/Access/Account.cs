using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>
/// A person who may sign in to the portal. The role stands in the row; Identity's tables of roles and claims are not used.
/// The user name is the e-mail address.
/// </summary>
public sealed class Account : IdentityUser<long>
{
    /// <summary>The longest address that mail can carry (RFC 5321, section 4.5.3.1.3).</summary>
    public const int MaxEmailLength = 254;

    public PublicId PublicId { get; set; }
    public Role Role { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Since when the account may no longer sign in, and its sessions, keys and agents count for nothing.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>How the audit names this account as an object, and as an actor.</summary>
    public string AuditName => $"user:{PublicId}";

    internal sealed class Configuration : IEntityTypeConfiguration<Account>
    {
        public void Configure(EntityTypeBuilder<Account> builder)
        {
            builder.ToTable("account");
            builder.Property(a => a.Id).HasColumnName("id");
            builder.Property(a => a.PublicId).HasColumnName("public_id");
            builder
                .Property(a => a.Email)
                .HasColumnName("email")
                .HasMaxLength(MaxEmailLength)
                .IsRequired();
            builder
                .Property(a => a.NormalizedEmail)
                .HasColumnName("normalized_email")
                .HasMaxLength(MaxEmailLength)
                .IsRequired();
            builder.Property(a => a.EmailConfirmed).HasColumnName("email_confirmed");
            builder.Property(a => a.PasswordHash).HasColumnName("password_hash").HasMaxLength(128);
            builder.Property(a => a.SecurityStamp).HasColumnName("security_stamp").HasMaxLength(64);
            builder
                .Property(a => a.ConcurrencyStamp)
                .HasColumnName("concurrency_stamp")
                .HasMaxLength(64)
                .IsConcurrencyToken();
            builder.Property(a => a.TwoFactorEnabled).HasColumnName("two_factor_enabled");
            builder.Property(a => a.LockoutEnabled).HasColumnName("lockout_enabled");
            builder.Property(a => a.LockoutEnd).HasColumnName("lockout_end");
            builder.Property(a => a.AccessFailedCount).HasColumnName("access_failed_count");
            builder.Property(a => a.Role).HasColumnName("role");
            builder.Property(a => a.CreatedAt).HasColumnName("created_at");
            builder.Property(a => a.DisabledAt).HasColumnName("disabled_at");
            builder.Ignore(a => a.UserName).Ignore(a => a.NormalizedUserName);
            builder.Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed);
            builder.Ignore(a => a.AuditName);
            builder.HasIndex(a => a.PublicId).IsUnique();
            builder.HasIndex(a => a.NormalizedEmail).IsUnique();
        }
    }
}
