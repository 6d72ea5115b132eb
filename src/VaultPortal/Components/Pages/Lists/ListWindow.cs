using VaultPortal.Core.Common;

namespace VaultPortal.Components.Pages.Lists;

/// <summary>
/// The rows of a list that were read, in pieces: those around what is seen are kept, the others are read again when somebody scrolls
/// there.
/// </summary>
/// <param name="read">Reads a piece, counted from 1.</param>
internal sealed class ListWindow<TRow>(Func<int, Task<Result<ListPage<TRow>>>> read)
{
    private readonly SortedDictionary<int, IReadOnlyList<TRow>> _pages = [];

    /// <summary>How many rows match in all, as the newest answer says.</summary>
    public int Total { get; private set; }

    /// <summary>The first rows, as a page shows them before anybody scrolls.</summary>
    public IReadOnlyList<ListLine<TRow>> Beginning =>
        [.. _pages.GetValueOrDefault(1, []).Select((row, i) => new ListLine<TRow>(i, row))];

    /// <summary>Rows from <paramref name="start"/> on, at most <paramref name="count"/>; fewer where the list ends.</summary>
    public async Task<Result<List<ListLine<TRow>>>> RowsAsync(int start, int count)
    {
        var lines = new List<ListLine<TRow>>();
        var end = (long)start + count;
        var first = start / ListRules.PageSize + 1;
        for (var page = first; First(page) < end && (page == 1 || First(page) < Total); page++)
        {
            if (await ReadAsync(page) is { } refused)
            {
                return refused;
            }

            lines.AddRange(
                _pages[page]
                    .Select((row, i) => new ListLine<TRow>(First(page) + i, row))
                    .Where(line => line.Index >= start && line.Index < end)
            );
        }

        Forget(first);
        return lines;

        static int First(int page) => (page - 1) * ListRules.PageSize;
    }

    /// <summary>Reads a piece unless it is kept; what was refused.</summary>
    private async Task<VaultError?> ReadAsync(int page)
    {
        if (_pages.ContainsKey(page))
        {
            return null;
        }

        var answer = await read(page);
        if (answer.Succeeded)
        {
            Total = answer.Value.Total;
            _pages[page] = answer.Value.Rows;
        }

        return answer.Error;
    }

    private void Forget(int seen)
    {
        foreach (
            var page in _pages
                .Keys.OrderBy(page => Math.Abs(page - seen))
                .Skip(ListRules.KeptPages)
                .ToList()
        )
        {
            _pages.Remove(page);
        }
    }
}
