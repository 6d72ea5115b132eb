namespace VaultPortal.Components.Pages.Expiry;

/// <summary>The days that a calendar shows of a month: whole weeks, from Monday on.</summary>
internal static class MonthWeeks
{
    /// <param name="month">The first day of the month.</param>
    public static IReadOnlyList<DateOnly> Of(DateOnly month)
    {
        var first = month.AddDays(-Weekday(month));
        var last = month.AddMonths(1).AddDays(-1);
        var days = last.DayNumber - first.DayNumber + 7 - Weekday(last);
        return [.. Enumerable.Range(0, days).Select(first.AddDays)];
    }

    private static int Weekday(DateOnly day) => ((int)day.DayOfWeek + 6) % 7;
}
