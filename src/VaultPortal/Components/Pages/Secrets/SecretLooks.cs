using VaultPortal.Core.Secrets;

namespace VaultPortal.Components.Pages.Secrets;

/// <summary>How the portal calls the states and changes of secrets.</summary>
internal static class SecretLooks
{
    public static readonly IReadOnlyList<(SecretListState Value, string Word)> EnvironmentFilters =
    [
        (SecretListState.Active, "Active"),
        (SecretListState.Inactive, "Inactive"),
        (SecretListState.DueSoon, "Due soon"),
        (SecretListState.Expired, "Expired"),
    ];

    public static readonly IReadOnlyList<(SecretListState Value, string Word)> WorkflowFilters =
    [
        (SecretListState.Active, "Active"),
        (SecretListState.DueSoon, "Due soon"),
        (SecretListState.Expired, "Expired"),
    ];

    /// <summary>How long the trash keeps what was deleted.</summary>
    public static readonly TimeSpan TrashKeeps = TimeSpan.FromDays(30);

    public static string For(SecretChange change) =>
        change switch
        {
            SecretChange.Created => "Created",
            SecretChange.Updated => "Changed",
            SecretChange.Deleted => "Deleted",
            SecretChange.TakenBack => "Taken back",
            SecretChange.Restored => "Restored",
            SecretChange.Rotated => "Rotated",
            _ => change.ToString(),
        };
}
