using System.Security.Cryptography;

namespace VaultPortal.Cryptography;

/// <summary>A named AES-256 key and its ciphers. Safe for concurrent use: the platform's AesGcm is not, so each use borrows one.</summary>
internal sealed class SealingKey : IDisposable
{
    /// <summary>
    /// Seals per key. Random nonces of 96 bits collide with probability 2⁻³² after 2³² uses (NIST SP 800-38D, section 8.3);
    /// half of that leaves room.
    /// </summary>
    public const long MaxSeals = 1L << 31;

    private const int KeyLength = 32;

    private readonly byte[] key = GC.AllocateArray<byte>(KeyLength, pinned: true);
    private readonly Lock gate = new();
    private readonly Pool<AesGcm> ciphers;
    private bool disposed;
    private long counted;
    private long left;
    private int lowSaid;

    /// <param name="id">Its id.</param>
    /// <param name="key">32 bytes; copied.</param>
    /// <param name="counted">How many seals are counted for the key already, by whichever process.</param>
    public SealingKey(string id, ReadOnlySpan<byte> key, long counted = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfNegative(counted);
        Header = Sealer.MakeHeader(id);
        Id = id;
        key.CopyTo(this.key);
        this.counted = counted;
        ciphers = new Pool<AesGcm>(Create);
    }

    public string Id { get; }

    /// <summary>What begins everything sealed under this key: format, length of the id, id.</summary>
    public byte[] Header { get; }

    /// <summary>How often the key has sealed: what is counted, without what of it this process has not used yet.</summary>
    public long Seals => Interlocked.Read(ref counted) - Left;

    /// <summary>How many seals of this process are counted ahead; below 0 when it went beyond them.</summary>
    public long Left => Interlocked.Read(ref left);

    /// <summary>Takes note of seals that were counted ahead for this process.</summary>
    /// <param name="seals">How many.</param>
    /// <param name="total">The count of all processes with them.</param>
    public void Reserved(long seals, long total)
    {
        Interlocked.Exchange(ref counted, total);
        Interlocked.Add(ref left, seals);
        Interlocked.Exchange(ref lowSaid, 0);
    }

    /// <summary>Gives back what was counted ahead and not used: to be taken off the count.</summary>
    public long GiveBack()
    {
        var unused = Math.Max(0, Interlocked.Exchange(ref left, 0));
        Interlocked.Add(ref counted, -unused);
        return unused;
    }

    public bool Is(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(key, other);

    /// <summary>Counts one seal; true, once, when few of those that are counted ahead are left.</summary>
    /// <exception cref="SealException">The key has sealed as often as it may.</exception>
    public bool CountSeal(long low)
    {
        var remaining = Interlocked.Decrement(ref left);
        if (Interlocked.Read(ref counted) - remaining > MaxSeals)
        {
            Interlocked.Increment(ref left);
            throw new SealException("The key has sealed as often as it may; rotate the data keys.");
        }

        return remaining < low && Interlocked.Exchange(ref lowSaid, 1) == 0;
    }

    public AesGcm Rent() => ciphers.Rent();

    public void Return(AesGcm cipher) => ciphers.Return(cipher);

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            CryptographicOperations.ZeroMemory(key);
        }

        ciphers.Dispose();
    }

    private AesGcm Create()
    {
        // Without the lock a cipher could be made of a key that is being zeroed.
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return new AesGcm(key, Sealer.TagLength);
        }
    }
}
