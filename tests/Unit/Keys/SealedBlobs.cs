using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;

namespace VaultPortal.Tests.Unit.Keys;

/// <summary>Finds everything that a data key has sealed, wherever in the database it stands, without being told where to look.</summary>
internal static partial class SealedBlobs
{
    /// <summary>The key of each.</summary>
    public static List<string> KeysOf(TestStore store)
    {
        using var connection = store.Database.OpenReading();
        var keys = Texts(connection, "SELECT id FROM data_key").ToHashSet();
        var found = new List<string>();
        foreach (
            var table in Texts(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")
                .Where(table => table != "data_key")
        )
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            using var rows = command.ExecuteReader();
            while (rows.Read())
            {
                for (var column = 0; column < rows.FieldCount; column++)
                {
                    found.AddRange(
                        Candidates(rows.GetValue(column))
                            .Select(bytes => Sealer.TryReadKeyId(bytes, out var key) ? key : "")
                            .Where(keys.Contains)
                    );
                }
            }
        }

        return found;
    }

    private static IEnumerable<byte[]> Candidates(object value) =>
        value switch
        {
            byte[] bytes => [bytes],
            string text => Base64()
                .Matches(text)
                .Where(match => match.Length % 4 == 0)
                .Select(match => Convert.FromBase64String(match.Value)),
            _ => [],
        };

    private static List<string> Texts(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var texts = new List<string>();
        while (rows.Read())
        {
            texts.Add(rows.GetString(0));
        }

        return texts;
    }

    [GeneratedRegex("[A-Za-z0-9+/]{60,}={0,2}")]
    private static partial Regex Base64();
}
