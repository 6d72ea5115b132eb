using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Tokens;

internal sealed class TrustedIssuerCommands : ICommandSet<TrustedIssuerCommands>
{
    private readonly PreparedCommand _active;
    private readonly PreparedCommand _find;
    private readonly PreparedCommand _all;

    private TrustedIssuerCommands(DbConnection connection)
    {
        const string columns = """
            SELECT id, public_id, name, issuer, audience, jwks_uri, jwks_document, allows_private_address, mappings, revision,
                   created_at, updated_at, disabled_at, expires_at
            FROM trusted_issuer
            """;
        _active = new(connection, $"{columns} WHERE issuer = $1 AND disabled_at IS NULL");
        _find = new(connection, $"{columns} WHERE public_id = $1");
        _all = new(connection, $"{columns} ORDER BY name, id");
    }

    public static TrustedIssuerCommands Create(DbConnection connection) => new(connection);

    /// <summary>The issuer with this very <c>iss</c>, if it is not disabled; whether it has expired is asked by itself.</summary>
    public TrustedIssuer? FindActive(string issuer)
    {
        using var row = _active.Query(issuer);
        return row.Read() ? Read(row) : null;
    }

    public TrustedIssuer? Find(PublicId id)
    {
        using var row = _find.Query(id);
        return row.Read() ? Read(row) : null;
    }

    public List<TrustedIssuer> All()
    {
        var issuers = new List<TrustedIssuer>();
        using var row = _all.Query();
        while (row.Read())
        {
            issuers.Add(Read(row));
        }

        return issuers;
    }

    private static TrustedIssuer Read(PreparedRows row) =>
        new()
        {
            Id = row.GetInt64(0),
            PublicId = row.Id(1),
            Name = row.GetString(2),
            Issuer = row.GetString(3),
            Audience = row.GetString(4),
            JwksUri = row.OptionalString(5),
            JwksDocument = row.OptionalString(6),
            AllowsPrivateAddress = row.GetBoolean(7),
            Mappings = row.GetString(8),
            Revision = row.GetInt64(9),
            CreatedAt = row.Time(10),
            UpdatedAt = row.Time(11),
            DisabledAt = row.OptionalTime(12),
            ExpiresAt = row.OptionalTime(13),
        };
}
