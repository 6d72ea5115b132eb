using VaultPortal.Core.Common;

namespace VaultPortal.Core.Expiry;

/// <summary>A rotation that is to be announced.</summary>
public sealed record NewRotation
{
    public const int DefaultGenerateLength = 32;
    public const int MostConfirmHours = 168;

    /// <summary>The key of the environment secret.</summary>
    public required string Secret { get; init; }

    /// <summary>The webhook that is told, whatever events it wants besides.</summary>
    public required PublicId Webhook { get; init; }

    /// <summary>In characters: how long a value is made where the confirmation brings none.</summary>
    public int GenerateLength { get; init; } = DefaultGenerateLength;

    /// <summary>For how many hours the old value stays readable after the switch: 0 to 168.</summary>
    public required int GraceHours { get; init; }

    /// <summary>Within how many hours it has to be confirmed: 1 to 168.</summary>
    public required int ConfirmWithinHours { get; init; }
}

/// <summary>An announced rotation, as it is at the moment of the question.</summary>
public sealed record RotationView
{
    public required PublicId Id { get; init; }

    /// <summary>The key of the environment secret; null = it was erased meanwhile.</summary>
    public required string? Secret { get; init; }

    /// <summary>Null = the webhook was deleted meanwhile.</summary>
    public required PublicId? WebhookId { get; init; }
    public required string? WebhookName { get; init; }
    public required RotationPhase Phase { get; init; }
    public required int GenerateLength { get; init; }
    public required int GraceHours { get; init; }
    public required DateTimeOffset AnnouncedAt { get; init; }
    public required DateTimeOffset ConfirmBy { get; init; }
    public required DateTimeOffset? SwitchedAt { get; init; }

    /// <summary>Until when the old value is readable; null = there was no switch.</summary>
    public required DateTimeOffset? RetireAt { get; init; }
    public required DateTimeOffset? DoneAt { get; init; }

    /// <summary>The e-mail address of the account that announced it; null = it is gone.</summary>
    public required string? AnnouncedBy { get; init; }
}
