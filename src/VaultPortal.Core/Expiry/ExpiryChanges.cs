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
/// Changes the expiries of objects in the queue, each as its own concern does: whoever may change an object there may change its expiry
/// here, and a policy's longest lifetime holds for all of them.
/// </summary>
internal sealed class ExpiryChanges(
    WriteScope scope,
    Standing standing,
    Caller caller,
    KeyRing keys
)
{
    private readonly PolicySet _policies = scope.Commands<PolicyCommands>().All();

    /// <summary>What the change does to each object, in their order; done only where it is to be.</summary>
    public ExpiryChangeLine[] Lines(LifetimeRef[] objects, BulkExpiryChange change, bool apply)
    {
        var found = scope.Commands<LifetimeCommands>().Find(objects);
        return Array.ConvertAll(
            objects,
            named => Line(named, found.GetValueOrDefault(named), change, apply)
        );
    }

    private ExpiryChangeLine Line(
        LifetimeRef named,
        LifetimeRow? found,
        BulkExpiryChange change,
        bool apply
    )
    {
        if (found is null || !Sees(found))
        {
            return new(named, null, null, null, AccessErrors.NotFound);
        }

        var before = found.ExpiresAt;
        var opened = Open(found);
        if (opened.Error is { } refused)
        {
            return new(named, found.Title, before, before, refused);
        }

        var after = After(before, change, scope.Now);
        var problem =
            after > scope.Now + DurationText.Longest
                ? $"An expiry lies at most {DurationText.Write(DurationText.Longest)} away."
                : _policies.RuleFor(found.Traits).ProblemOf(after, scope.Now);
        if (problem is not null)
        {
            var path = change.Action == ExpiryAction.Set ? "/expiresAt" : "";
            return new(named, found.Title, before, before, VaultError.Invalid(path, problem));
        }

        if (apply && after != before)
        {
            opened.Value(after);
            scope.Audit(caller, found.ChangeAction, found.AuditName, "ok");
        }

        return new(named, found.Title, before, after, null);
    }

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

    /// <summary>Ids do not leak: what somebody does not see is not there.</summary>
    private bool Sees(LifetimeRow row)
    {
        var sight = LifetimeSight.Of(standing);
        return row.Kind switch
        {
            LifetimeKind.VaultItem or LifetimeKind.Field => sight.Vaults
                && (
                    sight.AllVaults
                    || Authorization.LevelOnItem(
                        scope.Commands<AccessCommands>(),
                        standing,
                        row.Traits.VaultId,
                        row.ItemRow
                    )
                        is not null
                ),
            LifetimeKind.EnvironmentSecret => sight.Environment,
            LifetimeKind.WorkflowSecret => sight.Workflows,
            LifetimeKind.ApiKey => Reaches(sight.ApiKeys, row),
            LifetimeKind.UserKey => Reaches(sight.UserKeys, row),
            LifetimeKind.AgentKey => Reaches(sight.AgentKeys, row),
            _ => sight.Issuers,
        };
    }

    private bool Reaches(KeyReach reach, LifetimeRow row) =>
        reach == KeyReach.All || (reach == KeyReach.Own && row.AccountId == standing.OwnerId);

    /// <summary>Decides about the object; what it answers makes the change and names it for the audit.</summary>
    private Result<Action<DateTimeOffset?>> Open(LifetimeRow row) =>
        row.Kind switch
        {
            LifetimeKind.VaultItem or LifetimeKind.Field => OpenItem(row),
            LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret => OpenSecret(row),
            _ => OpenKey(row),
        };

    private Result<Action<DateTimeOffset?>> OpenItem(LifetimeRow row)
    {
        if (!standing.Permissions.HasFlag(Permissions.VaultWrite))
        {
            return AccessErrors.Forbidden;
        }

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

        var item = opened.Value.Item;
        return (Action<DateTimeOffset?>)(
            expiresAt =>
            {
                var commands = scope.Commands<VaultItemCommands>();
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
            }
        );
    }

    private Result<Action<DateTimeOffset?>> OpenSecret(LifetimeRow row)
    {
        var isWorkflow = row.Kind == LifetimeKind.WorkflowSecret;
        var needed = isWorkflow ? Permissions.WorkflowsWrite : Permissions.SecretsWrite;
        if (!standing.Permissions.HasFlag(needed))
        {
            return AccessErrors.Forbidden;
        }

        var commands = scope.Commands<SecretCommands>();
        var secret =
            !isWorkflow ? commands.FindByKey(row.Object.Id, scope.Commands<RecentVersions>())
            : SecretId.TryParseWorkflow(row.Object.Id, out var id)
                ? commands.FindById(SecretStore.Workflows, id)
            : null;
        if (secret is null || secret.IsDeleted)
        {
            return AccessErrors.NotFound;
        }

        return (Action<DateTimeOffset?>)(
            expiresAt =>
            {
                secret.ExpiresAt = expiresAt;
                SecretHistory.Append(scope, keys, caller, secret, SecretChange.Updated);
            }
        );
    }

    private Result<Action<DateTimeOffset?>> OpenKey(LifetimeRow row)
    {
        var problem =
            (MayEnd(standing, row) ? null : AccessErrors.Forbidden)
            ?? Authorization.DemandStepUp(standing, scope.Now);
        if (problem is not null)
        {
            return problem;
        }

        return (Action<DateTimeOffset?>)(
            expiresAt =>
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
            }
        );
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

/// <summary>Writes the expiries of keys, of which no other statement says anything but what ends them.</summary>
internal sealed class KeyExpiryCommands : ICommandSet<KeyExpiryCommands>
{
    private readonly PreparedCommand _apiKey;
    private readonly PreparedCommand _registeredKey;
    private readonly PreparedCommand _issuer;

    private KeyExpiryCommands(DbConnection connection)
    {
        _apiKey = new(connection, "UPDATE api_key SET expires_at = $2 WHERE id = $1");
        _registeredKey = new(connection, "UPDATE registered_key SET expires_at = $2 WHERE id = $1");
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
