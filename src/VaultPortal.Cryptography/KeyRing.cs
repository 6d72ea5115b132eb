using System.Text;

namespace VaultPortal.Cryptography;

/// <summary>
/// The unwrapped data keys of this process: the current one seals, every one opens what it sealed (format: <see cref="Sealer"/>).
/// Safe for concurrent use; disposing zeroes the keys.
/// </summary>
public sealed class KeyRing : IDisposable
{
    /// <summary>Below so many seals that are counted ahead, <see cref="OnFewLeft"/> is told.</summary>
    public const long FewSeals = 8_192;

    private readonly Lock gate = new();

    // Replaced as a whole, so that readers take no lock. There are few: a new one after 2³¹ seals or on rotation.
    private volatile SealingKey[] keys = [];
    private volatile SealingKey? current;
    private volatile bool disposed;

    /// <summary>The id of the key that seals.</summary>
    /// <exception cref="InvalidOperationException">No key was added as the current one.</exception>
    public string CurrentId => Current.Id;

    /// <summary>Told the id of a key that is not in the ring before something of it is refused: another process may have made it. May wait; must not seal.</summary>
    public Action<string>? OnUnknownKey { get; set; }

    /// <summary>Told the id of a key, once, when few of its seals that are counted ahead are left. Called while sealing: must not wait.</summary>
    public Action<string>? OnFewLeft { get; set; }

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
    /// <param name="sealCount">How many seals are counted for the key already, by whichever process.</param>
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

    /// <summary>From now on this key seals.</summary>
    /// <exception cref="ArgumentException">No such key.</exception>
    public void MakeCurrent(string dataKeyId)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            current = Demand(dataKeyId);
        }
    }

    /// <summary>Seals under the current key and a new random nonce.</summary>
    /// <param name="plaintext">The value.</param>
    /// <param name="additionalData">What the value belongs to (table, row, column, version); must be the same to open it.</param>
    /// <exception cref="SealException">The current key has sealed 2³¹ times.</exception>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> additionalData)
    {
        var key = Current;
        if (key.CountSeal(FewSeals))
        {
            OnFewLeft?.Invoke(key.Id);
        }

        return Sealer.Seal(key, plaintext, additionalData);
    }

    /// <summary>Opens what any key of the ring has sealed; the caller zeroes the plaintext.</summary>
    /// <exception cref="SealException">It is malformed, altered, moved to other additional data, or of an unknown key.</exception>
    public byte[] Open(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> additionalData)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!Sealer.TryReadHeader(ciphertext, out var header))
        {
            throw new SealException("What was sealed is not in a known format.");
        }

        var key = Find(header) ?? LookUp(header);
        return key is null
            ? throw new SealException("What was sealed is of a key that is not in the ring.")
            : Sealer.Open(key, ciphertext, additionalData);
    }

    /// <summary>Whether a key is in the ring.</summary>
    public bool Holds(string dataKeyId) => Find(dataKeyId) is not null;

    /// <summary>How often a key has sealed: what <see cref="Add"/> was told and what this process did since.</summary>
    /// <exception cref="ArgumentException">No such key.</exception>
    public long SealCount(string dataKeyId) => Demand(dataKeyId).Seals;

    /// <summary>How many seals of this process are counted ahead; below 0 when it went beyond them.</summary>
    /// <exception cref="ArgumentException">No such key.</exception>
    public long SealsLeft(string dataKeyId) => Demand(dataKeyId).Left;

    /// <summary>Takes note of seals that were counted ahead for this process.</summary>
    /// <param name="dataKeyId">The key.</param>
    /// <param name="seals">How many.</param>
    /// <param name="total">The count of all processes, with them.</param>
    /// <exception cref="ArgumentException">No such key.</exception>
    public void Reserved(string dataKeyId, long seals, long total) =>
        Demand(dataKeyId).Reserved(seals, total);

    /// <summary>What was counted ahead and is not used, for each key that has any: to be taken off the counts. The process seals no more.</summary>
    public IReadOnlyDictionary<string, long> GiveBack() =>
        keys.Select(key => KeyValuePair.Create(key.Id, key.GiveBack()))
            .Where(unused => unused.Value > 0)
            .ToDictionary();

    /// <summary>Seals something under the current key and opens it again; false when that does not give it back.</summary>
    /// <exception cref="SealException">It does not open.</exception>
    public bool SelfTest()
    {
        var key = Current;
        if (key.Seals >= SealingKey.MaxSeals)
        {
            // Whoever would seal is told; opening works.
            return true;
        }

        key.CountSeal(low: long.MinValue);
        var opened = Sealer.Open(key, Sealer.Seal(key, TestText, TestContext), TestContext);
        return opened.AsSpan().SequenceEqual(TestText);
    }

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

    private static ReadOnlySpan<byte> TestText => "a value of the self-test"u8;

    private static ReadOnlySpan<byte> TestContext => "vaultportal/self-test"u8;

    private SealingKey? LookUp(ReadOnlySpan<byte> header)
    {
        OnUnknownKey?.Invoke(Encoding.ASCII.GetString(header[2..]));
        return Find(header);
    }

    private SealingKey? Find(ReadOnlySpan<byte> header)
    {
        foreach (var key in keys)
        {
            if (header.SequenceEqual(key.Header))
            {
                return key;
            }
        }

        return null;
    }

    private SealingKey? Find(string id) => Array.Find(keys, key => key.Id == id);

    private SealingKey Demand(string id) =>
        Find(id) ?? throw new ArgumentException("No key has this id.", nameof(id));
}
