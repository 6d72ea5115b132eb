namespace VaultPortal.Client;

/// <summary>An item as a member signed it, with values that are opened one by one. A picture of one version: edits make a new one.</summary>
public sealed class OpenItem
{
    internal OpenItem(DetailCheckpoint detail, IReadOnlyList<OpenField> fields) =>
        (Detail, Fields) = (detail, fields);

    /// <summary>The item's id.</summary>
    public string Id => Detail.VaultItemId;

    /// <summary>Its name.</summary>
    public string Name => Detail.Name;

    /// <summary>What it is.</summary>
    public ItemType Type => Detail.Type;

    /// <summary>Where it is used, in order.</summary>
    public IReadOnlyList<string> Websites => Detail.Websites;

    /// <summary>The group that it is in, or null.</summary>
    public string? GroupId => Detail.GroupId;

    /// <summary>The version of its detail checkpoint.</summary>
    public long Version => Detail.Version;

    /// <summary>The fields, in order.</summary>
    public IReadOnlyList<OpenField> Fields { get; }

    internal DetailCheckpoint Detail { get; }

    /// <summary>The one field of a name or an id.</summary>
    /// <exception cref="InvalidOperationException">There is none, or several of that name.</exception>
    public OpenField Field(string nameOrId)
    {
        var found = Fields.Where(field => field.Id == nameOrId || field.Name == nameOrId).ToList();
        return found is [var only]
            ? only
            : throw new InvalidOperationException(
                $"The item has {found.Count} fields of that name."
            );
    }
}
