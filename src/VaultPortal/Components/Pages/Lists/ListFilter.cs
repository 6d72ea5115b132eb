namespace VaultPortal.Components.Pages.Lists;

/// <summary>One more thing that a list is filtered by.</summary>
/// <param name="Name">In the address and in test ids.</param>
/// <param name="Label">What is chosen.</param>
/// <param name="Any">The choice that filters nothing.</param>
/// <param name="Choices">Values as in the address, and how they are called.</param>
public sealed record ListFilter(
    string Name,
    string Label,
    string Any,
    IReadOnlyList<(string Value, string Word)> Choices
)
{
    /// <summary>How a value is called; null for one that is not among the choices.</summary>
    public string? WordFor(string? value) =>
        Choices.FirstOrDefault(choice => choice.Value == value).Word;

    /// <summary>The members of an enum as choices.</summary>
    public static IReadOnlyList<(string Value, string Word)> Of<T>(Func<T, string> word)
        where T : struct, Enum =>
        [
            .. Enum.GetValues<T>()
                .Select(value => (value.ToString().ToLowerInvariant(), word(value))),
        ];
}
