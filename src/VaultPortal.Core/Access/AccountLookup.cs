using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>Finds the account that a command names by e-mail address or id.</summary>
internal sealed class AccountLookup : ICommandSet<AccountLookup>
{
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    private readonly PreparedCommand _byEmail;
    private readonly PreparedCommand _byId;

    private AccountLookup(DbConnection connection)
    {
        const string columns = "SELECT id, public_id, disabled_at FROM account";
        _byEmail = new(connection, $"{columns} WHERE normalized_email = $1");
        _byId = new(connection, $"{columns} WHERE public_id = $1");
    }

    public static AccountLookup Create(DbConnection connection) => new(connection);

    /// <summary>The account, if it is there and not disabled.</summary>
    public Result<AccountRef> FindActive(string? emailOrId)
    {
        var text = emailOrId ?? "";
        using var row = PublicId.TryParse(text, out var id)
            ? _byId.Query(id)
            : _byEmail.Query(Normalizer.NormalizeEmail(text));
        return row.Read() && row.OptionalTime(2) is null
            ? new AccountRef(row.GetInt64(0), row.Id(1))
            : AccessErrors.NoSuchAccount;
    }
}

internal readonly record struct AccountRef(long Id, PublicId PublicId);
