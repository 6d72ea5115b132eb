using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>An object with its lifetime and what decides about it.</summary>
public sealed record ObjectLifetime(ExpiryEntry Entry, ExpiryRule Rule);

/// <summary>Where objects stand in their lifetimes, for their own pages: the same states as everywhere, whether they expire or not.</summary>
public sealed class ObjectLifetimes(Gate gate, TimeProvider time)
{
    /// <summary>Most objects that are asked for at once: an item with all its fields.</summary>
    public const int Most = 500;

    /// <summary>
    /// Those of the objects that the caller sees, in no order. What cannot expire any more (deleted, revoked, rotated, disabled) is left out.
    /// </summary>
    public Task<Result<IReadOnlyList<ObjectLifetime>>> FindAsync(
        Caller caller,
        IReadOnlyList<LifetimeRef> objects,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync<IReadOnlyList<ObjectLifetime>>(
            caller,
            new AuditedCall("lifetime.read", "lifetimes", Permissions.MonitoringRead),
            (scope, standing) =>
                objects.Count > Most
                    ? VaultError.Invalid("/objects", $"At most {Most} objects are asked for.")
                    : Find(scope, standing, objects),
            cancellation
        );

    private ObjectLifetime[] Find(
        ReadScope scope,
        Standing standing,
        IReadOnlyList<LifetimeRef> objects
    )
    {
        var now = time.GetUtcNow();
        var access = scope.Commands<AccessCommands>();
        var policies = scope.Commands<PolicyCommands>().All();
        var list = new ExpiryList(scope, LifetimeSight.Of(standing), now);
        return
        [
            .. new ExpiryDecisions(
                scope.Commands<LifetimeCommands>(),
                access,
                policies,
                standing,
                now
            )
                .Seen(objects)
                .Values.Select(row => new ObjectLifetime(
                    list.Entry(row, ExpiryDecisions.MayChange(access, standing, row)),
                    list.RuleFor(row.Traits)
                )),
        ];
    }
}
