using VaultPortal.Core.Common;

namespace VaultPortal.Core.Checkpoints;

/// <summary>The contract's set semantics: order is free, an element that stands twice is a mismatch.</summary>
internal static class SetComparison
{
    /// <summary>The first received element that is not in the state as it is there, or the set itself when one is missing.</summary>
    public static JsonPointer? Difference<T>(
        IReadOnlyList<T> received,
        IReadOnlyList<T> state,
        Func<T, PublicId> idOf,
        Func<T, T, JsonPointer, JsonPointer?> difference,
        JsonPointer at
    )
    {
        // Mostly the order is that of the state: as far as it is, nothing has to be looked up.
        var inOrder = 0;
        var shorter = Math.Min(received.Count, state.Count);
        for (; inOrder < shorter && idOf(received[inOrder]) == idOf(state[inOrder]); inOrder++)
        {
            if (difference(received[inOrder], state[inOrder], at.Element(inOrder)) is { } path)
            {
                return path;
            }
        }

        var left = new Dictionary<PublicId, T>(state.Count - inOrder);
        foreach (var element in state.Skip(inOrder))
        {
            left.Add(idOf(element), element);
        }

        for (var i = inOrder; i < received.Count; i++)
        {
            var here = at.Element(i);
            if (!left.Remove(idOf(received[i]), out var expected))
            {
                return here;
            }

            if (difference(received[i], expected, here) is { } path)
            {
                return path;
            }
        }

        return left.Count == 0 ? null : at;
    }

    public static bool Same<T>(IReadOnlyList<T> received, IReadOnlyList<T> state)
        where T : IEquatable<T>
    {
        if (received.Count != state.Count)
        {
            return false;
        }

        if (received.Count <= 1)
        {
            return received.Count == 0 || received[0].Equals(state[0]);
        }

        var left = new HashSet<T>(state);
        return received.All(left.Remove);
    }
}
