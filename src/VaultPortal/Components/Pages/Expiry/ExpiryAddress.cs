using System.Globalization;
using Microsoft.AspNetCore.Components;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Expiry;

public enum ExpiryView
{
    List,
    Calendar,
    Timeline,
}

/// <summary>
/// What the expiry page shows, as its address says it. The address is the only place where this is kept, so that back, forward and a
/// link to a colleague show the same. Days are days of the browser's time zone.
/// </summary>
public sealed record ExpiryAddress
{
    public const string Path = "expiry";

    /// <summary>How far ahead a timeline looks, in days; the first is how it is met.</summary>
    public static readonly IReadOnlyList<int> Spans = [90, 30, 365];

    /// <summary>The times that are asked for most: what is late already, and the next days.</summary>
    public static readonly IReadOnlyList<(string Name, string Word)> Times =
    [
        ("overdue", "Overdue"),
        ("7", "Next 7 days"),
        ("30", "Next 30 days"),
        ("90", "Next 90 days"),
    ];

    public ExpiryView View { get; init; }
    public IReadOnlyList<LifetimeKind> Kinds { get; init; } = [];
    public IReadOnlyList<ExpiryState> States { get; init; } = [];
    public PublicId? Vault { get; init; }
    public PublicId? Owner { get; init; }

    /// <summary>One of <see cref="Times"/>, by its name.</summary>
    public string? Due { get; init; }

    /// <summary>From this day on.</summary>
    public DateOnly? After { get; init; }

    /// <summary>Up to the day before this one.</summary>
    public DateOnly? Before { get; init; }
    public string? Search { get; init; }

    /// <summary>The first day of the calendar's month; null = the present one.</summary>
    public DateOnly? Month { get; init; }

    /// <summary>The day that is opened in the calendar.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>Whether the calendar is a list of days.</summary>
    public bool IsAgenda { get; init; }

    /// <summary>Whether the timeline's rows are vaults, not kinds.</summary>
    public bool IsByVault { get; init; }

    /// <summary>One of <see cref="Spans"/>.</summary>
    public int Span { get; init; } = Spans[0];

    public bool IsFiltered =>
        Kinds.Count > 0
        || States.Count > 0
        || Vault is not null
        || Owner is not null
        || Due is not null
        || After is not null
        || Before is not null
        || Search is not null;

    /// <summary>The same view without filters.</summary>
    public ExpiryAddress Unfiltered =>
        new()
        {
            View = View,
            Month = Month,
            IsAgenda = IsAgenda,
            IsByVault = IsByVault,
            Span = Span,
        };

    /// <summary>Whatever an address may hold: what is not understood counts as absent.</summary>
    public static ExpiryAddress Read(Func<string, string?> parameter) =>
        new()
        {
            View = parameter("view") switch
            {
                "calendar" => ExpiryView.Calendar,
                "timeline" => ExpiryView.Timeline,
                _ => ExpiryView.List,
            },
            Kinds = Several(
                parameter("kind"),
                (string text, out LifetimeKind kind) => LifetimeKindNames.TryParse(text, out kind)
            ),
            States = Several(
                parameter("state"),
                (string text, out ExpiryState state) => ExpiryStateNames.TryParse(text, out state)
            ),
            Vault = Id(parameter("vault")),
            Owner = Id(parameter("owner")),
            Due = Times.Any(time => time.Name == parameter("due")) ? parameter("due") : null,
            After = DayOf(parameter("after")),
            Before = DayOf(parameter("before")),
            Search = SearchOf(parameter("q")),
            Month = DayOf(parameter("month") + "-01"),
            Day = DayOf(parameter("day")),
            IsAgenda = parameter("as") == "agenda",
            IsByVault = parameter("by") == "vault",
            Span = Spans.FirstOrDefault(span => Number(span) == parameter("span"), Spans[0]),
        };

    /// <param name="selected">Objects with commas between; null = none.</param>
    public string ToUri(NavigationManager navigation, string? selected = null)
    {
        var parameters = Filters();
        parameters["month"] = Month?.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        parameters["day"] = Text(Day);
        parameters["selected"] = selected;
        return navigation.GetUriWithQueryParameters(
            navigation.ToAbsoluteUri(Path).ToString(),
            parameters
        );
    }

    /// <summary>What is worth keeping under a name: no month, day or selection.</summary>
    public string ToSavedQuery(NavigationManager navigation) =>
        new Uri(
            navigation.GetUriWithQueryParameters(
                navigation.ToAbsoluteUri(Path).ToString(),
                Filters()
            )
        ).Query.TrimStart('?');

    /// <summary>The present filters as the portal's API takes them.</summary>
    public string ToExport(string format, TimeZoneInfo zone, DateTimeOffset now)
    {
        var query = ToQuery(zone, now);
        var parts = new List<string> { $"format={format}" };
        Add("kind", string.Join(',', query.Kinds.Select(kind => kind.WireName())));
        Add("state", string.Join(',', query.States.Select(state => state.WireName())));
        Add("vault", query.VaultId?.ToString());
        Add("owner", query.OwnerId?.ToString());
        Add("before", query.Before is { } before ? UtcTime.ToText(before) : null);
        Add("after", query.After is { } after ? UtcTime.ToText(after) : null);
        Add("q", query.Search);
        return "/api/v1/portal/expiries/export?" + string.Join('&', parts);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
    }

    public ExpiryQuery ToQuery(TimeZoneInfo zone, DateTimeOffset now)
    {
        var query = new ExpiryQuery
        {
            Kinds = Kinds,
            States = States,
            VaultId = Vault,
            OwnerId = Owner,
            Search = Search,
            After = After is { } after ? zone.Midnight(after) : null,
            Before = Before is { } before ? zone.Midnight(before) : null,
        };
        return Due switch
        {
            null => query,
            "overdue" => query.Within(null, now),
            var days => query.Within(
                now,
                now.AddDays(int.Parse(days, CultureInfo.InvariantCulture))
            ),
        };
    }

    private Dictionary<string, object?> Filters() =>
        new()
        {
            ["view"] = View == default ? null : View.ToString().ToLowerInvariant(),
            ["q"] = Search,
            ["state"] = Joined(States.Select(state => state.WireName())),
            ["kind"] = Joined(Kinds.Select(kind => kind.WireName())),
            ["vault"] = Vault?.ToString(),
            ["owner"] = Owner?.ToString(),
            ["due"] = Due,
            ["after"] = Text(After),
            ["before"] = Text(Before),
            ["as"] = IsAgenda ? "agenda" : null,
            ["by"] = IsByVault ? "vault" : null,
            ["span"] = Span == Spans[0] ? null : Number(Span),
        };

    public static string? Text(DateOnly? day) =>
        day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Joined(IEnumerable<string> names) =>
        string.Join(',', names) is { Length: > 0 } joined ? joined : null;

    private static string? SearchOf(string? text) =>
        string.IsNullOrWhiteSpace(text)
            ? null
            : text.Trim()[..Math.Min(text.Trim().Length, ExpiryService.LongestSearch)];

    private static PublicId? Id(string? text) => PublicId.TryParse(text, out var id) ? id : null;

    private static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            default,
            out var day
        )
        // A little within what a date can be, so that weeks around it and days of any time zone can be too.
        && day.Year is > 1000 and < 9000
            ? day
            : null;

    private delegate bool Reader<T>(string text, out T value);

    private static List<T> Several<T>(string? text, Reader<T> read)
    {
        var found = new List<T>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (read(part, out var value) && !found.Contains(value))
            {
                found.Add(value);
            }
        }

        return found;
    }
}
