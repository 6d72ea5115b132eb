using System.Globalization;
using VaultPortal.Bench.Scenarios;

namespace VaultPortal.Bench;

/// <summary>The floors of GOALS: what web server, database and signature cost by themselves on this machine.</summary>
internal sealed record FloorFigures(
    double KestrelOne,
    double KestrelMany,
    double SqliteSingle,
    double SqliteGrouped,
    double Verify
)
{
    /// <summary>
    /// Requests a second if a request cost no more than its parts, one after the other: an HTTP exchange, a durable row (in a
    /// group of 50 when many write), and its signatures on one core.
    /// </summary>
    public double Of(MeasuredLine line, int rows, int signatures) =>
        1
        / (
            1 / (line.Connections == 1 ? KestrelOne : KestrelMany)
            + rows / (line.Connections == 1 ? SqliteSingle : SqliteGrouped)
            + signatures / Verify
        );
}

/// <summary>Markdown, for docs/performance.md.</summary>
internal static class Report
{
    public static void PrintFloors(FloorFigures floors)
    {
        Console.WriteLine("| floor | per second |");
        Console.WriteLine("|---|---|");
        Row($"| Kestrel answers `{{\"ok\":true}}`, 1 connection | {floors.KestrelOne:N0} |");
        Row($"| the same, 32 connections | {floors.KestrelMany:N0} |");
        Row($"| SQLite commits of one row, FULL, one by one | {floors.SqliteSingle:N0} |");
        Row($"| SQLite rows, FULL, in groups of 50 | {floors.SqliteGrouped:N0} |");
        Row($"| Ed25519 verify, one core | {floors.Verify:N0} |");
        Console.WriteLine();
    }

    public static void PrintHead()
    {
        Console.WriteLine(
            "| request | items | connections | req/s | p50 ms | p95 ms | p99 ms | max ms | of floor | cores: server | client | others | MiB |"
        );
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    }

    public static void Print(MeasuredLine line, double? floor)
    {
        var ratio = floor is null
            ? ""
            : (line.PerSecond / floor.Value).ToString("P0", CultureInfo.InvariantCulture);
        Row(
            $"| {line.Name} | {line.Items:N0} | {line.Connections} | {line.PerSecond:N0} | {line.P50:F2} | {line.P95:F2} | {line.P99:F2} | {line.Max:F1} | {ratio} | {line.Cpu.Server:F2} | {line.Cpu.Client:F2} | {line.Cpu.Others:F2} | {line.Memory:F0} |"
        );
    }

    public static void PrintLists(int secrets, IEnumerable<ListLine> lines) =>
        PrintPages("page of 50 in process | secrets", secrets, lines);

    public static void PrintSearches(int items, IEnumerable<ListLine> lines) =>
        PrintPages("search, page of 50 over HTTP; access | items", items, lines);

    public static void PrintSyncs(int items, IEnumerable<ListLine> lines) =>
        PrintPages("GET /vault/sync | items", items, lines);

    public static void PrintClicks(int vaults, IEnumerable<ListLine> lines) =>
        PrintPages("list of vaults in Chromium | vaults", vaults, lines);

    public static void PrintLifetimes(int objects, IEnumerable<LifetimeLine> lines)
    {
        Console.WriteLine();
        Row($"| {objects:N0} lifetimes, in process | p50 ms | p95 ms | max ms | processor ms |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (times, processor) in lines)
        {
            Row(
                $"| {times.Name} | {times.P50:F1} | {times.P95:F1} | {times.Max:F1} | {processor:F1} |"
            );
        }
    }

    private static void PrintPages(string head, int rows, IEnumerable<ListLine> lines)
    {
        Console.WriteLine();
        Console.WriteLine($"| {head} | p50 ms | p95 ms | max ms |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var line in lines)
        {
            Row($"| {line.Name} | {rows:N0} | {line.P50:F1} | {line.P95:F1} | {line.Max:F1} |");
        }
    }

    private static void Row(FormattableString text) =>
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
