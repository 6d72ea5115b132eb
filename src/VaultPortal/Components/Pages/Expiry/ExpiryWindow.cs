using VaultPortal.Components.Pages.Lists;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>
/// The rows of the list that were read, in pieces. Each piece begins where the one before ended, so that on the way to a far one those
/// between are read too; the cursors of all stay, the rows only of those around what is seen.
/// </summary>
/// <param name="read">Reads a piece from a cursor on; null = the first.</param>
internal sealed class ExpiryWindow(Func<string?, Task<Result<ExpiryPage>>> read)
{
    public const int PieceSize = 250;

    private readonly List<string?> _cursors = [null];
    private readonly SortedDictionary<int, IReadOnlyList<ExpiryEntry>> _pieces = [];

    /// <summary>How many rows match in all, as the newest answer says.</summary>
    public int Total { get; private set; }

    /// <summary>The first rows, as a page shows them before anybody scrolls.</summary>
    public IReadOnlyList<ListLine<ExpiryEntry>> Beginning =>
        [
            .. _pieces
                .GetValueOrDefault(0, [])
                .Take(ListRules.PageSize)
                .Select((entry, i) => new ListLine<ExpiryEntry>(i, entry)),
        ];

    /// <summary>Rows from <paramref name="start"/> on, at most <paramref name="count"/>; fewer where the list ends.</summary>
    public async Task<Result<List<ListLine<ExpiryEntry>>>> RowsAsync(int start, int count)
    {
        var lines = new List<ListLine<ExpiryEntry>>();
        var (first, last) = (start / PieceSize, (start + count - 1) / PieceSize);
        for (var piece = first; piece <= last; piece++)
        {
            var entries = await PieceAsync(piece);
            if (entries.Error is { } refused)
            {
                return refused;
            }

            lines.AddRange(
                entries
                    .Value.Select(
                        (entry, i) => new ListLine<ExpiryEntry>(piece * PieceSize + i, entry)
                    )
                    .Where(line => line.Index >= start && line.Index < start + count)
            );
        }

        Forget(first);
        return lines;
    }

    private async Task<Result<IReadOnlyList<ExpiryEntry>>> PieceAsync(int wanted)
    {
        // From the last cursor known before it on.
        var piece = Math.Min(wanted, _cursors.Count - 1);
        while (!_pieces.ContainsKey(wanted) && piece <= wanted)
        {
            var answer = await read(_cursors[piece]);
            if (answer.Error is { } refused)
            {
                return refused;
            }

            Total = answer.Value.Total;
            _pieces[piece] = answer.Value.Entries;
            piece++;
            if (answer.Value.Next is not { } next)
            {
                break;
            }

            if (_cursors.Count == piece)
            {
                _cursors.Add(next);
            }
        }

        return Listed(_pieces.GetValueOrDefault(wanted, []));

        static Result<IReadOnlyList<ExpiryEntry>> Listed(IReadOnlyList<ExpiryEntry> entries) =>
            new List<ExpiryEntry>(entries);
    }

    private void Forget(int seen)
    {
        foreach (
            var piece in _pieces
                .Keys.OrderBy(piece => Math.Abs(piece - seen))
                .Skip(ListRules.KeptPages)
                .ToList()
        )
        {
            _pieces.Remove(piece);
        }
    }
}
