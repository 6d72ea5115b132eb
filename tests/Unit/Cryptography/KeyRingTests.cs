using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class KeyRingTests : IDisposable
{
    private static readonly byte[] Place = "secrets|17|value|3"u8.ToArray();
    private readonly KeyRing ring = new();

    public KeyRingTests() => ring.Add("key-1", RandomNumberGenerator.GetBytes(32), current: true);

    public void Dispose() => ring.Dispose();

    [Fact]
    public void Sealed_value_opens_to_itself() =>
        Prop.ForAll<byte[], byte[]>(
                (value, place) =>
                    ring.Open(ring.Seal(value, place), place).AsSpan().SequenceEqual(value)
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Value_with_long_additional_data_opens_to_itself()
    {
        var place = new byte[5000];

        ring.Open(ring.Seal([1, 2, 3], place), place).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Any_flipped_bit_is_refused()
    {
        var intact = ring.Seal("a value"u8, Place);
        for (var bit = 0; bit < intact.Length * 8; bit++)
        {
            var altered = intact.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Should.Throw<SealException>(() => ring.Open(altered, Place), $"bit {bit}");
        }
    }

    [Fact]
    public void Any_shortened_or_lengthened_text_is_refused()
    {
        var intact = ring.Seal("a value"u8, Place);
        for (var length = 0; length < intact.Length; length++)
        {
            Should.Throw<SealException>(
                () => ring.Open(intact.AsSpan(0, length), Place),
                $"length {length}"
            );
        }

        Should.Throw<SealException>(() => ring.Open([.. intact, 0], Place));
    }

    [Fact]
    public void Value_moved_to_another_place_is_refused() =>
        Should.Throw<SealException>(() =>
            ring.Open(ring.Seal("a value"u8, Place), "secrets|18|value|3"u8)
        );

    [Fact]
    public void Value_relabelled_to_another_key_of_the_same_bytes_is_refused()
    {
        // The header is authenticated, not only looked up.
        var bytes = RandomNumberGenerator.GetBytes(32);
        using var twins = new KeyRing();
        twins.Add("twin-a", bytes, current: true);
        twins.Add("twin-b", bytes, current: false);
        var relabelled = twins.Seal("a value"u8, Place);
        relabelled[7] = (byte)'b';

        Sealer.TryReadKeyId(relabelled, out var id).ShouldBeTrue();
        id.ShouldBe("twin-b");
        Should.Throw<SealException>(() => twins.Open(relabelled, Place));
    }

    [Fact]
    public void Header_cannot_be_continued_by_the_additional_data()
    {
        // key-1 with additional data "0…" and key-10 with "…" must not be one text to the cipher.
        var bytes = RandomNumberGenerator.GetBytes(32);
        using var twins = new KeyRing();
        twins.Add("k", bytes, current: true);
        twins.Add("kx", bytes, current: false);
        var intact = twins.Seal("a value"u8, "xplace"u8);
        byte[] shifted = [1, 2, (byte)'k', (byte)'x', .. intact.AsSpan(3)];

        Should.Throw<SealException>(() => twins.Open(shifted, "place"u8));
    }

    [Fact]
    public void Value_of_an_unknown_key_is_refused()
    {
        using var other = new KeyRing();
        other.Add("key-2", RandomNumberGenerator.GetBytes(32), current: true);

        Should
            .Throw<SealException>(() => ring.Open(other.Seal("a value"u8, Place), Place))
            .Message.ShouldContain("not in the ring");
    }

    [Fact]
    public void Refusal_names_no_value()
    {
        var refusal = Should.Throw<SealException>(() =>
            ring.Open(ring.Seal("topsecret"u8, Place), "elsewhere"u8)
        );

        refusal.ToString().ShouldNotContain("topsecret");
        refusal.ToString().ShouldNotContain("elsewhere");
    }

    [Fact]
    public void Current_key_seals_and_every_key_opens()
    {
        var old = ring.Seal("old"u8, Place);
        ring.Add("key-2", RandomNumberGenerator.GetBytes(32), current: true);
        var young = ring.Seal("young"u8, Place);

        ring.CurrentId.ShouldBe("key-2");
        Sealer.TryReadKeyId(old, out var oldId).ShouldBeTrue();
        Sealer.TryReadKeyId(young, out var youngId).ShouldBeTrue();
        (oldId, youngId).ShouldBe(("key-1", "key-2"));
        ring.Open(old, Place).ShouldBe("old"u8.ToArray());
        ring.Open(young, Place).ShouldBe("young"u8.ToArray());
    }

    [Fact]
    public void Format_is_one_byte_the_key_id_a_nonce_the_ciphertext_and_a_tag()
    {
        var text = ring.Seal(new byte[100], Place);

        text.AsSpan(0, 7).ToArray().ShouldBe([1, 5, .. "key-1"u8]);
        text.Length.ShouldBe(100 + Sealer.Overhead(5));
        text.Length.ShouldBe(2 + 5 + 12 + 100 + 16);
    }

    [Fact]
    public void Same_value_is_sealed_differently_each_time() =>
        ring.Seal("v"u8, Place).ShouldNotBe(ring.Seal("v"u8, Place));

    [Fact]
    public void Seals_are_counted_per_key()
    {
        ring.Seal("v"u8, Place);
        ring.Seal("v"u8, Place);
        ring.Add("key-2", RandomNumberGenerator.GetBytes(32), current: true, sealCount: 40);
        ring.Seal("v"u8, Place);

        ring.SealCount("key-1").ShouldBe(2);
        ring.SealCount("key-2").ShouldBe(41);
    }

    [Fact]
    public void Key_that_has_sealed_two_to_the_31_times_seals_no_more_and_still_opens()
    {
        ring.Add(
            "worn",
            RandomNumberGenerator.GetBytes(32),
            current: true,
            sealCount: (1L << 31) - 1
        );
        var last = ring.Seal("last"u8, Place);

        Should.Throw<SealException>(() => ring.Seal("one too many"u8, Place));
        ring.SealCount("worn").ShouldBe(1L << 31);
        ring.Open(last, Place).ShouldBe("last"u8.ToArray());
    }

    [Fact]
    public void Key_with_a_known_id_and_other_bytes_is_refused() =>
        Should.Throw<ArgumentException>(() => ring.Add("key-1", new byte[32], current: false));

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(33)]
    public void Key_of_another_length_is_refused(int length) =>
        Should.Throw<ArgumentException>(() => ring.Add("key-2", new byte[length], current: false));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ключ")]
    public void Malformed_key_id_is_refused(string id) =>
        Should.Throw<ArgumentException>(() => ring.Add(id, new byte[32], current: false));

    [Fact]
    public void Ring_without_a_current_key_does_not_seal()
    {
        using var empty = new KeyRing();
        empty.Add("old", new byte[32], current: false);

        Should.Throw<InvalidOperationException>(() => empty.Seal("v"u8, Place));
        Should.Throw<InvalidOperationException>(() => empty.CurrentId);
    }

    [Fact]
    public void Disposed_ring_neither_seals_nor_opens()
    {
        var text = ring.Seal("v"u8, Place);
        ring.Dispose();

        Should.Throw<ObjectDisposedException>(() => ring.Seal("v"u8, Place));
        Should.Throw<ObjectDisposedException>(() => ring.Open(text, Place));
    }

    [Fact]
    public void Disposed_key_makes_no_cipher()
    {
        var key = new SealingKey("k", RandomNumberGenerator.GetBytes(32));
        var borrowed = key.Rent();
        key.Dispose();
        key.Return(borrowed);

        Should.Throw<ObjectDisposedException>(() => key.Rent());
    }

    [Fact]
    public void Ring_is_safe_for_concurrent_use()
    {
        Parallel.For(
            0,
            20_000,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            i =>
            {
                if (i % 2000 == 0)
                {
                    ring.Add($"more-{i}", RandomNumberGenerator.GetBytes(32), current: true);
                }

                var value = BitConverter.GetBytes(i);
                ring.Open(ring.Seal(value, Place), Place).ShouldBe(value);
            }
        );

        Enumerable
            .Range(0, 10)
            .Sum(i => ring.SealCount($"more-{i * 2000}"))
            .ShouldBe(20_000 - ring.SealCount("key-1"));
    }
}
