using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>A moment of an object in a calendar or a timeline: its expiry, or when it is to be rotated.</summary>
public sealed record ExpiryEvent(ExpiryEntry Entry, DateTimeOffset At, bool IsRotation)
{
    /// <summary>"expires", "expired", "to be rotated".</summary>
    public string Word(DateTimeOffset now) =>
        IsRotation ? "to be rotated"
        : At <= now ? "expired"
        : "expires";
}

/// <param name="IsWhole">False where there were more than are shown.</param>
public sealed record ExpiryEvents(IReadOnlyList<ExpiryEvent> Events, bool IsWhole)
{
    /// <summary>Most objects of one question.</summary>
    public const int MostObjects = 2_000;

    /// <summary>
    /// Everything that happens from <paramref name="from"/> to before <paramref name="to"/>. The service looks for objects by the earlier
    /// of their two moments; those whose later one lies in this time are looked for among what comes before it.
    /// </summary>
    /// <param name="list">Asks the service.</param>
    public static async Task<Result<ExpiryEvents>> ReadAsync(
        Func<ExpiryQuery, Task<Result<ExpiryPage>>> list,
        ExpiryQuery query,
        DateTimeOffset from,
        DateTimeOffset to,
        DateTimeOffset now
    )
    {
        var questions = new List<ExpiryQuery> { query.Within(from, to) };
        if (query.States.Count == 0 || query.States.Contains(ExpiryState.OverdueForRotation))
        {
            var late = query with { States = [ExpiryState.OverdueForRotation] };
            questions.Add(late.Within(null, from < now ? from : now));
        }

        if (from > now)
        {
            questions.Add(query.Within(now, from));
        }

        var (entries, whole) = (new List<ExpiryEntry>(), true);
        foreach (var question in questions)
        {
            var read = await AllAsync(list, question);
            if (read.Error is { } refused)
            {
                return refused;
            }

            entries.AddRange(read.Value.Entries);
            whole &= read.Value.Whole;
        }

        var events = entries.SelectMany(Of).Where(e => e.At >= from && e.At < to);
        return new ExpiryEvents([.. events.OrderBy(e => e.At)], whole);
    }

    private static IEnumerable<ExpiryEvent> Of(ExpiryEntry entry)
    {
        if (entry.Lifetime.ExpiresAt is { } expires)
        {
            yield return new(entry, expires, IsRotation: false);
        }

        if (entry.Lifetime.RotateAt is { } rotate)
        {
            yield return new(entry, rotate, IsRotation: true);
        }
    }

    private static async Task<Result<(List<ExpiryEntry> Entries, bool Whole)>> AllAsync(
        Func<ExpiryQuery, Task<Result<ExpiryPage>>> list,
        ExpiryQuery query
    )
    {
        var entries = new List<ExpiryEntry>();
        if (query.After >= query.Before)
        {
            return (entries, true);
        }

        string? cursor = null;
        do
        {
            var page = await list(query with { Cursor = cursor, Take = ExpiryQuery.MostTaken });
            if (page.Error is { } refused)
            {
                return refused;
            }

            entries.AddRange(page.Value.Entries);
            cursor = page.Value.Next;
        } while (cursor is not null && entries.Count < MostObjects);

        return (entries, cursor is null);
    }
}
