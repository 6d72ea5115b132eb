namespace VaultPortal.Bench.Scenarios;

/// <summary>
/// Goes round objects in one shuffled order: insertion order would flatter (WRITE-PATH point 7), and a new order each round
/// could bring two writes of one object under way at once.
/// </summary>
internal sealed class Shuffled<T>
{
    private readonly T[] _objects;
    private int _next;

    public Shuffled(IEnumerable<T> objects)
    {
        _objects = [.. objects];
        new Random(1).Shuffle(_objects);
    }

    public T Next() => _objects[_next++ % _objects.Length];
}
