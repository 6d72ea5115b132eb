using System.Security.Cryptography;

namespace VaultPortal.Core.Cryptography;

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
    private long seals;

    public SealingKey(string id, ReadOnlySpan<byte> key, long seals = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfNegative(seals);
        Header = Sealer.MakeHeader(id);
        Id = id;
        key.CopyTo(this.key);
        this.seals = seals;
        ciphers = new Pool<AesGcm>(Create);
    }

    public string Id { get; }

    /// <summary>What begins everything sealed under this key: format, length of the id, id.</summary>
    public byte[] Header { get; }

    public long Seals => Interlocked.Read(ref seals);

    public bool Is(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(key, other);

    public void CountSeal()
    {
        if (Interlocked.Increment(ref seals) > MaxSeals)
        {
            Interlocked.Decrement(ref seals);
            throw new SealException("The key has sealed as often as it may; rotate the data keys.");
        }
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
