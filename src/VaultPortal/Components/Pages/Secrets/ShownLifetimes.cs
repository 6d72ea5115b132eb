using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Components.Pages.Secrets;

/// <summary>Where the secrets of a list's page stand in their lifetimes. Their values are asked for their age only where a policy rotates.</summary>
internal sealed class ShownLifetimes(ObjectLifetimes lifetimes, LifetimeKind kind)
{
    private ExpiryRule _rule = ExpiryRule.BuiltIn;
    private Dictionary<string, DateTimeOffset?> _rotations = [];

    public Lifetime Of(string id, DateTimeOffset? expiresAt) =>
        _rule.LifetimeOf(expiresAt, valueAt: null) with
        {
            RotateAt = _rotations.GetValueOrDefault(id),
        };

    /// <summary>Learns of a page that is to be shown; the refusal, if any.</summary>
    public async Task<VaultError?> LearnAsync(
        Caller caller,
        ExpiryRule rule,
        IEnumerable<string> ids,
        CancellationToken stop
    )
    {
        var rotations = new Dictionary<string, DateTimeOffset?>();
        if (rule.RotateEvery is not null)
        {
            LifetimeRef[] shown = [.. ids.Select(id => new LifetimeRef(kind, id))];
            var found = await lifetimes.FindAsync(caller, shown, stop);
            if (!found.Succeeded)
            {
                return found.Error;
            }

            rotations = found.Value.ToDictionary(
                each => each.Entry.Object.Id,
                each => each.Entry.Lifetime.RotateAt
            );
        }

        (_rule, _rotations) = (rule, rotations);
        return null;
    }
}
