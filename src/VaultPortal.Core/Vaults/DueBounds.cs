using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Vaults;

/// <summary>Up to which expiry an item is due now, as the policies have it, for the counts of the list of vaults.</summary>
internal static class DueBounds
{
    /// <summary>
    /// One moment where it is the same for all items; else a JSON array of <c>[vault row, classification, item type, microseconds]</c>,
    /// in which the row 0 stands for every vault that has none of its own for that classification and type.
    /// </summary>
    public static object Of(PolicySet policies, DateTimeOffset now)
    {
        var bounds = new List<long[]>();
        var general = new Dictionary<(long, long), long>();
        foreach (
            var vault in policies.Policies.Select(policy => policy.VaultId).Prepend(0).Distinct()
        )
        {
            foreach (
                var classification in Enum.GetValues<DataClassification>()
                    .Prepend<DataClassification>(0)
            )
            {
                foreach (var type in Enum.GetValues<ItemType>())
                {
                    var rule = policies.RuleFor(
                        new LifetimeTraits(
                            LifetimeKind.VaultItem,
                            vault,
                            (int)type,
                            Classification: (int)classification
                        )
                    );
                    var place = ((long)classification, (long)type);
                    var until = UtcTime.ToMicroseconds(now + (rule.Notice ?? TimeSpan.Zero));
                    if (vault == 0 ? general.TryAdd(place, until) : general[place] != until)
                    {
                        bounds.Add([vault, place.Item1, place.Item2, until]);
                    }
                }
            }
        }

        return bounds.TrueForAll(bound => bound[3] == bounds[0][3])
            ? bounds[0][3]
            : JsonSerializer.Serialize(bounds);
    }
}
