using System.Globalization;

namespace VaultPortal.Bench;

/// <summary>What to measure and for how long.</summary>
internal sealed record BenchOptions
{
    public const string Usage = """
        dotnet run -c Release --project bench -- [scenario …] [--runs N] [--seconds N] [--warm-up N] [--items N,N,…]

        scenarios: floors, patch-item, patch-item-idempotent, patch-vault, get-item, put-secret, get-secret,
                   list-secrets, search, sync, portal-click, lifetimes, sweep (default: all)
        defaults:  --runs 5 --seconds 8 --warm-up 15 --items 1000,10000,100000
        """;

    public static readonly string[] KnownScenarios =
    [
        "floors",
        "patch-item",
        "patch-item-idempotent",
        "patch-vault",
        "get-item",
        "put-secret",
        "get-secret",
        "list-secrets",
        "search",
        "sync",
        "portal-click",
        "lifetimes",
        "sweep",
    ];

    public IReadOnlyList<string> Scenarios { get; init; } = KnownScenarios;
    public int Runs { get; init; } = 5;
    public int Seconds { get; init; } = 8;
    public int WarmUpSeconds { get; init; } = 15;
    public IReadOnlyList<int> Items { get; init; } = [1_000, 10_000, 100_000];

    /// <summary>Null when the arguments are not understood.</summary>
    public static BenchOptions? Parse(string[] arguments)
    {
        var options = new BenchOptions();
        var scenarios = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (KnownScenarios.Contains(arguments[i]))
            {
                scenarios.Add(arguments[i]);
                continue;
            }

            if (
                ++i == arguments.Length
                || WithOption(options, arguments[i - 1], arguments[i]) is not { } changed
            )
            {
                return null;
            }

            options = changed;
        }

        return scenarios.Count == 0 ? options : options with { Scenarios = scenarios };
    }

    public bool Wants(string scenario) => Scenarios.Contains(scenario);

    private static BenchOptions? WithOption(BenchOptions options, string name, string value) =>
        value
            .Split(',')
            .Any(part =>
                !int.TryParse(part, CultureInfo.InvariantCulture, out var number) || number < 1
            )
            ? null
            : name switch
            {
                "--runs" => options with { Runs = Number(value) },
                "--seconds" => options with { Seconds = Number(value) },
                "--warm-up" => options with { WarmUpSeconds = Number(value) },
                "--items" => options with { Items = [.. value.Split(',').Select(Number)] },
                _ => null,
            };

    private static int Number(string text) =>
        int.Parse(text.Split(',')[0], CultureInfo.InvariantCulture);
}
