using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using VaultPortal.Client;
using Xunit;

namespace VaultPortal.Tests.Unit.Client;

/// <summary>Everything in Vectors/assets.json, and files of several chunks.</summary>
public sealed class AssetCipherTests
{
    private static readonly JsonElement File = Vectors.ReadOwn("assets.json");
    private static readonly byte[] Dek = Convert.FromHexString(
        File.GetProperty("dek").GetString()!
    );
    private static readonly AssetPlace Place = WireJson.Read<AssetPlace>(File.GetProperty("place"));

    public static TheoryData<string> Cases =>
        [
            .. File.GetProperty("vectors")
                .EnumerateArray()
                .Select(vector => vector.GetProperty("why").GetString()!),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Attachment_opens_exactly_where_the_vector_says_so(string why)
    {
        var vector = File.GetProperty("vectors")
            .EnumerateArray()
            .Single(other => other.GetProperty("why").GetString() == why);
        var text = vector.GetProperty("sealed").GetBytesFromBase64();

        if (vector.GetProperty("valid").GetBoolean())
        {
            (await Open(text)).ShouldBe(vector.GetProperty("plaintext").GetBytesFromBase64());
        }
        else
        {
            await Should.ThrowAsync<CryptographicException>(() => Open(text));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(131_072)]
    [InlineData(200_000)]
    public async Task Own_attachment_has_the_said_length_and_opens(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);
        var text = await Seal(plain);

        text.LongLength.ShouldBe(AssetCipher.SealedLength(length));
        (await Open(text)).ShouldBe(plain);
    }

    [Fact]
    public async Task Attachment_without_its_last_chunk_or_in_another_order_is_refused()
    {
        const int chunk = AssetCipher.ChunkLength + 28;
        var text = await Seal(new byte[3 * AssetCipher.ChunkLength]);

        await Should.ThrowAsync<CryptographicException>(() => Open(text[..(2 * chunk)]));
        await Should.ThrowAsync<CryptographicException>(() =>
            Open([.. text[chunk..(2 * chunk)], .. text[..chunk], .. text[(2 * chunk)..]])
        );
        await Should.ThrowAsync<CryptographicException>(() => Open([.. text, .. text[..chunk]]));
    }

    [Fact]
    public async Task File_over_the_limit_is_refused() =>
        await Should.ThrowAsync<ArgumentException>(() => Seal(new byte[AssetCipher.MaxLength + 1]));

    private static async Task<byte[]> Seal(byte[] plain)
    {
        using var output = new MemoryStream();
        await AssetCipher.SealAsync(Dek, Place, new MemoryStream(plain), output, default);
        return output.ToArray();
    }

    private static async Task<byte[]> Open(byte[] text)
    {
        using var output = new MemoryStream();
        await AssetCipher.OpenAsync(Dek, Place, new MemoryStream(text), output, default);
        return output.ToArray();
    }
}
