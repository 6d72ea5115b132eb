using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using VaultPortal.Client;
using VaultPortal.Core.Storage;

namespace VaultPortal.Bench.Scenarios;

/// <summary>POST /search over HTTP, one after another: by an account with access to everything and by one with access to little.</summary>
internal sealed class Searches(Installation installation)
{
    public const int Items = 100_000;
    private const int ItemsPerVault = 200;
    private const int FewVaults = 3;
    private const string Reader = "reader@example.com";

    private static readonly string[] Words =
    [
        .. "production staging database admin billing payments mail server backup cluster gateway".Split(
            ' '
        ),
        .. "login console monitor cache queue worker search index node".Split(' '),
    ];
    private static readonly string[] Labels = ["Username", "Password", "Recovery code"];
    private static readonly (string Name, string Text)[] Queries =
    [
        ("in every item", "example.com"),
        ("in every fifth", "production"),
        ("in one", "00042"),
        ("in none, of common parts", "passwork"),
        ("in none", "zzzqqq"),
        ("one letter, in all", "a"),
        ("one letter, in none", "ж"),
        ("two letters, in some", "pr"),
        ("everything", ""),
    ];

    private readonly Random _random = new(1);

    public async Task<List<ListLine>> MeasureAsync(int times)
    {
        await installation.SeedAsync(Items, ItemsPerVault, Item);
        var few = await MakeReaderAsync();
        var lines = new List<ListLine>();
        foreach (var (who, key) in new[] { ("all", installation.ApiKey), ("few", few) })
        {
            using var http = new HttpClient { BaseAddress = installation.Process.Address };
            http.DefaultRequestHeaders.Add("X-API-Key", key);
            foreach (var (name, text) in Queries)
            {
                lines.Add(await MeasureAsync(http, $"{name}; {who}", text, times));
            }
        }

        return lines;
    }

    private static async Task<ListLine> MeasureAsync(
        HttpClient http,
        string name,
        string text,
        int times
    )
    {
        var taken = new double[times];
        for (var i = -3; i < times; i++)
        {
            using var body = new StringContent(
                $$"""{"q":"{{text}}"}""",
                Encoding.UTF8,
                "application/json"
            );
            var began = Stopwatch.GetTimestamp();
            using var answer = await http.PostAsync(
                new Uri("/api/v1/machine/search", UriKind.Relative),
                body
            );
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            taken[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        return ListLine.Of(name, taken);
    }

    /// <summary>An account that reads the first few vaults; its grants are written beside the running server.</summary>
    private async Task<string> MakeReaderAsync()
    {
        await installation.Process.Commands.CreateAccount(Reader);
        using var queue = new WriteQueue(
            new SqliteDatabase(new DataDirectory(installation.Process.Folder).Database),
            TimeProvider.System,
            [],
            NullLogger<WriteQueue>.Instance
        );
        await queue.RunAsync(scope =>
        {
            using var command = scope.Connection.CreateCommand();
            command.CommandText = $"""
                INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at, opened)
                SELECT 1, v.id, 1, a.id, 1, 0, {scope.CommitSequence}
                FROM vault v JOIN account a ON a.email = '{Reader}' ORDER BY v.id LIMIT {FewVaults}
                """;
            return command.ExecuteNonQuery();
        });
        return await installation.Process.Commands.CreateApiKey(Reader, "machine.search.all");
    }

    private NewItem Item(int index) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"{Word()} {Word()} {index:D5}"),
            ItemType.Login,
            [
                .. Labels.Select(label => new NewField(
                    label,
                    FieldType.Secret,
                    SeededItem.NewValue()
                )),
            ]
        )
        {
            Websites = [$"https://{Word()}.{Word()}.example.com/"],
        };

    private string Word() => Words[_random.Next(Words.Length)];
}
