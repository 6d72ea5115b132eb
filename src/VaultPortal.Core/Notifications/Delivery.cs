using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Notifications;

public enum DeliveryChannel
{
    Webhook = 1,
    Mail = 2,
}

public enum DeliveryState
{
    /// <summary>Not tried yet, or to be tried again.</summary>
    Waiting = 1,
    Delivered = 2,

    /// <summary>Given up, 24 hours after it was made, or because its target is gone.</summary>
    Failed = 3,
}

/// <summary>
/// A message on its way to one target: written in the transaction of what it tells of, sent later, tried again until it arrives or its
/// day is over. Kept afterwards as the delivery log.
/// </summary>
public sealed class Delivery
{
    public long Id { get; set; }

    /// <summary>The same in each try: the <c>webhook-id</c>, the <c>Message-ID</c>.</summary>
    public PublicId PublicId { get; set; }
    public DeliveryChannel Channel { get; set; }

    /// <summary>The row of the webhook; 0 = a mail.</summary>
    public long WebhookId { get; set; }

    /// <summary>The row of the account that gets the mail; 0 = a webhook.</summary>
    public long AccountId { get; set; }

    /// <summary>E.g. <c>expiry.due_soon</c>.</summary>
    public string EventType { get; set; } = "";

    /// <summary>The JSON that is sent, or that the mail is written from; holds no value.</summary>
    public string Body { get; set; } = "";
    public DeliveryState State { get; set; } = DeliveryState.Waiting;
    public int Attempts { get; set; }

    /// <summary>When it is tried next; null = it is done.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>The HTTP status of the last try; null = there was none.</summary>
    public int? LastStatus { get; set; }

    /// <summary>What went wrong last, in words of our own: never what the target answered.</summary>
    public string? LastProblem { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DoneAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<Delivery>
    {
        public void Configure(EntityTypeBuilder<Delivery> builder)
        {
            builder.ToTable("delivery");
            builder.Property(d => d.Id).HasColumnName("id");
            builder.Property(d => d.PublicId).HasColumnName("public_id");
            builder.Property(d => d.Channel).HasColumnName("channel");
            builder.Property(d => d.WebhookId).HasColumnName("webhook_id");
            builder.Property(d => d.AccountId).HasColumnName("account_id");
            builder.Property(d => d.EventType).HasColumnName("event_type").HasMaxLength(64);
            builder.Property(d => d.Body).HasColumnName("body");
            builder.Property(d => d.State).HasColumnName("state");
            builder.Property(d => d.Attempts).HasColumnName("attempts");
            builder.Property(d => d.NextAt).HasColumnName("next_at");
            builder.Property(d => d.LastStatus).HasColumnName("last_status");
            builder.Property(d => d.LastProblem).HasColumnName("last_problem").HasMaxLength(255);
            builder.Property(d => d.CreatedAt).HasColumnName("created_at");
            builder.Property(d => d.DoneAt).HasColumnName("done_at");
            builder.HasIndex(d => d.PublicId).IsUnique();
            builder.HasIndex(d => d.NextAt).HasFilter("next_at IS NOT NULL");
            builder.HasIndex(d => d.WebhookId).HasFilter("webhook_id <> 0");
            builder.HasIndex(d => d.DoneAt).HasFilter("done_at IS NOT NULL");
        }
    }
}
