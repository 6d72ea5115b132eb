using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// Makes or replaces many environment secrets. First everything is checked, and when anything is at fault nothing is written and every
/// fault is reported; then it is written in steps, each decided anew, and what became a conflict meanwhile is reported.
/// </summary>
internal sealed class EnvironmentImport(Gate gate, KeyRing keys, TimeProvider time)
{
    /// <summary>How the audit names the store as a whole.</summary>
    public const string All = "secrets";

    /// <summary>Most entries of one import.</summary>
    public const int Most = 100_000;

    // Three rows and an entry of the audit for each, and one for the step: below the 500 rows of a work item.
    private const int StepSize = 120;

    public Task<Result<ImportReport>> ImportAsync(
        Caller caller,
        SecretImport import,
        CancellationToken cancellation
    )
    {
        var call = new AuditedCall("secret.import", All, Permissions.SecretsWrite);
        return gate.WriteInStepsAsync<ImportReport>(
            caller,
            call,
            (acting, keep) => ImportAsync(acting, call, import, keep, cancellation),
            cancellation
        );
    }

    private async Task<Result<ImportReport>> ImportAsync(
        Caller caller,
        AuditedCall call,
        SecretImport import,
        Action<WriteScope, ImportReport> keep,
        CancellationToken cancellation
    )
    {
        var tally = new Tally();
        var checkedFirst = await gate.ReadAsync(
            caller,
            call,
            (scope, _) =>
                Check(
                    scope.Commands<SecretCommands>(),
                    new Limits(
                        scope
                            .Commands<PolicyCommands>()
                            .RuleFor(new LifetimeTraits(LifetimeKind.EnvironmentSecret)),
                        time.GetUtcNow()
                    ),
                    import,
                    tally
                ),
            cancellation
        );
        return checkedFirst.Error is { } refused ? refused
            : tally.Failed.Count > 0 ? new ImportReport(0, 0, 0, tally.Failed)
            : import.DryRun ? tally.Report()
            : await ApplyAsync(caller, call, import, keep, cancellation);
    }

    private async Task<Result<ImportReport>> ApplyAsync(
        Caller caller,
        AuditedCall call,
        SecretImport import,
        Action<WriteScope, ImportReport> keep,
        CancellationToken cancellation
    )
    {
        cancellation.ThrowIfCancellationRequested();
        var total = new Tally();
        var begun = 0;
        foreach (var entries in import.Entries.Chunk(StepSize))
        {
            begun += entries.Length;
            var next = begun < import.Entries.Count ? import.Entries[begun] : null;
            var step = await gate.WriteAsync<Unit, Tally>(
                caller,
                call,
                static (_, _) => default(Unit),
                (scope, _, _) =>
                {
                    var step = Apply(scope, caller, entries, import.OnConflict);
                    if (total.With(step) is { Created: > 0 } or { Replaced: > 0 })
                    {
                        keep(scope, ReportOf(total.With(step), next));
                    }

                    return step;
                },
                // Begun, it is done to its end, whether the caller still waits or not: half of an import would leave no answer to
                // keep, and its retry would find conflicts with itself.
                CancellationToken.None
            );
            if (step.Error is { } refused)
            {
                // The credential went in the middle: what was written stays, and the rest is said not to be.
                if (total.IsEmpty)
                {
                    return refused;
                }

                total.Failed.AddRange(entries.Select(entry => Failure(entry, refused)));
                continue;
            }

            total = total.With(step.Value);
        }

        return total.Report();
    }

    /// <summary>What a retry is answered if this was the last that could be written.</summary>
    /// <param name="done">What came of it up to here.</param>
    /// <param name="next">The entry that would have been next; null when there is none.</param>
    private static ImportReport ReportOf(Tally done, ImportEntry? next)
    {
        var report = done.Report();
        return next is null
            ? report
            : report with
            {
                Failed = [.. report.Failed, Failure(next, SecretErrors.Interrupted)],
            };
    }

    private static Result<Unit> Check(
        SecretCommands commands,
        Limits limits,
        SecretImport import,
        Tally tally
    )
    {
        if (import.Entries.Count > Most)
        {
            return VaultError.Invalid("", $"An import has at most {Most} entries.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in import.Entries)
        {
            var problem =
                SecretRules.ProblemOfKey(entry.Key)
                ?? SecretRules.ProblemOfValue(entry.Value.Span)
                ?? (seen.Add(entry.Key) ? null : SecretErrors.Twice);
            if (problem is not null)
            {
                tally.Failed.Add(Failure(entry, problem));
                continue;
            }

            Plan(commands.FindByKey(entry.Key), entry, import.OnConflict, limits, tally);
        }

        return default(Unit);
    }

    private Tally Apply(
        WriteScope scope,
        Caller caller,
        ImportEntry[] entries,
        ImportConflict onConflict
    )
    {
        var tally = new Tally();
        var limits = new Limits(EnvironmentSecretService.Rule(scope), scope.Now);
        foreach (var entry in entries)
        {
            var secret = EnvironmentSecretService.Find(scope, entry.Key);
            var verdict = Plan(secret, entry, onConflict, limits, tally);
            if (verdict == Verdict.Create)
            {
                secret ??= EnvironmentSecretService.New(entry.Key, scope.Now);
                EnvironmentSecretService.MakeAnew(
                    secret,
                    entry.IsReserved ?? false,
                    entry.ExpiresAt is { } given
                        ? given.Value
                        : limits.Rule.DefaultExpiry(scope.Now)
                );
                Write(scope, caller, secret, SecretChange.Created, entry);
            }
            else if (verdict == Verdict.Replace)
            {
                Replace(secret!, entry, limits);
                Write(scope, caller, secret!, SecretChange.Updated, entry);
            }
        }

        return tally;
    }

    private void Write(
        WriteScope scope,
        Caller caller,
        SecretRow secret,
        SecretChange change,
        ImportEntry entry
    )
    {
        SecretHistory.Append(scope, keys, caller, secret, change, entry.Value);
        scope.Audit(
            caller,
            change == SecretChange.Created ? "secret.create" : "secret.update",
            $"secret_key:{entry.Key}",
            "ok"
        );
    }

    /// <summary>
    /// What was imported can be read afterwards: active, and without an expiry that has passed, in whose place it gets that of a new one.
    /// Reservation and expiry stay unless the import names them: a <c>.env</c> file cannot, and is to protect no less than before.
    /// </summary>
    private static void Replace(SecretRow secret, ImportEntry entry, Limits limits)
    {
        secret.IsActive = true;
        secret.IsReserved = entry.IsReserved ?? secret.IsReserved;
        secret.ExpiresAt =
            entry.ExpiresAt is { } given ? given.Value
            : secret.IsExpired(limits.Now) ? limits.Rule.DefaultExpiry(limits.Now)
            : secret.ExpiresAt;
    }

    private static Verdict Plan(
        SecretRow? secret,
        ImportEntry entry,
        ImportConflict onConflict,
        Limits limits,
        Tally tally
    )
    {
        if (secret is null || EnvironmentSecretService.CanBeMadeAnew(secret))
        {
            if (limits.Refusal(entry, before: null) is { } refusal)
            {
                tally.Failed.Add(Failure(entry, refusal));
                return Verdict.Nothing;
            }

            tally.Created++;
            return Verdict.Create;
        }

        switch (onConflict)
        {
            case ImportConflict.Replace when limits.Refusal(entry, secret) is { } tooLong:
                tally.Failed.Add(Failure(entry, tooLong));
                return Verdict.Nothing;
            case ImportConflict.Replace:
                tally.Replaced++;
                return Verdict.Replace;
            case ImportConflict.Skip:
                tally.Skipped++;
                return Verdict.Nothing;
            default:
                tally.Failed.Add(Failure(entry, SecretErrors.AlreadyExists(entry.Key)));
                return Verdict.Nothing;
        }
    }

    private static ImportFailure Failure(ImportEntry entry, VaultError error) =>
        new(entry.Line, SecretErrors.Shown(entry.Key), error.Message);

    /// <summary>What policies say about the expiries of an import, at its moment.</summary>
    private readonly record struct Limits(ExpiryRule Rule, DateTimeOffset Now)
    {
        /// <summary>Null when the entry may expire as it says, or says nothing.</summary>
        /// <param name="before">What it would replace; null where it makes a new one.</param>
        public VaultError? Refusal(ImportEntry entry, SecretRow? before) =>
            entry.ExpiresAt is not { } given
            || (before is not null && before.ExpiresAt == given.Value)
                ? null
                : Rule.RefusalOf(given.Value, Now, "/expiresAt");
    }

    private enum Verdict
    {
        Nothing,
        Create,
        Replace,
    }

    private sealed class Tally
    {
        public int Created { get; set; }
        public int Replaced { get; set; }
        public int Skipped { get; set; }
        public List<ImportFailure> Failed { get; } = [];

        public bool IsEmpty => Created + Replaced + Skipped + Failed.Count == 0;

        /// <summary>Both together; neither is changed, because a work item may run twice.</summary>
        public Tally With(Tally step)
        {
            var both = new Tally
            {
                Created = Created + step.Created,
                Replaced = Replaced + step.Replaced,
                Skipped = Skipped + step.Skipped,
            };
            both.Failed.AddRange(Failed);
            both.Failed.AddRange(step.Failed);
            return both;
        }

        public ImportReport Report() => new(Created, Replaced, Skipped, Failed);
    }
}
