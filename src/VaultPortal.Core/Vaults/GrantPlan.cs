using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>What a complete replacement of the grants on a vault or an item comes to: read and decided first, then written.</summary>
internal sealed class GrantPlan
{
    private readonly SharedAsset _asset;
    private readonly List<GrantRow> _before;
    private readonly List<(PrincipalRef Principal, WantedGrant Wanted, bool Active)> _after;

    private GrantPlan(
        SharedAsset asset,
        List<GrantRow> before,
        List<(PrincipalRef, WantedGrant, bool)> after
    ) => (_asset, _before, _after) = (asset, before, after);

    /// <summary>
    /// Whether somebody is left who can sign the next permission checkpoint. Agents cannot, and neither can a user whose account is
    /// disabled.
    /// </summary>
    public bool KeepsAnAdmin =>
        _after.Any(g =>
            g is { Active: true, Wanted: { Kind: PrincipalKind.User, Level: AccessLevel.Admin } }
        );

    /// <summary>Finds who is meant. Whoever cannot call gets no new grant; one that stands may be left to him.</summary>
    public static Result<GrantPlan> Make(
        WriteScope scope,
        SharedAsset asset,
        IReadOnlyList<WantedGrant> wanted
    )
    {
        var grants = scope.Commands<GrantCommands>();
        var before = grants.Of(asset.Kind, asset.Id);
        var holders = before.Select(g => g.Principal).ToHashSet();
        var seen = new HashSet<PrincipalRef>();
        var after = new List<(PrincipalRef, WantedGrant, bool)>(wanted.Count);
        for (var i = 0; i < wanted.Count; i++)
        {
            var at = JsonPointer.Root.Member("permissions").Element(i).Member("principalId");
            if (
                grants.FindPrincipal(wanted[i].Kind, wanted[i].Id) is not { } found
                || !(found.Active || holders.Contains(found.Principal))
            )
            {
                return VaultError.Invalid(
                    at.ToString(),
                    "There is no active user or agent with this id."
                );
            }

            if (!seen.Add(found.Principal))
            {
                return VaultError.Invalid(at.ToString(), "This principal stands here twice.");
            }

            after.Add((found.Principal, wanted[i], found.Active));
        }

        return new GrantPlan(asset, before, after);
    }

    /// <summary>The permission checkpoint that the state stands for after this; its version is that of the newest one.</summary>
    public PermissionContent Content(AccessCommands access) =>
        new(
            _asset.Kind,
            _asset.PublicId,
            _asset.PermissionVersion,
            [
                .. _after.Select(g => new PermissionEntry(
                    g.Wanted.Kind,
                    g.Wanted.Id,
                    g.Wanted.Level,
                    access.ActiveFingerprints(g.Principal)
                )),
            ]
        );

    /// <summary>Writes what changes, each with an entry of its own in the audit. The vault's row is left to the caller.</summary>
    public void Write(WriteScope scope, Caller caller)
    {
        var grants = scope.Commands<GrantCommands>();
        var levels = _before.ToDictionary(g => g.Principal, g => g.View.Level);
        foreach (var (principal, wanted, _) in _after)
        {
            if (levels.Remove(principal, out var level) && level == wanted.Level)
            {
                continue;
            }

            grants.Put(
                _asset.Kind,
                _asset.Id,
                principal,
                wanted.Level,
                scope.Now,
                scope.CommitSequence
            );
            Audit(scope, caller, "grant.set", wanted.Kind, wanted.Id, wanted.Level);
        }

        foreach (var gone in _before.Where(g => levels.ContainsKey(g.Principal)))
        {
            grants.End(_asset.Kind, _asset.Id, gone.Principal, scope.CommitSequence);
            Departure.Decide(scope, _asset.Vault, gone.Principal);
            Audit(scope, caller, "grant.end", gone.View.Kind, gone.View.Id, gone.View.Level);
        }
    }

    private void Audit(
        WriteScope scope,
        Caller caller,
        string action,
        PrincipalKind kind,
        PublicId id,
        AccessLevel level
    )
    {
        var asset = _asset.Kind == GrantedAsset.Vault ? "vault" : "vault_item";
        var principal = kind == PrincipalKind.User ? "user" : "agent";
        scope.Audit(
            caller,
            action,
            $"{asset}:{_asset.PublicId} {principal}:{id} {level.ToString().ToUpperInvariant()}",
            "ok"
        );
    }
}
