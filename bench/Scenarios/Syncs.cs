using System.Diagnostics;
using VaultPortal.Client;

namespace VaultPortal.Bench.Scenarios;

/// <summary>
/// GET /vault/sync as a client does it, one request after another: everything once, and then again and again the little that changed
/// since. What the client needs to read the answers is in the times.
/// </summary>
internal sealed class Syncs(Installation installation)
{
    public const int Items = 100_000;
    private const int ItemsPerVault = 200;
    private const int Changes = 10;

    public async Task<List<ListLine>> MeasureAsync(int runs, int polls)
    {
        await installation.SeedAsync(Items, ItemsPerVault, fieldsPerItem: 3);
        var (cursor, _, _) = await WalkAsync(null);
        var walks = new List<double>();
        var pages = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            (cursor, var times, var items) = await WalkAsync(null);
            Demand(items, Items);
            walks.Add(times.Sum());
            pages.AddRange(times);
        }

        var changed = new List<double>();
        var unchanged = new List<double>();
        var order = new Shuffled<SeededItem>(installation.Items);
        for (var poll = 0; poll < polls; poll++)
        {
            for (var change = 0; change < Changes; change++)
            {
                await installation.SendUpdateAsync(order.Next());
            }

            (cursor, var times, var items) = await WalkAsync(cursor);
            Demand(items, Changes);
            // The last page is the empty one that says that there is no more.
            changed.Add(times.Sum() - times[^1]);
            unchanged.Add(times[^1]);
        }

        return
        [
            ListLine.Of("the first walk, all pages", walks),
            ListLine.Of("one page of it", pages),
            ListLine.Of($"a poll, {Changes} items changed", changed),
            ListLine.Of("a poll, nothing changed", unchanged),
        ];
    }

    private async Task<(string Cursor, List<double> Times, int Items)> WalkAsync(string? cursor)
    {
        var times = new List<double>();
        var items = 0;
        var began = Stopwatch.GetTimestamp();
        await foreach (var page in installation.Client.SyncAsync(cursor))
        {
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            items += page.Items.Count;
            cursor = page.NextCursor;
            began = Stopwatch.GetTimestamp();
        }

        return (cursor!, times, items);
    }

    private static void Demand(int items, int expected)
    {
        if (items != expected)
        {
            throw new InvalidOperationException($"{items} items came instead of {expected}.");
        }
    }
}
