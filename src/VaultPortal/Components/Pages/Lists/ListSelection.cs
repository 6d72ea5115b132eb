namespace VaultPortal.Components.Pages.Lists;

/// <summary>What the buttons for selected rows are given.</summary>
/// <param name="Ids">With commas between.</param>
public sealed record ListSelected(string Ids, int Count);

/// <summary>The rows that are selected, in the order in which they were, by their ids; also those that have scrolled out of sight.</summary>
internal sealed class ListSelection
{
    private const int LongestId = 300;

    private readonly OrderedDictionary<string, string> _names = [];

    public ListSelection() { }

    /// <param name="inAddress">Whatever an address may hold: ids with commas between.</param>
    public ListSelection(string? inAddress)
    {
        foreach (
            var id in (inAddress ?? "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(id => id.Length <= LongestId)
                .Take(ListRules.MostInAddress)
        )
        {
            _names[id] = id;
        }
    }

    /// <summary>The place of the row that was selected or let go of last.</summary>
    public int? Anchor { get; set; }

    public int Count => _names.Count;

    public IReadOnlyList<string> Ids => [.. _names.Keys];

    /// <summary>Null for none, and for more than an address holds.</summary>
    public string? InAddress =>
        _names.Count is > 0 and <= ListRules.MostInAddress ? string.Join(',', _names.Keys) : null;

    public ListSelected Selected => new(string.Join(',', _names.Keys), Count);

    public bool Contains(string id) => _names.ContainsKey(id);

    public string NameOf(string id) => _names.GetValueOrDefault(id, id);

    /// <summary>Says how a selected row is called: an address names ids only.</summary>
    public void Name(string id, string name)
    {
        if (_names.ContainsKey(id))
        {
            _names[id] = name;
        }
    }

    public void Set(string id, string name, bool selected)
    {
        if (!selected)
        {
            _names.Remove(id);
        }
        else if (_names.Count < ListRules.MostSelected)
        {
            _names[id] = name;
        }
    }
}
