using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using VaultPortal.Core.Access;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Bench.Scenarios;

/// <summary>The pages of the portal's list, read by the service itself: what a person waits for before anything is drawn.</summary>
internal sealed class SecretLists : IDisposable
{
    private static readonly (string Name, SecretQuery Query)[] Pages =
    [
        ("newest", new()),
        ("last page", new() { Page = 2_000 }),
        ("by name, last page", new() { Sort = SecretSort.Name, Page = 2_000 }),
        ("by update", new() { Sort = SecretSort.Updated, Descending = true }),
        ("by last use", new() { Sort = SecretSort.LastUsed, Descending = true }),
        ("active, by expiry", new() { State = SecretListState.Active, Sort = SecretSort.Expires }),
        ("search, many hits", new() { Search = "token_1" }),
        ("search, by name", new() { Search = "service_42", Sort = SecretSort.Name }),
        ("search, no hit", new() { Search = "nothing like it" }),
    ];

    private readonly WriteQueue _queue;
    private readonly ReadConnections _reads;
    private readonly DerivationKey _derivation = DerivationKey.FromBytes(new byte[32]);
    private readonly KeyRing _keys = new();
    private readonly EnvironmentSecretService _secrets;

    public SecretLists(string folder)
    {
        var database = new SqliteDatabase(new DataDirectory(folder).Database);
        var time = TimeProvider.System;
        _queue = new(database, time, [], NullLogger<WriteQueue>.Instance);
        _reads = new(database);
        // Lists open nothing that is sealed, so keys of their own do.
        var gate = new Gate(_queue, _reads, new KeptAnswers(_keys, _derivation, time), time);
        _secrets = new(gate, _keys, new SecretUses(_queue), new StepUpOptions(), time);
    }

    public async Task<List<ListLine>> MeasureAsync(int times)
    {
        var lines = new List<ListLine>();
        foreach (var (name, query) in Pages)
        {
            await ReadAsync(query);
            var taken = new double[times];
            for (var i = 0; i < times; i++)
            {
                taken[i] = await ReadAsync(query);
            }

            lines.Add(ListLine.Of(name, taken));
        }

        return lines;
    }

    public void Dispose()
    {
        _reads.Dispose();
        _queue.Dispose();
        _keys.Dispose();
        _derivation.Dispose();
    }

    private async Task<double> ReadAsync(SecretQuery query)
    {
        var began = Stopwatch.GetTimestamp();
        var page = await _secrets.ListPageAsync(Caller.Command(), query);
        return page.Succeeded
            ? Stopwatch.GetElapsedTime(began).TotalMilliseconds
            : throw new InvalidOperationException(page.Error.Message);
    }
}

/// <param name="P50">Milliseconds, as the others.</param>
internal sealed record ListLine(string Name, double P50, double P95, double Max)
{
    /// <summary>The line of single times.</summary>
    public static ListLine Of(string name, IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return new(name, sorted[sorted.Length / 2], sorted[sorted.Length * 95 / 100], sorted[^1]);
    }
}
