using VaultPortal.Core.Common;

namespace VaultPortal.Core.Notifications;

/// <summary>What a webhook is to be.</summary>
public sealed record WebhookDraft
{
    public required string Name { get; init; }
    public required string Url { get; init; }

    /// <summary>Names of <see cref="EventTypes"/>, one at least.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Whether its address may lie in a private network, and be plain http.</summary>
    public bool AllowsPrivateAddress { get; init; }
}

/// <summary>A webhook as people and machines see it: without its secret.</summary>
public sealed record WebhookView
{
    public required PublicId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Scheme and host alone, where whoever asks may not change it.</summary>
    public required string Url { get; init; }
    public required IReadOnlyList<string> Events { get; init; }
    public required bool AllowsPrivateAddress { get; init; }
    public required DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Counted from 1.</summary>
    public required long Version { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Messages that wait to be sent, or to be sent again.</summary>
    public required long Waiting { get; init; }

    /// <summary>How the newest message fared that is done; null = there is none.</summary>
    public required DeliveryState? LastState { get; init; }
}

/// <summary>A webhook with its secret, which is shown this once.</summary>
public sealed record WebhookSecretShown(PublicId Id, long Version, string Secret)
    : Storage.IShownOnceAnswer
{
    public bool HoldsSecret => true;

    /// <summary>Without the secret, which stands in no log.</summary>
    public override string ToString() => $"webhook {Id}";
}

/// <summary>A message of the delivery log.</summary>
public sealed record DeliveryView
{
    public required PublicId Id { get; init; }
    public required string EventType { get; init; }
    public required DeliveryState State { get; init; }
    public required int Attempts { get; init; }
    public required DateTimeOffset? NextAt { get; init; }

    /// <summary>The HTTP status of the last try.</summary>
    public required int? LastStatus { get; init; }

    /// <summary>What went wrong last, in words of the portal.</summary>
    public required string? LastProblem { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? DoneAt { get; init; }
}

/// <param name="Next">Where the page that follows begins; null = this is the last.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryView> Deliveries, PublicId? Next);
