using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>How the portal calls and draws what has a lifetime, and where its page is.</summary>
internal static class ExpiryLooks
{
    public static readonly IReadOnlyList<ExpiryState> States =
    [
        ExpiryState.Expired,
        ExpiryState.OverdueForRotation,
        ExpiryState.DueSoon,
        ExpiryState.Active,
    ];

    public static string For(ExpiryState state) =>
        state switch
        {
            ExpiryState.Expired => "Expired",
            ExpiryState.OverdueForRotation => "Overdue for rotation",
            ExpiryState.DueSoon => "Due soon",
            _ => "Active",
        };

    /// <summary>The class that gives badges and marks their colours.</summary>
    public static string Badge(ExpiryState state) =>
        state switch
        {
            ExpiryState.Expired => "badge-bad",
            ExpiryState.OverdueForRotation => "badge-rotate",
            ExpiryState.DueSoon => "badge-warn",
            _ => "badge-muted",
        };

    public static string Icon(ExpiryState state) =>
        state switch
        {
            ExpiryState.Expired => "expired",
            ExpiryState.OverdueForRotation => "refresh",
            ExpiryState.DueSoon => "warning",
            _ => "clock",
        };

    public static string For(LifetimeKind kind) => kind.Word();

    public static string Icon(LifetimeKind kind) =>
        kind switch
        {
            LifetimeKind.VaultItem => "vault",
            LifetimeKind.Field => "text",
            LifetimeKind.EnvironmentSecret => "secret",
            LifetimeKind.WorkflowSecret => "flow",
            LifetimeKind.ApiKey => "key",
            LifetimeKind.UserKey => "person",
            LifetimeKind.AgentKey => "agent",
            _ => "badge",
        };

    /// <summary>The page of the object; null where it has none that everybody may open.</summary>
    public static string? Page(ExpiryEntry entry) =>
        Page(
            entry.Object,
            entry.VaultId?.ToString(),
            entry.ItemId?.ToString(),
            entry.OwnerId?.ToString()
        );

    public static string? Page(ReminderView reminder) =>
        Page(
            reminder.Object,
            reminder.VaultId?.ToString(),
            reminder.ItemId?.ToString(),
            owner: null
        );

    public static string? Page(MutedObject muted) =>
        Page(muted.Object, muted.VaultId?.ToString(), muted.ItemId?.ToString(), owner: null);

    /// <summary>Where the object gets a new value; null where that is not done on a page of its own.</summary>
    public static string? Rotation(LifetimeRef named) =>
        named.Kind == LifetimeKind.EnvironmentSecret
            ? $"secrets/environment/{named.Id}?tab=rotate"
            : null;

    /// <summary>How an object is named in the address, for the selection.</summary>
    public static string Text(LifetimeRef named) => $"{named.Kind.WireName()}:{named.Id}";

    public static bool TryRead(string text, out LifetimeRef named)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && LifetimeKindNames.TryParse(text[..colon], out var kind))
        {
            named = new(kind, text[(colon + 1)..]);
            return named.Id.Length > 0;
        }

        named = default;
        return false;
    }

    private static string? Page(LifetimeRef named, string? vault, string? item, string? owner) =>
        named.Kind switch
        {
            LifetimeKind.VaultItem
            or LifetimeKind.Field when vault is not null && item is not null =>
                $"vaults/{vault}/items/{item}",
            LifetimeKind.EnvironmentSecret => $"secrets/environment/{named.Id}",
            LifetimeKind.WorkflowSecret => $"secrets/workflows/{named.Id}",
            LifetimeKind.ApiKey => $"api-keys/{named.Id}",
            LifetimeKind.UserKey => "account/keys",
            LifetimeKind.AgentKey => owner is null ? "agents" : $"agents/{owner}",
            LifetimeKind.TrustedIssuer => $"settings/issuers/{named.Id}",
            _ => null,
        };
}
