using VaultPortal.Core.Access;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Who may know what an item or a field is called: whoever holds a grant on it or its vault at this moment, and Auditors. Asked when a
/// reminder is made, when a mail is written and whenever reminders are read, because grants end.
/// </summary>
internal static class ReminderSight
{
    /// <summary>Stands in the place of a name, for an Owner who is reminded because nobody else is left.</summary>
    public static string NeutralTitle(LifetimeKind kind) =>
        kind == LifetimeKind.Field ? "A field" : "An item";

    public static bool IsOfVault(LifetimeKind kind) =>
        kind is LifetimeKind.VaultItem or LifetimeKind.Field;

    /// <summary>As a condition of SQL.</summary>
    /// <param name="account">The alias of the account.</param>
    /// <param name="kind">The kind of object.</param>
    /// <param name="vault">The row of its vault.</param>
    /// <param name="item">The row of its item.</param>
    public static string Knows(string account, string kind, string vault, string item) =>
        $"""
            ({kind} NOT IN ({(int)LifetimeKind.VaultItem}, {(int)LifetimeKind.Field})
                OR {account}.role = {(int)Role.Auditor}
                OR EXISTS (SELECT 1 FROM access_grant g WHERE g.principal_kind = 1 AND g.principal_id = {account}.id
                    AND g.asset_kind = 1 AND g.asset_id = {vault} AND g.ended IS NULL)
                OR EXISTS (SELECT 1 FROM access_grant g WHERE g.principal_kind = 1 AND g.principal_id = {account}.id
                    AND g.asset_kind = 2 AND g.asset_id = {item} AND g.ended IS NULL))
            """;
}
