namespace VaultPortal.Client;

/// <summary>An item to be made.</summary>
/// <param name="Name">At most 255 characters.</param>
/// <param name="Type">What it is.</param>
/// <param name="Fields">In order, at most 200.</param>
public sealed record NewItem(string Name, ItemType Type, IReadOnlyList<NewField> Fields)
{
    /// <summary>Where it is used: absolute http(s) addresses or host names, at most 50.</summary>
    public IReadOnlyList<string> Websites { get; init; } = [];
}
