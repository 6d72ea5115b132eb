using VaultPortal.Core.Common;

namespace VaultPortal.Core.Notifications;

/// <summary>A message whose time has come, with what is needed to send it.</summary>
internal sealed record DueDelivery
{
    public required long Row { get; init; }
    public required PublicId Id { get; init; }
    public required DeliveryChannel Channel { get; init; }

    /// <summary>0 = a mail.</summary>
    public required long WebhookRow { get; init; }
    public required string EventType { get; init; }
    public required string Body { get; init; }
    public required int Attempts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null = a mail, or the webhook is gone.</summary>
    public required WebhookTarget? Webhook { get; init; }

    /// <summary>The address of the account; null = a webhook, or the account is disabled or gone.</summary>
    public required string? MailTo { get; init; }
}

/// <summary>Where a message goes, as the webhook is at this moment.</summary>
internal sealed record WebhookTarget(
    PublicId Id,
    string Url,
    byte[] SealedSecret,
    bool AllowsPrivateAddress,
    bool IsDisabled
);

internal enum SendVerdict
{
    Delivered,

    /// <summary>To be tried again, as long as its day lasts.</summary>
    Later,

    /// <summary>It will never arrive.</summary>
    Never,

    /// <summary>The target says that it is gone for good (RFC 9110 section 15.5.11).</summary>
    Gone,
}

/// <summary>What came of a try.</summary>
/// <param name="Status">The HTTP status of the answer, or the reply code of SMTP; null = there was none.</param>
/// <param name="Problem">In words of the portal; null = none.</param>
internal readonly record struct SendOutcome(SendVerdict Verdict, int? Status, string? Problem);
