using System.Data.Common;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Decides about changes of expiries, each as its own concern does: whoever may change an object there may change its expiry here, and
/// a policy's longest lifetime holds for all of them. It writes nothing, so that a preview is read like anything else.
/// </summary>
internal sealed class ExpiryDecisions(
    LifetimeCommands lifetimes,
    AccessCommands access,
    PolicySet policies,
    Standing standing,
    DateTimeOffset now
)
{
    /// <summary>Those of the objects that the caller sees: ids do not leak, what somebody does not see is not there.</summary>
    public Dictionary<LifetimeRef, LifetimeRow> Seen(IEnumerable<LifetimeRef> objects) =>
        lifetimes.Find(objects).Where(found => Sees(found.Value)).ToDictionary();

    /// <summary>What the change does to each object, in their order.</summary>
    /// <param name="apply">Makes a change that may be made, and answers what refuses it after all; null = nothing did.</param>
    public ExpiryChangeLine[] Lines(
        LifetimeRef[] objects,
        BulkExpiryChange change,
        Func<LifetimeRow, DateTimeOffset?, VaultError?> apply
    )
    {
        var seen = Seen(objects);
        return Array.ConvertAll(
            objects,
            named =>
                seen.TryGetValue(named, out var row)
                    ? Line(row, change, apply)
                    : new(named, null, null, null, AccessErrors.NotFound)
        );
    }

    private ExpiryChangeLine Line(
        LifetimeRow row,
        BulkExpiryChange change,
        Func<LifetimeRow, DateTimeOffset?, VaultError?> apply
    )
    {
        var before = row.ExpiresAt;
        var after = After(before, change, now);
        var path = change.Action == ExpiryAction.Set ? "/expiresAt" : "";
        var problem =
            Refusal(row)
            // What stays as it was is no change, whatever a policy says today.
            ?? (after == before ? null : ProblemOf(row, after, path) ?? apply(row, after));
        return new(row.Object, row.Title, before, problem is null ? after : before, problem)
        {
            Policy = PolicyOf(row),
        };
    }

    /// <summary>The policy that decides about an object; null = none.</summary>
    public DecidingPolicy? PolicyOf(LifetimeRow row) =>
        DecidingPolicy.Of(policies.RuleFor(row.Traits));

    /// <summary>What is decided about what has no traits but its kind.</summary>
    public ExpiryRule RuleFor(LifetimeKind kind) => policies.RuleFor(new LifetimeTraits(kind));

    /// <summary>Whether it has expired and is refused for it.</summary>
    public bool IsRefused(LifetimeRow row) =>
        row.ExpiresAt <= now && policies.RuleFor(row.Traits).OnExpiry == OnExpiry.Block;

    /// <summary>Whether the caller may change this object's expiry, as far as a list tells: a step-up is not asked for it.</summary>
    public static bool MayChange(AccessCommands access, Standing standing, LifetimeRow row) =>
        standing.Permissions.HasFlag(Permissions.MonitoringAll)
        && row.Kind switch
        {
            LifetimeKind.VaultItem or LifetimeKind.Field => standing.Permissions.HasFlag(
                Permissions.VaultWrite
            )
                && Authorization.LevelOnItem(access, standing, row.Traits.VaultId, row.ItemRow)
                    >= AccessLevel.Write,
            LifetimeKind.EnvironmentSecret => standing.Permissions.HasFlag(
                Permissions.SecretsWrite
            ),
            LifetimeKind.WorkflowSecret => standing.Permissions.HasFlag(Permissions.WorkflowsWrite),
            _ => MayEnd(standing, row),
        };

    private VaultError? ProblemOf(LifetimeRow row, DateTimeOffset? after, string path) =>
        row.Kind >= LifetimeKind.ApiKey && IsLater(row.ExpiresAt, after) && !MayProlong(row)
            ? AccessErrors.Forbidden
        : after > now + DurationText.Longest
            ? VaultError.Invalid(
                path,
                $"An expiry lies at most {DurationText.Write(DurationText.Longest)} away."
            )
        : row.Kind == LifetimeKind.WorkflowSecret
        && SecretRules.ProblemOfExpiry(after, now) is { } past
            ? past with
            {
                Path = path,
            }
        : policies.RuleFor(row.Traits).RefusalOfChange(row.ExpiresAt, after, now, path);

    private static bool IsLater(DateTimeOffset? before, DateTimeOffset? after) =>
        before is { } present && !(after <= present);

    /// <summary>
    /// To give a key or an issuer longer than it has is to hand out access: only a person does, and with another's API key only an
    /// Owner. Whoever may end it may always shorten it.
    /// </summary>
    private bool MayProlong(LifetimeRow row) =>
        standing.Kind == CallerKind.Person
        && (
            row.Kind != LifetimeKind.ApiKey
            || row.AccountId == standing.OwnerId
            || standing.Role == Role.Owner
        );

    private static DateTimeOffset? After(
        DateTimeOffset? before,
        BulkExpiryChange change,
        DateTimeOffset now
    ) =>
        change.Action switch
        {
            ExpiryAction.Clear => null,
            ExpiryAction.Set => change.To,
            _ => Later(before > now ? before.Value : now, change.By!.Value),
        };

    private static DateTimeOffset Later(DateTimeOffset moment, TimeSpan by) =>
        DateTimeOffset.MaxValue - moment < by ? DateTimeOffset.MaxValue : moment + by;

    private bool Sees(LifetimeRow row) =>
        LifetimeSight.Of(standing).Sees(row, granted => LevelOn(granted) is not null);

    private AccessLevel? LevelOn(LifetimeRow row) =>
        Authorization.LevelOnItem(access, standing, row.Traits.VaultId, row.ItemRow);

    /// <summary>Why the caller may not change this object; null = he may.</summary>
    private VaultError? Refusal(LifetimeRow row)
    {
        var may = row.Kind switch
        {
            LifetimeKind.VaultItem or LifetimeKind.Field => standing.Permissions.HasFlag(
                Permissions.VaultWrite
            )
                && LevelOn(row) >= AccessLevel.Write,
            LifetimeKind.EnvironmentSecret => standing.Permissions.HasFlag(
                Permissions.SecretsWrite
            ),
            LifetimeKind.WorkflowSecret => standing.Permissions.HasFlag(Permissions.WorkflowsWrite),
            _ => MayEnd(standing, row),
        };
        return !may ? AccessErrors.Forbidden
            : row.Kind >= LifetimeKind.ApiKey ? Authorization.DemandStepUp(standing, now)
            : null;
    }

    /// <summary>Whoever may end a key, as its own service decides, may say when it ends.</summary>
    private static bool MayEnd(Standing standing, LifetimeRow row)
    {
        var isOwn = row.AccountId == standing.OwnerId;
        var isUser = standing.Principal.Kind == PrincipalKind.User;
        return standing.Kind is CallerKind.Command or CallerKind.System
            || row.Kind switch
            {
                LifetimeKind.ApiKey => standing.Kind == CallerKind.Person
                    && (isOwn || LifetimeSight.IsOffice(standing)),
                LifetimeKind.UserKey => isUser
                    && isOwn
                    && standing.Permissions.HasFlag(Permissions.UserKeyPair),
                LifetimeKind.AgentKey => isUser
                    && (isOwn || LifetimeSight.IsOffice(standing))
                    && standing.Permissions.HasFlag(Permissions.AgentWrite),
                _ => LifetimeSight.IsOffice(standing),
            };
    }
}

/// <summary>Makes the changes that were decided, in the queue, each with its entry in the audit.</summary>
internal sealed class ExpiryChanges(
    WriteScope scope,
    Standing standing,
    Caller caller,
    KeyRing keys
)
{
    public ExpiryChangeLine[] Lines(LifetimeRef[] objects, BulkExpiryChange change) =>
        new ExpiryDecisions(
            scope.Commands<LifetimeCommands>(),
            scope.Commands<AccessCommands>(),
            scope.Commands<PolicyCommands>().All(),
            standing,
            scope.Now
        ).Lines(objects, change, Apply);

    private VaultError? Apply(LifetimeRow row, DateTimeOffset? expiresAt)
    {
        var refused = row.Kind switch
        {
            LifetimeKind.VaultItem or LifetimeKind.Field => ChangeItem(row, expiresAt),
            LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret => ChangeSecret(
                row,
                expiresAt
            ),
            _ => ChangeKey(row, expiresAt),
        };
        if (refused is null)
        {
            scope.Audit(caller, row.ChangeAction, row.AuditName, "ok");
        }

        return refused;
    }

    private VaultError? ChangeItem(LifetimeRow row, DateTimeOffset? expiresAt)
    {
        var opened = VaultAccess.OpenItem(
            scope,
            standing,
            row.ItemId!.Value,
            AccessLevel.Write,
            signsSummary: false
        );
        if (opened.Error is { } refused)
        {
            return refused;
        }

        var (item, commands) = (opened.Value.Item, scope.Commands<VaultItemCommands>());
        if (row.Kind == LifetimeKind.Field)
        {
            commands.SetFieldExpiry(row.Id, expiresAt);
        }
        else
        {
            item.ExpiresAt = expiresAt;
            commands.SetExpiry(item);
        }

        item.UpdatedAt = scope.Now;
        commands.Update(item, scope.CommitSequence);
        return null;
    }

    private VaultError? ChangeSecret(LifetimeRow row, DateTimeOffset? expiresAt)
    {
        var commands = scope.Commands<SecretCommands>();
        var secret =
            row.Kind == LifetimeKind.EnvironmentSecret
                ? commands.FindByKey(row.Object.Id, scope.Commands<RecentVersions>())
            : SecretId.TryParseWorkflow(row.Object.Id, out var id)
                ? commands.FindById(SecretStore.Workflows, id)
            : null;
        if (secret is null || secret.IsDeleted)
        {
            return AccessErrors.NotFound;
        }

        secret.ExpiresAt = expiresAt;
        SecretHistory.Append(scope, keys, caller, secret, SecretChange.Updated);
        return null;
    }

    private VaultError? ChangeKey(LifetimeRow row, DateTimeOffset? expiresAt)
    {
        var commands = scope.Commands<KeyExpiryCommands>();
        switch (row.Kind)
        {
            case LifetimeKind.ApiKey:
                commands.SetApiKey(row.Id, expiresAt);
                break;
            case LifetimeKind.UserKey or LifetimeKind.AgentKey:
                commands.SetRegisteredKey(row.Id, expiresAt);
                break;
            default:
                commands.SetIssuer(row.Id, expiresAt, scope.Now);
                break;
        }

        return null;
    }
}

/// <summary>Writes the expiries of keys, of which no other statement says anything but what ends them.</summary>
internal sealed class KeyExpiryCommands : ICommandSet<KeyExpiryCommands>
{
    private readonly PreparedCommand _apiKey;
    private readonly PreparedCommand _registeredKey;
    private readonly PreparedCommand _issuer;

    private KeyExpiryCommands(DbConnection connection)
    {
        const string ending =
            "expires_at = $2, is_ending = ($2 IS NOT NULL AND $2 < coalesce(expires_at, $2 + 1))";
        _apiKey = new(connection, $"UPDATE api_key SET {ending} WHERE id = $1");
        _registeredKey = new(connection, $"UPDATE registered_key SET {ending} WHERE id = $1");
        // As every change of an issuer: what was mapped by its state before is mapped anew.
        _issuer = new(
            connection,
            "UPDATE trusted_issuer SET expires_at = $2, updated_at = $3, revision = revision + 1 WHERE id = $1"
        );
    }

    public static KeyExpiryCommands Create(DbConnection connection) => new(connection);

    public void SetApiKey(long id, DateTimeOffset? expiresAt) => _apiKey.ExecuteOne(id, expiresAt);

    public void SetRegisteredKey(long id, DateTimeOffset? expiresAt) =>
        _registeredKey.ExecuteOne(id, expiresAt);

    public void SetIssuer(long id, DateTimeOffset? expiresAt, DateTimeOffset now) =>
        _issuer.ExecuteOne(id, expiresAt, now);
}
