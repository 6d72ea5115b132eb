using VaultPortal.Core.Access;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>A caller of the access matrix: what acts, what its key may, and what it holds on the object.</summary>
/// <param name="Account">Who answers for it: itself, or the owner of the agent.</param>
public sealed record Who(string Name, Party Party, Party Account, Grant Grant)
{
    public Permissions Permissions { get; init; } = PermissionSets.Machine;

    /// <summary>READ on everything by role (machine.md section 9).</summary>
    public bool IsAuditor { get; init; }

    /// <summary>Whether an active key of its own is registered.</summary>
    public bool HasKeyPair { get; init; } = true;

    public override string ToString() => $"{Name} with {Grant}";
}

/// <summary>What a request of the matrix is about.</summary>
public enum Target
{
    /// <summary>What the caller's grant is on, or what is the caller's own.</summary>
    Granted,

    /// <summary>Somebody else's, without a grant.</summary>
    Foreign,

    /// <summary>Ids that nothing has.</summary>
    Absent,

    /// <summary>As granted, but the item is archived.</summary>
    ArchivedItem,

    /// <summary>As granted, but the vault is archived.</summary>
    ArchivedVault,
}

/// <summary>What machine.md section 9 (with 1, 2 and 6) says to whom: the one rule that the matrix is compared with.</summary>
public static class Rules
{
    private enum Level
    {
        None,
        Read,
        Write,
        Admin,
    }

    /// <returns>The status, and the code of a refusal.</returns>
    public static (int Status, string? Code) Answer(Operation call, Who who, Target target)
    {
        // The key's permission comes before everything that is about objects.
        if ((who.Permissions & call.Permission) != call.Permission)
        {
            return (403, "forbidden");
        }

        return OfKeys(call, who, target)
            ?? OfObject(call, who, target)
            ?? OfSigner(call, who)
            ?? (call.Success, null);
    }

    /// <summary>Calls about the owner's own things, and the agents' own call.</summary>
    private static (int, string?)? OfKeys(Operation call, Who who, Target target) =>
        call.Needs switch
        {
            Needs.Own when who.Party.IsAgent => (403, "forbidden"),
            Needs.Own when target is Target.Foreign or Target.Absent && call.Path.Contains('{') => (
                404,
                call.NotFound
            ),
            Needs.AgentKey when !who.Party.IsAgent => (403, "forbidden"),
            _ => null,
        };

    private static (int, string?)? OfObject(Operation call, Who who, Target target)
    {
        if (call.Needs is Needs.Nothing or Needs.Own or Needs.AgentKey)
        {
            return null;
        }

        var (onVault, onItem) = Levels(who, target);
        var (isThere, isEnough) = call.Needs switch
        {
            Needs.VaultRead => (onVault > 0 || onItem > 0, onVault >= Level.Read),
            Needs.WholeVaultRead => (onVault > 0, true),
            Needs.VaultWrite => (onVault > 0 || onItem > 0, onVault >= Level.Write),
            Needs.VaultAdmin => (onVault > 0 || onItem > 0, onVault >= Level.Admin),
            Needs.VaultOrAnyItem => (onVault > 0 || onItem > 0, true),
            Needs.AnyItemWrite => (onVault > 0 || onItem > 0, onItem >= Level.Write),
            Needs.ItemRead => (onItem > 0, true),
            Needs.ItemWrite => (onItem > 0, onItem >= Level.Write),
            Needs.ItemWriteAndVaultRead => (onItem > 0, onItem >= Level.Write && onVault > 0),
            _ => (onItem > 0, onItem >= Level.Admin),
        };
        // What is archived is there for nobody, but for whoever may bring it back.
        var mayRestore = call.Restores && isEnough;
        var isGone = target switch
        {
            Target.Absent => true,
            Target.ArchivedVault => !(mayRestore && call.Needs == Needs.VaultAdmin),
            Target.ArchivedItem => !mayRestore,
            _ => false,
        };
        // Whoever sees the vault, but not all of it, misses only what he asked for in it.
        return call.Needs == Needs.WholeVaultRead && !isThere && !isGone && onItem > 0
                ? (404, "not_found")
            : !isThere || isGone ? (404, call.NotFound)
            : isEnough ? null
            : (403, "forbidden");
    }

    private static (int, string?)? OfSigner(Operation call, Who who) =>
        call.Signs != Signs.Nothing
        && (!who.HasKeyPair || (who.Party.IsAgent && call.Signs == Signs.User))
            ? (403, "checkpoint_signer_required")
            : null;

    /// <summary>
    /// What docs/decisions/0037 leaves to be settled: section 9 lets WRITE on an item upload an attachment, the product wants it on the
    /// vault; and of an archived item whoever has WRITE on it alone is told 403 where a summary is to be signed.
    /// </summary>
    public static bool IsUnsettled(Operation call, Who who, Target target) =>
        who.Grant is Grant.ItemWrite or Grant.ItemAdmin
        && (
            call.Needs == Needs.AnyItemWrite
            || (
                call.Needs == Needs.ItemWriteAndVaultRead
                && target is (Target.ArchivedItem or Target.ArchivedVault)
            )
        );

    /// <summary>What there is to ask a call about.</summary>
    public static IEnumerable<Target> TargetsOf(Operation call)
    {
        yield return call switch
        {
            { Restores: true, Needs: Needs.VaultAdmin } => Target.ArchivedVault,
            { Restores: true } => Target.ArchivedItem,
            _ => Target.Granted,
        };
        if (!call.Path.Contains('{'))
        {
            yield break;
        }

        yield return Target.Foreign;
        yield return Target.Absent;
        if (call.Needs != Needs.Own && (!call.Restores || call.Needs != Needs.VaultAdmin))
        {
            yield return Target.ArchivedVault;
        }

        // Only what is about the stage's item does not find an archived one.
        if (!call.Restores && (call.Path.Contains("{item}") || call.Path.Contains("{field}")))
        {
            yield return Target.ArchivedItem;
        }
    }

    /// <summary>The level on the vault, and the higher of that and the item's.</summary>
    private static (Level OnVault, Level OnItem) Levels(Who who, Target target)
    {
        var grant = target == Target.Foreign ? Grant.None : who.Grant;
        var level = grant == Grant.None ? Level.None : (Level)(((int)grant - 1) % 3 + 1);
        var byRole = who.IsAuditor ? Level.Read : Level.None;
        var onVault = grant <= Grant.VaultAdmin && level > byRole ? level : byRole;
        return (onVault, level > onVault ? level : onVault);
    }
}
