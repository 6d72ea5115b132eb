namespace VaultPortal.Cryptography;

/// <summary>
/// Lends out objects that are costly to make and not safe for concurrent use (the platform's AesGcm, RSA and ECDsa), one to a
/// caller at a time. Keeps at most as many as there are processors.
/// </summary>
internal sealed class Pool<T>(Func<T> create) : IDisposable
    where T : class, IDisposable
{
    private readonly T?[] idle = new T?[Environment.ProcessorCount];
    private volatile bool disposed;

    public T Rent()
    {
        foreach (ref var slot in idle.AsSpan())
        {
            if (slot is not null && Interlocked.Exchange(ref slot, null) is { } item)
            {
                return item;
            }
        }

        return create();
    }

    public void Return(T item)
    {
        foreach (ref var slot in idle.AsSpan())
        {
            if (slot is null && Interlocked.CompareExchange(ref slot, item, null) is null)
            {
                if (disposed)
                {
                    Empty();
                }

                return;
            }
        }

        item.Dispose();
    }

    public void Dispose()
    {
        disposed = true;
        Empty();
    }

    private void Empty()
    {
        foreach (ref var slot in idle.AsSpan())
        {
            Interlocked.Exchange(ref slot, null)?.Dispose();
        }
    }
}
