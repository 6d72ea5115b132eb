using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Expiry;

/// <summary>Everything that has a lifetime, in one place: what a caller may see of it, and changes of many expiries at once.</summary>
public sealed class ExpiryService(Gate gate, LifetimeReads reads, KeyRing keys, TimeProvider time)
{
    /// <summary>Longest text that is looked for, in UTF-16 units.</summary>
    public const int LongestSearch = 100;

    /// <summary>Most objects in a file.</summary>
    public const int MostExported = 100_000;

    /// <summary>Most files on their way at once.</summary>
    public const int MostExports = 2;

    private const string Target = "lifetimes";

    /// <summary>A secret changes four rows, its version and the entry of the audit among them; nothing else changes more.</summary>
    private const int ObjectsOfStep = 100;

    private static readonly AuditedCall Export = new(
        "lifetime.export",
        Target,
        Permissions.MonitoringRead
    );

    private static readonly VaultError Interrupted = new(
        ErrorKind.Unavailable,
        "unavailable",
        "The change ended before this object, which is as it was. Change it again."
    );

    private readonly KnownCounts _counts = new(time);
    private readonly ExportTurns _exports = new(MostExports);

    /// <summary>What expires or is to be rotated, the earliest first, with its state at this moment.</summary>
    public Task<Result<ExpiryPage>> ListAsync(
        Caller caller,
        ExpiryQuery query,
        CancellationToken cancellation
    ) =>
        reads.ReadAsync(
            caller,
            new AuditedCall("lifetime.list", Target, Permissions.MonitoringRead),
            (scope, standing) => List(scope, standing, query),
            cancellation
        );

    /// <summary>All of it, for a file; at most <see cref="MostExported"/>, the earliest. <c>unavailable</c> while other files are on their way.</summary>
    public async Task<Result<LifetimeExport>> ExportAsync(
        Caller caller,
        ExpiryQuery query,
        CancellationToken cancellation
    )
    {
        var turn = _exports.TryTake();
        try
        {
            var places = await reads.ReadAsync<ExpiryCursor[]>(
                caller,
                Export,
                (scope, standing) =>
                    turn is null ? SecretErrors.ExportsUnderWay
                    : ProblemOf(query) is { } problem ? problem
                    : List(scope, standing).Earliest(query, MostExported),
                cancellation
            );
            if (places.Error is { } refused)
            {
                turn?.Dispose();
                return refused;
            }

            return new LifetimeExport(
                places.Value,
                some => ReadAsync(caller, some, cancellation),
                turn!
            );
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    /// <summary>How many there are, by kind and state; kinds and states without any are left out.</summary>
    public Task<Result<IReadOnlyList<ExpiryCount>>> CountAsync(
        Caller caller,
        CancellationToken cancellation
    ) =>
        reads.ReadAsync<IReadOnlyList<ExpiryCount>>(
            caller,
            new AuditedCall("lifetime.count", Target, Permissions.MonitoringRead),
            (scope, standing) => List(scope, standing).Count(),
            cancellation
        );

    /// <summary>
    /// How many there are in the whole installation, whoever may see them, of the last few seconds: numbers for those who watch over it.
    /// Owners and Administrators, in a session or with a key of their own that has <c>machine.monitoring.read</c>.
    /// </summary>
    public async Task<Result<IReadOnlyList<ExpiryCount>>> CountAllAsync(
        Caller caller,
        CancellationToken cancellation
    )
    {
        var call = new AuditedCall("metrics.read", "metrics", Permissions.MonitoringRead);
        var allowed = await gate.ReadAsync<Unit>(
            caller,
            call,
            (_, standing) => WatchesOver(standing) ? default(Unit) : AccessErrors.Forbidden,
            cancellation
        );
        return allowed.Error is { } refused
            ? refused
            : await _counts.GetAsync(
                () =>
                    reads.ReadAsync<IReadOnlyList<ExpiryCount>>(
                        caller,
                        call,
                        (scope, _) =>
                            new ExpiryList(
                                scope,
                                LifetimeSight.Everything,
                                time.GetUtcNow()
                            ).Count(),
                        cancellation
                    ),
                cancellation
            );
    }

    /// <summary>
    /// What <see cref="ChangeAsync"/> would do at this moment to somebody whose password was confirmed just now; changes nothing, and is
    /// read like a list.
    /// </summary>
    public async Task<Result<IReadOnlyList<ExpiryChangeLine>>> PreviewAsync(
        Caller caller,
        BulkExpiryChange change,
        CancellationToken cancellation
    ) =>
        ProblemOf(change) is { } problem
            ? problem
            : await reads.ReadAsync<IReadOnlyList<ExpiryChangeLine>>(
                caller,
                Call("lifetime.preview"),
                (scope, standing) =>
                    Decisions(scope, standing with { StepUpAt = time.GetUtcNow() })
                        .Lines([.. change.Objects], change, static (_, _) => null),
                cancellation
            );

    /// <summary>Changes what can be changed, one audit entry each, and says of each what became of it.</summary>
    public async Task<Result<IReadOnlyList<ExpiryChangeLine>>> ChangeAsync(
        Caller caller,
        BulkExpiryChange change,
        CancellationToken cancellation
    )
    {
        if (ProblemOf(change) is { } problem)
        {
            return problem;
        }

        var done = await gate.WriteInStepsAsync<IReadOnlyList<ExpiryChangeLine>>(
            caller,
            Call("lifetime.change"),
            (stepCaller, keep) => RunAsync(stepCaller, change, keep, cancellation),
            cancellation
        );
        return done.Replayed ? await TitledAsync(caller, done, cancellation) : done;
    }

    /// <summary>A kept answer has no titles: who asks again is told those of what he sees now.</summary>
    private async Task<Result<IReadOnlyList<ExpiryChangeLine>>> TitledAsync(
        Caller caller,
        Result<IReadOnlyList<ExpiryChangeLine>> kept,
        CancellationToken cancellation
    )
    {
        var titled = await gate.ReadAsync<IReadOnlyList<ExpiryChangeLine>>(
            caller,
            Call("lifetime.change"),
            (scope, standing) =>
            {
                var decisions = Decisions(scope, standing);
                var seen = decisions.Seen(kept.Value.Select(line => line.Object));
                return Array.ConvertAll(
                    [.. kept.Value],
                    line =>
                        seen.TryGetValue(line.Object, out var row)
                            ? line with
                            {
                                Title = row.Title,
                                Policy = decisions.PolicyOf(row),
                            }
                            : line
                );
            },
            cancellation
        );
        return titled with { Replayed = titled.Succeeded };
    }

    private ExpiryDecisions Decisions(ReadScope scope, Standing standing) =>
        new(
            scope.Commands<LifetimeCommands>(),
            scope.Commands<AccessCommands>(),
            scope.Commands<PolicyCommands>().All(),
            standing,
            time.GetUtcNow()
        );

    /// <summary>What the caller sees of these now.</summary>
    private Task<Result<IReadOnlyList<ExpiryEntry>>> ReadAsync(
        Caller caller,
        ArraySegment<ExpiryCursor> places,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync<IReadOnlyList<ExpiryEntry>>(
            caller,
            Export,
            (scope, standing) =>
            {
                var access = scope.Commands<AccessCommands>();
                var sight = LifetimeSight.Of(standing);
                return List(scope, standing)
                    .Entries(
                        places,
                        row =>
                            sight.Sees(
                                row,
                                granted =>
                                    Authorization.LevelOnItem(
                                        access,
                                        standing,
                                        granted.Traits.VaultId,
                                        granted.ItemRow
                                    )
                                        is not null
                            ),
                        row => ExpiryDecisions.MayChange(access, standing, row)
                    );
            },
            cancellation
        );

    private static bool WatchesOver(Standing standing) =>
        standing.Kind is CallerKind.Command or CallerKind.System
        || standing
            is { Principal.Kind: PrincipalKind.User, Role: Role.Owner or Role.Administrator };

    private static AuditedCall Call(string action) =>
        new(action, Target, Permissions.MonitoringAll);

    private async Task<Result<IReadOnlyList<ExpiryChangeLine>>> RunAsync(
        Caller caller,
        BulkExpiryChange change,
        Action<WriteScope, IReadOnlyList<ExpiryChangeLine>> keep,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var done = new List<ExpiryChangeLine>();
        foreach (var objects in change.Objects.Chunk(ObjectsOfStep))
        {
            var step = await gate.WriteAsync<Unit, ExpiryChangeLine[]>(
                caller,
                Call("lifetime.change"),
                static (_, _) => default(Unit),
                (scope, standing, _) =>
                {
                    var changes = new ExpiryChanges(scope, standing, caller, keys);
                    var lines = changes.Lines(objects, change);
                    if (done.Concat(lines).Any(line => line.Problem is null))
                    {
                        keep(
                            scope,
                            [
                                .. done.Concat(lines)
                                    .Select(line => line with { Title = null, Policy = null }),
                                .. Rest(change, done, lines.Length),
                            ]
                        );
                    }

                    return lines;
                },
                // Begun, it is done to its end: half of it would leave no answer for a retry.
                CancellationToken.None
            );
            if (step.Error is { } refused && done.Count == 0)
            {
                return refused;
            }

            done.AddRange(
                step.Succeeded ? step.Value : objects.Select(named => Untouched(named, step.Error))
            );
        }

        return done;
    }

    /// <summary>What a retry is told of the objects after these, if these were the last that could be changed.</summary>
    private static IEnumerable<ExpiryChangeLine> Rest(
        BulkExpiryChange change,
        List<ExpiryChangeLine> done,
        int step
    ) => change.Objects.Skip(done.Count + step).Select(named => Untouched(named, Interrupted));

    private static ExpiryChangeLine Untouched(LifetimeRef named, VaultError why) =>
        new(named, null, null, null, why);

    private static VaultError? ProblemOf(BulkExpiryChange change) =>
        change.Objects.Count is < 1 or > BulkExpiryChange.MostObjects
            ? VaultError.Invalid(
                "/objects",
                $"1 to {BulkExpiryChange.MostObjects} objects are changed at once."
            )
        : change.Objects.Distinct().Count() < change.Objects.Count
            ? VaultError.Invalid("/objects", "An object stands twice.")
        : change.Action switch
        {
            ExpiryAction.Extend => change is { By: { } by, To: null }
            && by > TimeSpan.Zero
            && by <= DurationText.Longest
                ? null
                : VaultError.Invalid("/by", "By how long is said, e.g. 90d, and nothing else."),
            ExpiryAction.Set => change is { By: null, To: not null }
                ? null
                : VaultError.Invalid("/expiresAt", "Until when is said, and nothing else."),
            ExpiryAction.Clear => change is { By: null, To: null }
                ? null
                : VaultError.Invalid("/action", "To clear an expiry needs nothing else said."),
            _ => VaultError.Invalid("/action", "An action is extend, set or clear."),
        };

    private ExpiryList List(ReadScope scope, Standing standing) =>
        new(scope, LifetimeSight.Of(standing), time.GetUtcNow());

    private static VaultError? ProblemOf(ExpiryQuery query) =>
        query.Search?.Length > LongestSearch
            ? VaultError.Invalid("/q", $"At most {LongestSearch} characters are looked for.")
            : null;

    private Result<ExpiryPage> List(ReadScope scope, Standing standing, ExpiryQuery query)
    {
        ExpiryCursor? after = null;
        if (query.Cursor is { } text)
        {
            if (!ExpiryCursor.TryParse(text, out var cursor))
            {
                return ExpiryCursor.Malformed;
            }

            after = cursor;
        }

        if (query.Take is < 1 or > ExpiryQuery.MostTaken)
        {
            return VaultError.Invalid("/limit", $"1 to {ExpiryQuery.MostTaken} are listed.");
        }

        if (ProblemOf(query) is { } problem)
        {
            return problem;
        }

        var access = scope.Commands<AccessCommands>();
        return List(scope, standing)
            .Page(query, after, row => ExpiryDecisions.MayChange(access, standing, row));
    }
}
