using System.Data.Common;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Vaults;

/// <summary>What an agent is told of its registered key.</summary>
internal sealed class AgentKeyCommands : ICommandSet<AgentKeyCommands>
{
    private readonly PreparedCommand _find;

    private AgentKeyCommands(DbConnection connection) =>
        _find = new(
            connection,
            """
            SELECT k.public_id, k.spki, k.fingerprint, p.public_id, k.endorsement
            FROM registered_key k LEFT JOIN registered_key p ON p.id = k.endorsed_by WHERE k.fingerprint = $1
            """
        );

    public static AgentKeyCommands Create(DbConnection connection) => new(connection);

    public RegisteredAgentKey Find(byte[] fingerprint, bool isNew)
    {
        using var row = _find.Query(fingerprint);
        return row.Read()
            ? new RegisteredAgentKey(
                row.Id(0),
                Pem.Write(Pem.PublicKey, row.Bytes(1)),
                Convert.ToHexStringLower(row.Bytes(2)),
                row.OptionalId(3),
                row.OptionalBytes(4) is { } signature ? Convert.ToBase64String(signature) : null,
                isNew
            )
            : throw new InvalidDataException("A registered key is not there.");
    }
}
