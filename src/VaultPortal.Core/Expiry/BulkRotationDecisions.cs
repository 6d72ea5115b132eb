using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Decides which of several objects can be rotated, by the rules of the services that rotate one. It writes nothing, so that a preview
/// is read like anything else.
/// </summary>
internal sealed class BulkRotationDecisions
{
    private readonly ExpiryDecisions _lifetimes;
    private readonly AccessCommands _access;
    private readonly ApiKeyCommands _apiKeys;
    private readonly SecretCommands _secrets;
    private readonly RecentVersions? _recent;
    private readonly BulkRotationCommands _rotations;
    private readonly Standing _standing;
    private readonly DateTimeOffset _now;

    public BulkRotationDecisions(ReadScope scope, Standing standing, DateTimeOffset now)
    {
        (_standing, _now) = (standing, now);
        _access = scope.Commands<AccessCommands>();
        _apiKeys = scope.Commands<ApiKeyCommands>();
        _secrets = scope.Commands<SecretCommands>();
        _rotations = scope.Commands<BulkRotationCommands>();
        var policies = scope.Commands<PolicyCommands>().All();
        _lifetimes = new(scope.Commands<LifetimeCommands>(), _access, policies, standing, now);
    }

    public BulkRotationDecisions(WriteScope scope, Standing standing)
    {
        (_standing, _now) = (standing, scope.Now);
        _access = scope.Commands<AccessCommands>();
        _apiKeys = scope.Commands<ApiKeyCommands>();
        _secrets = scope.Commands<SecretCommands>();
        _recent = scope.Commands<RecentVersions>();
        _rotations = scope.Commands<BulkRotationCommands>();
        var policies = scope.Commands<PolicyCommands>().All();
        _lifetimes = new(scope.Commands<LifetimeCommands>(), _access, policies, standing, _now);
    }

    /// <summary>What the rotation would do to each object, in their order, with what it would be done to.</summary>
    public RotationPlan[] Plans(IReadOnlyCollection<RotatedObject> objects, int graceHours)
    {
        var seen = _lifetimes.Seen(objects.Select(wanted => wanted.Object));
        return
        [
            .. objects.Select(wanted =>
                PlanOf(
                    wanted,
                    seen.GetValueOrDefault(wanted.Object),
                    TimeSpan.FromHours(graceHours)
                )
            ),
        ];
    }

    /// <summary>The lines with what can be said of objects that the caller sees. A rotated API key is known by its successor.</summary>
    public BulkRotationLine[] Described(IReadOnlyList<BulkRotationLine> lines)
    {
        var seen = _lifetimes.Seen(lines.Select(Named));
        return Array.ConvertAll(
            [.. lines],
            line =>
                seen.TryGetValue(Named(line), out var row)
                    ? line with
                    {
                        Title = row.Title,
                        Policy = _lifetimes.PolicyOf(row),
                    }
                    : line
        );

        static LifetimeRef Named(BulkRotationLine line) =>
            line.SuccessorId is { } id
                ? new LifetimeRef(LifetimeKind.ApiKey, id.ToString())
                : line.Object;
    }

    private RotationPlan PlanOf(RotatedObject wanted, LifetimeRow? row, TimeSpan grace)
    {
        var plan = new RotationPlan(
            row,
            new()
            {
                Object = wanted.Object,
                Title = row?.Title,
                Before = row?.ExpiresAt,
                After = row?.ExpiresAt,
                Policy = row is null ? null : _lifetimes.PolicyOf(row),
            }
        );
        return wanted.Object.Kind switch
        {
            // What was rotated already is no longer among what has a lifetime, and its owner is told so.
            LifetimeKind.ApiKey => OfApiKey(plan, grace),
            _ when row is null => plan.Refused(AccessErrors.NotFound),
            LifetimeKind.EnvironmentSecret => OfEnvironment(plan, wanted, grace),
            LifetimeKind.WorkflowSecret => OfWorkflow(plan, wanted, grace),
            var kind => plan.Refused(BulkRotationErrors.NotRotatable(kind)),
        };
    }

    private RotationPlan OfEnvironment(RotationPlan plan, RotatedObject wanted, TimeSpan grace)
    {
        var key = wanted.Object.Id;
        var found = _recent is { } recent
            ? _secrets.FindByKey(key, recent)
            : _secrets.FindByKey(key);
        if (found is not { IsDeleted: false } secret)
        {
            return plan.Refused(AccessErrors.NotFound);
        }

        var until = secret.PreviousUntil > _now ? secret.PreviousUntil : null;
        return OfSecret(plan, secret, wanted.Version, grace, until, Permissions.SecretsWrite)
            .RefusedIf(() => _rotations.IsUnderWay(secret, _now), RotationService.Exists);
    }

    private RotationPlan OfWorkflow(RotationPlan plan, RotatedObject wanted, TimeSpan grace)
    {
        if (
            !SecretId.TryParseWorkflow(wanted.Object.Id, out var id)
            || _secrets.FindById(SecretStore.Workflows, id) is not { IsDeleted: false } item
        )
        {
            return plan.Refused(AccessErrors.NotFound);
        }

        return item.Kind != SecretKind.GeneratedKey
            ? plan.Refused(BulkRotationErrors.NotRotatable(LifetimeKind.WorkflowSecret))
            : OfSecret(
                plan,
                item,
                wanted.Version,
                grace,
                _rotations.GraceOf(item, _now),
                Permissions.WorkflowsWrite
            );
    }

    private RotationPlan OfSecret(
        RotationPlan plan,
        SecretRow secret,
        long? version,
        TimeSpan grace,
        DateTimeOffset? endsEarlier,
        Permissions needed
    )
    {
        var found = plan with
        {
            Secret = secret,
            Line = plan.Line with { Version = secret.Version },
        };
        return !_standing.Permissions.HasFlag(needed) ? found.Refused(AccessErrors.Forbidden)
            : version is { } expected && expected != secret.Version
                ? found.Refused(SecretErrors.VersionConflict)
            : _lifetimes.IsRefused(plan.Row!) ? found.Refused(BulkRotationErrors.Expired)
            : found with
            {
                Line = found.Line with { OldUntil = _now + grace, EndsEarlier = endsEarlier },
            };
    }

    private RotationPlan OfApiKey(RotationPlan plan, TimeSpan grace)
    {
        var opened = PublicId.TryParse(plan.Line.Object.Id, out var id)
            ? ApiKeyService.FindToRotate(_apiKeys, _standing, id)
            : AccessErrors.NotFound;
        if (opened.Error is { } refused)
        {
            return plan.Refused(plan.Row is null ? AccessErrors.NotFound : OfOthers(refused));
        }

        var key = opened.Value;
        if (ApiKeyService.ProblemOfRotation(_access, key, _now) is { } problem)
        {
            return plan.Refused(problem);
        }

        return plan with
        {
            Key = key,
            Line = plan.Line with
            {
                OldUntil = ApiKeyService.EndOfRotated(key, _now, grace),
                After = ApiKeyService.ExpiryOfSuccessor(
                    _lifetimes.RuleFor(LifetimeKind.ApiKey),
                    key,
                    _now
                ),
            },
        };
    }

    /// <summary>One that is seen is there: what it is refused for is another's.</summary>
    private static VaultError OfOthers(VaultError refused) =>
        refused.Kind == ErrorKind.NotFound ? BulkRotationErrors.OfAnother : refused;
}

/// <summary>What a rotation would do to one object, and to what it would do it.</summary>
internal sealed record RotationPlan(LifetimeRow? Row, BulkRotationLine Line)
{
    public SecretRow? Secret { get; init; }
    public KeptKey? Key { get; init; }

    public RotationPlan Refused(VaultError why) =>
        this with
        {
            Line = Line with
            {
                Problem = why,
                After = Line.Before,
                OldUntil = null,
                EndsEarlier = null,
            },
        };

    public RotationPlan RefusedIf(Func<bool> holds, VaultError why) =>
        Line.Problem is null && holds() ? Refused(why) : this;
}
