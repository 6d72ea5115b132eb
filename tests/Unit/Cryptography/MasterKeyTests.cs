using System.Security.Cryptography;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class MasterKeyTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Data_key_round_trips_also_in_a_later_process()
    {
        using var key = MasterKey.Generate();
        using var later = MasterKey.FromBytes(key.Export());
        var dataKey = RandomNumberGenerator.GetBytes(32);

        later.TryUnwrap(key.Wrap(dataKey, "dk-1"), "dk-1", out var unwrapped).ShouldBeTrue();

        unwrapped.ShouldBe(dataKey);
    }

    [Fact]
    public void Wrapped_key_under_another_id_is_refused()
    {
        using var key = MasterKey.FromBytes(Bytes);

        key.TryUnwrap(key.Wrap(new byte[32], "dk-1"), "dk-2", out var unwrapped).ShouldBeFalse();

        unwrapped.ShouldBeNull();
    }

    [Fact]
    public void Wrapped_key_of_another_master_key_is_refused()
    {
        using var key = MasterKey.FromBytes(Bytes);
        using var other = MasterKey.Generate();

        other.TryUnwrap(key.Wrap(new byte[32], "dk-1"), "dk-1", out _).ShouldBeFalse();
    }

    [Fact]
    public void Any_flipped_bit_of_a_wrapped_key_is_refused()
    {
        using var key = MasterKey.FromBytes(Bytes);
        var intact = key.Wrap(new byte[32], "dk-1");
        for (var bit = 0; bit < intact.Length * 8; bit++)
        {
            var altered = intact.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            key.TryUnwrap(altered, "dk-1", out _).ShouldBeFalse($"bit {bit}");
        }

        key.TryUnwrap([], "dk-1", out _).ShouldBeFalse();
    }

    [Fact]
    public void Id_is_the_same_for_the_same_key_and_16_hexadecimal_digits()
    {
        using var key = MasterKey.FromBytes(Bytes);
        using var same = MasterKey.FromBytes(Bytes);
        using var other = MasterKey.Generate();

        key.Id.ShouldMatch("^[0-9a-f]{16}$");
        key.Id.ShouldBe(same.Id);
        key.Id.ShouldNotBe(other.Id);
    }

    [Fact]
    public void Wrapped_key_names_its_master_key()
    {
        using var key = MasterKey.FromBytes(Bytes);

        Sealer.TryReadKeyId(key.Wrap(new byte[32], "dk-1"), out var id).ShouldBeTrue();

        id.ShouldBe(key.Id);
    }

    [Fact]
    public void Derived_keys_differ_by_purpose_and_do_not_change_with_time()
    {
        using var key = MasterKey.FromBytes(Bytes);

        // HKDF-SHA-256 over 00…1f with info "vaultportal/derived/idempotency", made with another implementation.
        Convert
            .ToHexStringLower(key.Derive("idempotency", 32))
            .ShouldBe("2a0d86a61e8798aa598dc36060f8d5a50eb0777560e197d27763cf772e0fc341");
        key.Id.ShouldBe("a7459566fe89a416");
        key.Derive("idempotency", 32).ShouldNotBe(key.Derive("cursors", 32));
        key.Derive("idempotency", 64).Length.ShouldBe(64);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(64)]
    public void Key_of_another_length_is_refused(int length) =>
        Should.Throw<ArgumentException>(() => MasterKey.FromBytes(new byte[length]));

    [Fact]
    public void Disposed_key_does_nothing_more()
    {
        var key = MasterKey.FromBytes(Bytes);
        var wrapped = key.Wrap(new byte[32], "dk-1");
        key.Dispose();

        Should.Throw<ObjectDisposedException>(() => key.Export());
        Should.Throw<ObjectDisposedException>(() => key.Wrap(new byte[32], "dk-1"));
        Should.Throw<ObjectDisposedException>(() => key.TryUnwrap(wrapped, "dk-1", out _));
        Should.Throw<ObjectDisposedException>(() => key.Derive("x", 32));
    }
}
