using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>A retired key loses the data keys wrapped to it, and their vaults are to be rekeyed (machine.md section 6).</summary>
public sealed class WrappedDekRetirement : IKeyRetirement
{
    public void Retired(WriteScope scope, long keyId)
    {
        var commands = scope.Commands<Commands>();
        commands.MarkRekeyDue.Execute(keyId);
        commands.Delete.Execute(keyId);
    }

    private sealed class Commands : ICommandSet<Commands>
    {
        public readonly PreparedCommand MarkRekeyDue;
        public readonly PreparedCommand Delete;

        private Commands(DbConnection connection)
        {
            MarkRekeyDue = new(
                connection,
                "UPDATE vault SET rekey_due = 1 WHERE id IN (SELECT vault_id FROM wrapped_dek WHERE recipient_key_id = $1)"
            );
            Delete = new(connection, "DELETE FROM wrapped_dek WHERE recipient_key_id = $1");
        }

        public static Commands Create(DbConnection connection) => new(connection);
    }
}
