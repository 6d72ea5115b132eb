using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Secrets;

/// <summary>The one way out for the secrets of the workflow vault (workflows.md): to callers with keys or tokens, audited for each.</summary>
internal sealed class WorkflowResolver(Gate gate, KeyRing keys, SecretUses uses, TimeProvider time)
{
    /// <summary>Most ids and names of one call.</summary>
    public const int Most = 100;

    private const string Use = "workflow_secret.use";

    public static string Target(SecretId id) => $"workflow_secret:{id.ToWorkflow()}";

    public async Task<Result<WorkflowResolution>> ResolveAsync(
        Caller caller,
        WorkflowResolve wanted,
        CancellationToken cancellation
    )
    {
        var taken = await gate.ReleaseAsync(
            caller,
            new AuditedCall(
                "workflow_secret.resolve",
                "workflow_secrets",
                Permissions.WorkflowsUse
            ),
            (scope, standing) => Take(scope, standing, caller, wanted),
            cancellation
        );
        return taken.Error is { } refused ? refused : Open(taken.Value);
    }

    private static Result<Taken> Take(
        WriteScope scope,
        Standing standing,
        Caller caller,
        WorkflowResolve wanted
    )
    {
        if (standing.Kind is not (CallerKind.Machine or CallerKind.Token or CallerKind.Issued))
        {
            return SecretErrors.OnlyForWorkflows;
        }

        if (wanted.Ids.Count + wanted.Names.Count > Most)
        {
            return VaultError.Invalid("", $"At most {Most} ids and names can be resolved at once.");
        }

        var taken = new Taken();
        foreach (var id in wanted.Ids.Distinct(StringComparer.Ordinal))
        {
            var item = SecretId.TryParseWorkflow(id, out var parsed)
                ? scope.Commands<SecretCommands>().FindById(SecretStore.Workflows, parsed)
                : null;
            TakeOne(scope, caller, taken, item, code => new UnresolvedItem(id, null, code));
        }

        foreach (var name in wanted.Names.Distinct(StringComparer.Ordinal))
        {
            TakeNamed(scope, caller, taken, name);
        }

        return taken;
    }

    private static void TakeNamed(WriteScope scope, Caller caller, Taken taken, string name)
    {
        if (SecretRules.ProblemOfName(name) is not null)
        {
            taken.Errors.Add(new UnresolvedItem(null, name, "not_found"));
            return;
        }

        var commands = scope.Commands<WorkflowCommands>();
        var usable = commands.Usable(name, scope.Now);
        if (usable.Count == 1)
        {
            TakeOne(scope, caller, taken, usable[0], code => new UnresolvedItem(null, name, code));
            return;
        }

        var exists = usable.Count > 1 || commands.NameExists(name);
        var code =
            !exists ? "not_found"
            : SecretRules.HasGeneratedKey(name) ? "not_resolvable"
            : usable.Count > 1 ? "ambiguous_name"
            : "expired";
        taken.Errors.Add(new UnresolvedItem(null, name, code));
    }

    private static void TakeOne(
        WriteScope scope,
        Caller caller,
        Taken taken,
        SecretRow? item,
        Func<string, UnresolvedItem> error
    )
    {
        if (item is null || item.IsDeleted)
        {
            taken.Errors.Add(error("not_found"));
            return;
        }

        if (taken.Items.Exists(t => t.Of.Id == item.Id))
        {
            return;
        }

        var code =
            item.Kind == SecretKind.GeneratedKey ? "not_resolvable"
            // Whatever a policy says: an expired item can no longer be used.
            : item.IsExpired(scope.Now) ? "expired"
            : null;
        scope.Audit(caller, Use, Target(item.PublicId), code ?? "ok");
        if (code is not null)
        {
            taken.Errors.Add(error(code));
            return;
        }

        taken.Items.Add(scope.Commands<SecretCommands>().ValueOf(item, item.ValueId));
    }

    private WorkflowResolution Open(Taken taken)
    {
        var now = time.GetUtcNow();
        var items = new List<ResolvedItem>(taken.Items.Count);
        try
        {
            foreach (var value in taken.Items)
            {
                var item = value.Of;
                items.Add(
                    new ResolvedItem(item.PublicId, item.Name, value.Open(keys), item.ExpiresAt)
                );
                uses.Note(item.Id, now);
            }
        }
        catch
        {
            items.ForEach(item => item.Dispose());
            throw;
        }

        return new WorkflowResolution(items, taken.Errors);
    }

    private sealed class Taken
    {
        public List<SealedValue> Items { get; } = [];

        public List<UnresolvedItem> Errors { get; } = [];
    }
}
