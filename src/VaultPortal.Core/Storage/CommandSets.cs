using System.Data.Common;

namespace VaultPortal.Core.Storage;

/// <summary>The command sets of one connection, made when first asked for.</summary>
internal sealed class CommandSets(DbConnection connection)
{
    private static int s_types;
    private object?[] _sets = [];

    public T Get<T>()
        where T : class, ICommandSet<T>
    {
        var slot = Slot<T>.Index;
        if (slot < _sets.Length && _sets[slot] is { } set)
        {
            return (T)set;
        }

        if (slot >= _sets.Length)
        {
            Array.Resize(ref _sets, slot + 8);
        }

        var made = T.Create(connection);
        _sets[slot] = made;
        return made;
    }

    /// <summary>What sets keep in memory of the database is no longer what it says.</summary>
    public void DropCaches()
    {
        foreach (var set in _sets)
        {
            (set as ICacheDrop)?.DropAll();
        }
    }

    /// <summary>Numbers the types, so that finding a set is one array access.</summary>
    private static class Slot<T>
    {
        public static readonly int Index = Interlocked.Increment(ref s_types) - 1;
    }
}
