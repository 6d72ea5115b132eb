namespace VaultPortal.Core.Notifications;

/// <summary>The events that webhooks are told of, by their names on the wire.</summary>
public static class EventTypes
{
    public const string DueSoon = "expiry.due_soon";
    public const string Overdue = "expiry.overdue";
    public const string Expired = "expiry.expired";
    public const string RotationAnnounced = "rotation.announced";
    public const string RotationSwitched = "rotation.switched";
    public const string RotationRetired = "rotation.retired";
    public const string RotationCancelled = "rotation.cancelled";

    /// <summary>What the test button sends: to its webhook, whatever that wants.</summary>
    public const string Test = "webhook.test";

    /// <summary>What a webhook can ask for, in the order in which it is shown.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        DueSoon,
        Overdue,
        Expired,
        RotationAnnounced,
        RotationSwitched,
        RotationRetired,
        RotationCancelled,
        Test,
    ];
}
