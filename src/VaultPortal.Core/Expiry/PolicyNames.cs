using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>What the vaults and people that policies name are called.</summary>
internal sealed class PolicyNames : ICommandSet<PolicyNames>
{
    private readonly PreparedCommand _vault;
    private readonly PreparedCommand _person;

    private PolicyNames(DbConnection connection)
    {
        _vault = new(connection, "SELECT public_id, name FROM vault WHERE id = $1");
        _person = new(connection, "SELECT email, disabled_at FROM account WHERE public_id = $1");
    }

    public static PolicyNames Create(DbConnection connection) => new(connection);

    /// <summary>A vault by its row; null where it was erased.</summary>
    public (PublicId Id, string Name)? Vault(long row)
    {
        using var found = _vault.Query(row);
        return found.Read() ? (found.Id(0), found.GetString(1)) : null;
    }

    /// <summary>The e-mail address of an account, null where there is none; and whether it is disabled.</summary>
    public (string? Email, bool IsDisabled) Person(PublicId id)
    {
        using var found = _person.Query(id);
        return found.Read()
            ? (found.GetString(0), found.OptionalTime(1) is not null)
            : (null, false);
    }
}
