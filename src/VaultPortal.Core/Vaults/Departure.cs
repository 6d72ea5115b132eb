using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// What follows when a grant ends (machine.md section 6): whoever has none left in the vault loses the data keys that were wrapped to
/// him, and as he may have kept them, the vault is to be rekeyed.
/// </summary>
internal static class Departure
{
    /// <summary>Asks the state after the grant ended. The vault's row is left to the caller.</summary>
    public static void Decide(WriteScope scope, Vault vault, PrincipalRef principal)
    {
        if (VaultAccess.HasAnyGrant(scope, principal, vault.Id))
        {
            return;
        }

        scope
            .Commands<Commands>()
            .DeleteWrappedDeks.Execute(vault.Id, principal.Kind, principal.Id);
        vault.RekeyDue = true;
    }

    private sealed class Commands : ICommandSet<Commands>
    {
        public readonly PreparedCommand DeleteWrappedDeks;

        private Commands(DbConnection connection) =>
            DeleteWrappedDeks = new(
                connection,
                """
                DELETE FROM wrapped_dek WHERE vault_id = $1 AND recipient_key_id IN (
                    SELECT id FROM registered_key WHERE owner_kind = $2 AND owner_id = $3)
                """
            );

        public static Commands Create(DbConnection connection) => new(connection);
    }
}
