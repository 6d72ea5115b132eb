using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Whoever leaves may have kept the data keys: every vault that he could open is to be rekeyed (machine.md section 6).</summary>
public sealed class RekeyOnDeparture : IPrincipalDeparture
{
    public void Leaving(WriteScope scope, PrincipalRef principal) =>
        scope.Commands<Commands>().MarkRekeyDue.Execute(principal.Kind, principal.Id);

    private sealed class Commands : ICommandSet<Commands>
    {
        public readonly PreparedCommand MarkRekeyDue;

        private Commands(DbConnection connection) =>
            MarkRekeyDue = new(
                connection,
                """
                UPDATE vault SET rekey_due = 1 WHERE id IN (
                    SELECT asset_id FROM access_grant
                    WHERE principal_kind = $1 AND principal_id = $2 AND asset_kind = 1 AND ended IS NULL
                    UNION
                    SELECT i.vault_id FROM access_grant g JOIN vault_item i ON i.id = g.asset_id
                    WHERE g.principal_kind = $1 AND g.principal_id = $2 AND g.asset_kind = 2 AND g.ended IS NULL)
                """
            );

        public static Commands Create(DbConnection connection) => new(connection);
    }
}
