namespace VaultPortal.Components.Pages.Lists;

/// <summary>What holds for every list.</summary>
internal static class ListRules
{
    /// <summary>Rows are read in pieces of this size as they come into view.</summary>
    public const int PageSize = 50;

    /// <summary>How many pieces are kept: enough for a window and its surroundings, however tall.</summary>
    public const int KeptPages = 12;

    /// <summary>Most rows that are selected at once.</summary>
    public const int MostSelected = 500;

    /// <summary>Most selected rows that stand in the address: it has to stay one that can be sent.</summary>
    public const int MostInAddress = 50;

    /// <summary>How long typing has to rest before the list follows it.</summary>
    public static readonly TimeSpan TypingRest = TimeSpan.FromMilliseconds(200);
}
