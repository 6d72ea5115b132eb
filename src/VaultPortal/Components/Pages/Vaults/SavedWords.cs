namespace VaultPortal.Components.Pages.Vaults;

/// <summary>How a page says what a sealed element has done; the kinds are the actions that it was asked for.</summary>
internal static class SavedWords
{
    /// <param name="count">How many it was done to.</param>
    public static string For(string? kind, int count) =>
        kind switch
        {
            "create-vault" => "The vault was made.",
            "edit-vault" => "The vault's name and classification were saved.",
            "archive-vault" or "archive-vaults" =>
                $"{Vaults(count)} archived. Whoever holds ADMIN can restore {Them(count)}.",
            "restore-vault" or "restore-vaults" => $"{Vaults(count)} restored.",
            "rekey-vault" => "The vault has a new data key.",
            "create-group" => "The group was made.",
            "rename-group" => "The group was renamed.",
            "archive-group" => "The group was archived. Its items stand under no group now.",
            "move-items" => $"{Items(count)} moved.",
            "expire-items" => $"The expiry of {Items(count, verb: false)} was set.",
            "archive-items" => $"{Items(count)} archived.",
            "restore-items" => $"{Items(count)} restored.",
            "share-vault" => "The vault's members were changed.",
            "unshare-vault" =>
                "The member was removed. Rekey the vault: the present data key may be known.",
            "wrap-keys" => "The data key was wrapped.",
            _ => "Saved.",
        };

    /// <summary>The action that takes it back; null where there is none.</summary>
    public static string? Undo(string? kind) =>
        kind switch
        {
            "archive-vault" => "restore-vault",
            "archive-vaults" => "restore-vaults",
            "archive-items" => "restore-items",
            _ => null,
        };

    private static string Vaults(int count) =>
        count == 1 ? "The vault was" : $"{count} vaults were";

    private static string Items(int count, bool verb = true) =>
        (count == 1 ? "1 item" : $"{count} items")
        + (
            !verb ? ""
            : count == 1 ? " was"
            : " were"
        );

    private static string Them(int count) => count == 1 ? "it" : "them";
}
