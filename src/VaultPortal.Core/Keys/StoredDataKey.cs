using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>A row of <c>data_key</c>, as it is read at start and when another process made one.</summary>
internal sealed record StoredDataKey(
    string Id,
    byte[] Wrapped,
    string MasterKeyId,
    DataKeyPurpose Purpose,
    DataKeyState State,
    long SealCount,
    DateTimeOffset CreatedAt
)
{
    public bool IsCurrent => Purpose == DataKeyPurpose.Seals && State == DataKeyState.Current;

    public static List<StoredDataKey> ReadAll(KeyCommands commands)
    {
        var stored = new List<StoredDataKey>();
        using var rows = commands.DataKeys.Query();
        while (rows.Read())
        {
            stored.Add(
                new(
                    rows.GetString(0),
                    rows.Bytes(1),
                    rows.GetString(2),
                    (DataKeyPurpose)rows.GetInt64(3),
                    (DataKeyState)rows.GetInt64(4),
                    rows.GetInt64(5),
                    rows.Time(6)
                )
            );
        }

        return stored;
    }

    /// <summary>Makes a new key, wrapped, in this work item; answers its id. A new key to seal with takes the place of the present one.</summary>
    public static string Add(
        WriteScope scope,
        Caller caller,
        MasterKey masterKey,
        DataKeyPurpose purpose
    )
    {
        var commands = scope.Commands<KeyCommands>();
        if (purpose == DataKeyPurpose.Seals)
        {
            commands.RetireCurrentDataKey.Execute();
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var key = RandomNumberGenerator.GetBytes(32);
        var wrapped = masterKey.Wrap(key, id);
        CryptographicOperations.ZeroMemory(key);
        commands.AddDataKey.ExecuteOne(
            id,
            wrapped,
            masterKey.Id,
            purpose,
            DataKeyState.Current,
            scope.Now
        );
        scope.Audit(caller, "data_key.create", $"data_key:{id}", "ok");
        return id;
    }
}
