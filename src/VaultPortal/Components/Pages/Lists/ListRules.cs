namespace VaultPortal.Components.Pages.Lists;

/// <summary>What holds for every list.</summary>
internal static class ListRules
{
    public const int PageSize = 50;

    /// <summary>How long typing has to rest before the list follows it.</summary>
    public static readonly TimeSpan TypingRest = TimeSpan.FromMilliseconds(150);
}
