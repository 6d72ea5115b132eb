using System.Security.Cryptography;
using System.Text;

namespace VaultPortal.Client;

/// <summary>
/// Attachments in chunks (machine.md section 6): per chunk a nonce of 12 bytes, the ciphertext of 65,536 bytes (the last one 0 to
/// 65,536), the tag. Each chunk is bound to its place and to being the last one, so that none can be moved, dropped or added.
/// </summary>
internal static class AssetCipher
{
    public const int ChunkLength = 65_536;
    public const int MaxLength = 10 * 1024 * 1024;

    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = NonceLength + TagLength;

    /// <summary>The size on the wire of an attachment of so many bytes.</summary>
    public static long SealedLength(long length) =>
        length + (Overhead * Math.Max(1, (length + ChunkLength - 1) / ChunkLength));

    /// <summary>Encrypts a stream to its end; answers size and digest of the plaintext.</summary>
    /// <exception cref="ArgumentException">More than 10 MiB.</exception>
    public static async Task<(long Size, string Sha256)> SealAsync(
        ReadOnlyMemory<byte> dek,
        AssetPlace place,
        Stream plaintext,
        Stream output,
        CancellationToken cancellation
    )
    {
        using var aes = new AesGcm(dek.Span, TagLength);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sealedChunk = new byte[ChunkLength + Overhead];
        var size = 0L;
        await foreach (
            var (index, chunk, last) in ChunksAsync(plaintext, ChunkLength, cancellation)
        )
        {
            size += chunk.Length;
            if (size > MaxLength)
            {
                throw new ArgumentException("An attachment has at most 10 MiB.", nameof(plaintext));
            }

            digest.AppendData(chunk.Span);
            Seal(aes, place, index, last, chunk.Span, sealedChunk);
            await output.WriteAsync(sealedChunk.AsMemory(0, chunk.Length + Overhead), cancellation);
        }

        return (size, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    /// <summary>Decrypts a stream; each chunk is written once its tag was checked. Answers size and digest of the plaintext.</summary>
    /// <exception cref="CryptographicException">Altered or cut; what was written before is not to be used.</exception>
    public static async Task<(long Size, string Sha256)> OpenAsync(
        ReadOnlyMemory<byte> dek,
        AssetPlace place,
        Stream sealedText,
        Stream output,
        CancellationToken cancellation
    )
    {
        using var aes = new AesGcm(dek.Span, TagLength);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var plaintext = new byte[ChunkLength];
        var size = 0L;
        await foreach (
            var (index, chunk, last) in ChunksAsync(
                sealedText,
                ChunkLength + Overhead,
                cancellation
            )
        )
        {
            var length = Open(aes, place, index, last, chunk.Span, plaintext);
            size += length;
            digest.AppendData(plaintext.AsSpan(0, length));
            await output.WriteAsync(plaintext.AsMemory(0, length), cancellation);
        }

        CryptographicOperations.ZeroMemory(plaintext);
        return (size, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    private static void Seal(
        AesGcm aes,
        AssetPlace place,
        int index,
        bool last,
        ReadOnlySpan<byte> chunk,
        Span<byte> output
    )
    {
        RandomNumberGenerator.Fill(output[..NonceLength]);
        aes.Encrypt(
            output[..NonceLength],
            chunk,
            output.Slice(NonceLength, chunk.Length),
            output.Slice(NonceLength + chunk.Length, TagLength),
            Binding(place, index, last)
        );
    }

    private static int Open(
        AesGcm aes,
        AssetPlace place,
        int index,
        bool last,
        ReadOnlySpan<byte> chunk,
        Span<byte> output
    )
    {
        if (chunk.Length < Overhead)
        {
            throw new CryptographicException("The attachment is cut off.");
        }

        var length = chunk.Length - Overhead;
        aes.Decrypt(
            chunk[..NonceLength],
            chunk.Slice(NonceLength, length),
            chunk[^TagLength..],
            output[..length],
            Binding(place, index, last)
        );
        return length;
    }

    private static byte[] Binding(AssetPlace place, int index, bool last) =>
        Encoding.UTF8.GetBytes(
            $"vaultportal/asset/v1|{place.VaultId}|{place.AssetId}|{place.DekVersion}|{index}|{(last ? 1 : 0)}"
        );

    /// <summary>Pieces of one length; the last one is shorter, or empty where the stream is.</summary>
    private static async IAsyncEnumerable<(
        int Index,
        ReadOnlyMemory<byte> Chunk,
        bool Last
    )> ChunksAsync(
        Stream stream,
        int length,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        // What fills a piece exactly may be the last one: the next one is read before it is given.
        var (current, next) = (new byte[length], new byte[length]);
        var filled = await FillAsync(stream, current, cancellation);
        for (var index = 0; ; index++)
        {
            var following = filled < length ? 0 : await FillAsync(stream, next, cancellation);
            yield return (index, current.AsMemory(0, filled), following == 0);
            if (following == 0)
            {
                yield break;
            }

            (current, next, filled) = (next, current, following);
        }
    }

    private static async Task<int> FillAsync(
        Stream stream,
        byte[] buffer,
        CancellationToken cancellation
    ) =>
        await stream.ReadAtLeastAsync(
            buffer,
            buffer.Length,
            throwOnEndOfStream: false,
            cancellation
        );
}
