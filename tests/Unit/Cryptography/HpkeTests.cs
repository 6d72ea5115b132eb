using System.Text.Json;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

/// <summary>Everything in Vectors/hpke.json, made by somebody else, and what has to be refused.</summary>
public sealed class HpkeTests
{
    private static readonly JsonElement File = Vectors.ReadOwn("hpke.json");

    public static TheoryData<int> Indices =>
        [.. Enumerable.Range(0, File.GetProperty("vectors").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Sealed_text_of_a_vector_opens(int index)
    {
        var (key, info, aad, plaintext, text) = Read(index);

        Hpke.TryOpen(key, info, aad, text, out var opened).ShouldBeTrue();
        opened.ShouldBe(plaintext);
    }

    [Theory]
    [MemberData(nameof(Indices))]
    public void Public_key_follows_from_the_private_one(int index)
    {
        var (key, _, _, _, _) = Read(index);

        key.PublicSpki[^32..].ShouldBe(Bytes(index, "recipientPublicKey"));
    }

    [Fact]
    public void Own_sealed_text_opens_and_differs_each_time()
    {
        var (key, info, aad, plaintext, _) = Read(1);
        var first = Hpke.Seal(key.PublicSpki, info, aad, plaintext);
        var second = Hpke.Seal(key.PublicSpki, info, aad, plaintext);

        first.ShouldNotBe(second);
        Hpke.TryOpen(key, info, aad, first, out var opened).ShouldBeTrue();
        opened.ShouldBe(plaintext);
    }

    [Fact]
    public void Every_altered_byte_is_refused()
    {
        var (key, info, aad, _, text) = Read(1);
        for (var at = 0; at < text.Length; at++)
        {
            var altered = text.ToArray();
            altered[at] ^= 1;

            Hpke.TryOpen(key, info, aad, altered, out _).ShouldBeFalse($"byte {at}");
        }
    }

    [Fact]
    public void Another_info_or_binding_is_refused()
    {
        var (key, info, aad, _, text) = Read(1);

        Hpke.TryOpen(key, [.. info, 0], aad, text, out _).ShouldBeFalse();
        Hpke.TryOpen(key, info, [.. aad, 0], text, out _).ShouldBeFalse();
        Hpke.TryOpen(key, info, aad, text.AsSpan(0, 47), out _).ShouldBeFalse();
    }

    [Fact]
    public void Point_of_low_order_is_refused_as_sender_and_as_recipient()
    {
        var (key, info, aad, plaintext, text) = Read(1);
        text.AsSpan(0, 32).Clear();

        Hpke.TryOpen(key, info, aad, text, out _).ShouldBeFalse();
        Should.Throw<System.Security.Cryptography.CryptographicException>(() =>
            Hpke.Seal([.. key.PublicSpki[..12], .. new byte[32]], info, aad, plaintext)
        );
    }

    [Fact]
    public void Private_key_survives_its_pem()
    {
        using var key = X25519PrivateKey.Generate();

        X25519PrivateKey.TryFromPkcs8Pem(key.ExportPkcs8Pem(), out var read).ShouldBeTrue();
        read.PublicSpki.ShouldBe(key.PublicSpki);
        X25519PrivateKey.TryFromPkcs8Pem(key.PublicPem(), out _).ShouldBeFalse();
    }

    private static (
        X25519PrivateKey Key,
        byte[] Info,
        byte[] Aad,
        byte[] Plaintext,
        byte[] Text
    ) Read(int index) =>
        (
            X25519PrivateKey.FromBytes(Bytes(index, "recipientPrivateKey")),
            Bytes(index, "info"),
            Bytes(index, "aad"),
            Bytes(index, "plaintext"),
            [.. Bytes(index, "enc"), .. Bytes(index, "ciphertext")]
        );

    private static byte[] Bytes(int index, string member) =>
        Convert.FromHexString(File.GetProperty("vectors")[index].GetProperty(member).GetString()!);
}
