using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>A saved filter as its owner sees it.</summary>
/// <param name="Query">The query of the expiry page's address, without the question mark.</param>
public sealed record SavedFilterView(
    PublicId Id,
    string Name,
    string Query,
    DateTimeOffset CreatedAt
);

/// <summary>Filters of the expiry page that a person keeps under a name. Everybody has only his own.</summary>
public sealed class SavedFilterService(Gate gate)
{
    /// <summary>Of one account.</summary>
    public const int MostFilters = 50;

    /// <summary>What a query may name: the filters and the view of the page, and nothing that is of one moment.</summary>
    public static readonly IReadOnlyList<string> KnownParameters =
    [
        "view",
        "q",
        "state",
        "kind",
        "vault",
        "owner",
        "due",
        "after",
        "before",
        "as",
        "by",
        "span",
    ];

    private static readonly VaultError NameTaken = new(
        ErrorKind.Conflict,
        "saved_filter_exists",
        "You have saved a filter under this name; choose another, or delete that one first."
    )
    {
        Path = "/name",
    };

    private static readonly VaultError TooMany = new(
        ErrorKind.Conflict,
        "too_many_saved_filters",
        $"At most {MostFilters} filters are kept; delete one that you need no more."
    );

    /// <summary>By name.</summary>
    public Task<Result<IReadOnlyList<SavedFilterView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<SavedFilterView>>(
            caller,
            new AuditedCall("saved_filter.list", "saved_filters", Permissions.MonitoringRead),
            (scope, standing) =>
                AccountOf(standing) is { Error: { } refused }
                    ? refused
                    : scope.Commands<SavedFilterCommands>().Of(standing.OwnerId),
            cancellation
        );

    /// <summary>Keeps a query under a name that the account has not used yet.</summary>
    /// <param name="name">1 to <see cref="SavedFilter.MaxNameLength"/> characters.</param>
    /// <param name="query">At most <see cref="SavedFilter.MaxQueryLength"/> characters; only <see cref="KnownParameters"/>, each once.</param>
    public Task<Result<SavedFilterView>> SaveAsync(
        Caller caller,
        string name,
        string query,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<long, SavedFilterView>(
            caller,
            new AuditedCall("saved_filter.create", "saved_filters", NeededToChange(caller)),
            (_, standing) => AccountOf(standing),
            (scope, _, account) =>
                ProblemOf(name, query) is { } problem ? problem : Save(scope, account, name, query),
            cancellation,
            made => Target(made.Id)
        );

    public Task<Result<Unit>> DeleteAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<SavedFilter?, Unit>(
            caller,
            new AuditedCall("saved_filter.delete", Target(id), NeededToChange(caller)),
            // One that is gone is found out later, so that a retry of what deleted it is answered.
            (scope, standing) =>
                AccountOf(standing) is { Error: { } refused }
                    ? refused
                    : scope
                        .Context.Set<SavedFilter>()
                        .SingleOrDefault(f => f.PublicId == id && f.AccountId == standing.OwnerId),
            (scope, _, filter) =>
            {
                if (filter is null)
                {
                    return AccessErrors.NotFound;
                }

                scope.Context.Remove(filter);
                scope.Context.SaveChanges();
                return default(Unit);
            },
            cancellation
        );

    private static Result<SavedFilterView> Save(
        WriteScope scope,
        long account,
        string name,
        string query
    )
    {
        var own = scope.Context.Set<SavedFilter>().Where(filter => filter.AccountId == account);
        if (own.Any(filter => filter.Name == name))
        {
            return NameTaken;
        }

        if (own.Count() >= MostFilters)
        {
            return TooMany;
        }

        var filter = new SavedFilter
        {
            PublicId = PublicId.New(scope.Now),
            AccountId = account,
            Name = name,
            Query = query,
            CreatedAt = scope.Now,
        };
        scope.Context.Add(filter);
        scope.Context.SaveChanges();
        return new SavedFilterView(filter.PublicId, name, query, filter.CreatedAt);
    }

    private static VaultError? ProblemOf(string name, string query) =>
        (TextRules.ProblemOfName(name) ?? TooLong(name)) is { } badName
            ? VaultError.Invalid("/name", badName)
        : ProblemOfQuery(query) is { } badQuery ? VaultError.Invalid("/query", badQuery)
        : null;

    private static string? TooLong(string name) =>
        name.Length > SavedFilter.MaxNameLength
            ? $"A name has at most {SavedFilter.MaxNameLength} characters."
            : null;

    private static string? ProblemOfQuery(string query)
    {
        if (query.Length > SavedFilter.MaxQueryLength)
        {
            return $"A query has at most {SavedFilter.MaxQueryLength} characters.";
        }

        // It becomes part of an address: nothing but what an address is written in.
        if (
            query.AsSpan().ContainsAnyExceptInRange('!', '~')
            || query.AsSpan().ContainsAny('#', '<', '"')
        )
        {
            return "A query is written as in an address, with everything else escaped.";
        }

        var names = query
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=')[0])
            .ToList();
        return names.Find(name => !KnownParameters.Contains(name)) is { } unknown
                ? $"There is no filter '{unknown}'. Known: {string.Join(", ", KnownParameters)}."
            : names.Distinct().Count() < names.Count ? "Each filter stands in a query once."
            : null;
    }

    /// <summary>Whoever may look may keep how he looks, an Auditor too; a key has to be allowed to change something.</summary>
    private static Permissions NeededToChange(Caller caller) =>
        caller.Kind == CallerKind.Person ? Permissions.MonitoringRead : Permissions.MonitoringAll;

    private static Result<long> AccountOf(Standing standing) =>
        standing.OwnerId == 0 || standing.Principal.Kind != PrincipalKind.User
            ? AccessErrors.Forbidden
            : standing.OwnerId;

    private static string Target(PublicId id) => $"saved_filter:{id}";
}
