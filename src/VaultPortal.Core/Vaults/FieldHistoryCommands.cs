using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>Reads the instances of an item's fields: from the active one of each, which the field's row names, backwards.</summary>
internal sealed class FieldHistoryCommands : ICommandSet<FieldHistoryCommands>
{
    private readonly PreparedCommand _list;
    private readonly PreparedCommand _read;
    private readonly PreparedCommand _readWithValue;
    private readonly PreparedCommand _expiry;
    private readonly PreparedCommand _sequence;

    private FieldHistoryCommands(DbConnection connection)
    {
        _list = new(
            connection,
            """
            WITH RECURSIVE chain(sequence, ended) AS (
                SELECT instance_sequence, archived_at FROM field WHERE item_id = $1
                UNION ALL SELECT i.previous, i.created_at FROM chain JOIN field_instance i ON i.sequence = chain.sequence
            )
            SELECT sequence, ended FROM chain WHERE sequence <> 0 ORDER BY sequence DESC
            """
        );
        const string columns = """
            SELECT f.public_id, i.field_name, i.field_type, i.public_id, i.dek_version, i.asset_id, i.created_at, i.created_by_kind,
                   i.created_by_id, i.detail_version, f.expires_at, i.value IS NOT NULL, f.type
            """;
        const string one =
            "FROM field_instance i JOIN field f ON f.id = i.field_id WHERE i.sequence = $1";
        _read = new(connection, $"{columns} {one}");
        _readWithValue = new(connection, $"{columns}, i.value {one}");
        _sequence = new(connection, "SELECT sequence FROM field_instance WHERE public_id = $1");
        _expiry = new(connection, "SELECT expires_at, type FROM field WHERE public_id = $1");
    }

    public static FieldHistoryCommands Create(DbConnection connection) => new(connection);

    /// <summary>All instances of an item's fields, newest first, each with the moment in which it was archived.</summary>
    public List<(long Sequence, DateTimeOffset? ArchivedAt)> List(long itemId)
    {
        using var row = _list.Query(itemId);
        var instances = new List<(long, DateTimeOffset?)>();
        while (row.Read())
        {
            instances.Add((row.GetInt64(0), row.OptionalTime(1)));
        }

        return instances;
    }

    /// <summary>Where an instance stands among all; null where there is none of this id.</summary>
    public long? SequenceOf(PublicId instanceId)
    {
        using var row = _sequence.Query(instanceId);
        return row.Read() ? row.GetInt64(0) : null;
    }

    /// <summary>When a field expires, deleted or not, null = never; and its type.</summary>
    public (DateTimeOffset? ExpiresAt, FieldType Type) ExpiryOf(PublicId fieldId)
    {
        using var row = _expiry.Query(fieldId);
        return row.Read()
            ? (row.OptionalTime(0), (FieldType)row.GetInt32(1))
            : throw new InvalidDataException(
                "There was an instance of a field that does not exist."
            );
    }

    public FieldInstanceView Read(
        long sequence,
        DateTimeOffset? archivedAt,
        bool withValue,
        Func<PrincipalRef, Author> authorOf
    )
    {
        using var row = (withValue ? _readWithValue : _read).Query(sequence);
        if (!row.Read())
        {
            throw new InvalidDataException("A row names an instance that does not exist.");
        }

        return new FieldInstanceView
        {
            FieldId = row.Id(0),
            FieldName = row.GetString(1),
            FieldType = (FieldType)row.GetInt32(2),
            InstanceId = row.Id(3),
            DekVersion = row.GetInt32(4),
            AssetId = row.OptionalId(5),
            CreatedAt = row.Time(6),
            CreatedBy = authorOf(new PrincipalRef((PrincipalKind)row.GetInt32(7), row.GetInt64(8))),
            ArchivedAt = archivedAt,
            DetailVersion = row.GetInt64(9),
            FieldExpiresAt = row.OptionalTime(10),
            HasValue = row.GetBoolean(11),
            PresentType = (FieldType)row.GetInt32(12),
            Value = withValue ? row.OptionalBytes(13) : null,
        };
    }
}
