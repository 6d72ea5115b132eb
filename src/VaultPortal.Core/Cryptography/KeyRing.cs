namespace VaultPortal.Core.Cryptography;

/// <summary>
/// The unwrapped data keys of this process: the current one seals, every one opens what it sealed (format: <see cref="Sealer"/>).
/// Safe for concurrent use; disposing zeroes the keys.
/// </summary>
public sealed class KeyRing : IDisposable
{
    private readonly Lock gate = new();

    // Replaced as a whole, so that readers take no lock. There are few: a new one after 2³¹ seals or on rotation.
    private volatile SealingKey[] keys = [];
    private volatile SealingKey? current;
    private volatile bool disposed;

    /// <summary>The id of the key that seals.</summary>
    /// <exception cref="InvalidOperationException">No key was added as the current one.</exception>
    public string CurrentId => Current.Id;

    private SealingKey Current
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return current
                ?? throw new InvalidOperationException("The key ring has no current key.");
        }
    }

    /// <summary>Adds a key, or makes one that is there the current one. Adding the same key twice changes nothing else.</summary>
    /// <param name="dataKeyId">1 to 255 visible ASCII characters; stands in everything that the key seals.</param>
    /// <param name="key">32 bytes; copied.</param>
    /// <param name="current">Whether this key seals from now on.</param>
    /// <param name="sealCount">How often the key has sealed already, in earlier processes.</param>
    /// <exception cref="ArgumentException">The id is malformed or names another key, or the key has another length.</exception>
    public void Add(string dataKeyId, ReadOnlySpan<byte> key, bool current, long sealCount = 0)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var known = Find(dataKeyId);
            if (known is null)
            {
                known = new SealingKey(dataKeyId, key, sealCount);
                keys = [.. keys, known];
            }
            else if (!known.Is(key))
            {
                throw new ArgumentException("Another key has this id.", nameof(dataKeyId));
            }

            if (current)
            {
                this.current = known;
            }
        }
    }

    /// <summary>Seals under the current key and a new random nonce.</summary>
    /// <param name="plaintext">The value.</param>
    /// <param name="additionalData">What the value belongs to (table, row, column, version); must be the same to open it.</param>
    /// <exception cref="SealException">The current key has sealed 2³¹ times.</exception>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> additionalData) =>
        Sealer.Seal(Current, plaintext, additionalData);

    /// <summary>Opens what any key of the ring has sealed; the caller zeroes the plaintext.</summary>
    /// <exception cref="SealException">It is malformed, altered, moved to other additional data, or of an unknown key.</exception>
    public byte[] Open(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> additionalData)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!Sealer.TryReadHeader(ciphertext, out var header))
        {
            throw new SealException("What was sealed is not in a known format.");
        }

        foreach (var key in keys)
        {
            if (header.SequenceEqual(key.Header))
            {
                return Sealer.Open(key, ciphertext, additionalData);
            }
        }

        throw new SealException("What was sealed is of a key that is not in the ring.");
    }

    /// <summary>How often a key has sealed: what <see cref="Add"/> was told and what this process did since.</summary>
    /// <exception cref="ArgumentException">No such key.</exception>
    public long SealCount(string dataKeyId) =>
        Find(dataKeyId)?.Seals
        ?? throw new ArgumentException("No key has this id.", nameof(dataKeyId));

    /// <summary>Zeroes and forgets the keys.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            current = null;
            foreach (var key in keys)
            {
                key.Dispose();
            }

            keys = [];
        }
    }

    private SealingKey? Find(string id) => Array.Find(keys, key => key.Id == id);
}
