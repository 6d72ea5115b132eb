namespace VaultPortal.Client;

/// <summary>A field to be made.</summary>
/// <param name="Name">The label, at most 255 characters.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Value">Its value, at most some 48 KiB of UTF-8; null for an empty field.</param>
public sealed record NewField(string Name, FieldType Type, string? Value)
{
    /// <summary>Nothing of the value.</summary>
    public override string ToString() => $"{Name} ({Type})";
}
