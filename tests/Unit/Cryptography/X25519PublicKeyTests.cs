using System.Security.Cryptography;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class X25519PublicKeyTests
{
    private const string Prefix = "302a300506032b656e032100";

    [Fact]
    public void Published_key_is_taken_with_the_hash_of_its_SPKI()
    {
        // RFC 7748, section 6.1, the public key of Alice.
        var der = Convert.FromHexString(
            Prefix + "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
        );

        X25519PublicKey
            .TryFromPem(ToPem(der), out var spki, out var fingerprint, out var problem)
            .ShouldBeTrue(problem);

        spki.ShouldBe(der);
        fingerprint.ShouldBe(SHA256.HashData(der));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // zero, not reduced
    [InlineData("f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // nine, not reduced
    [InlineData("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4eea")] // the bit that is not part of it
    public void Key_of_low_order_or_not_reduced_is_refused(string coordinate) =>
        Refuse(ToPem(Convert.FromHexString(Prefix + coordinate))).ShouldContain("low order");

    [Fact]
    public void Key_of_another_kind_is_refused()
    {
        using var key = SigningKey.Generate();

        Refuse(key.PublicKey.ToPem());
        Refuse("");
        Refuse(ToPem([.. Convert.FromHexString(Prefix), .. new byte[33]]));
    }

    private static string Refuse(string pem)
    {
        X25519PublicKey
            .TryFromPem(pem, out var spki, out var fingerprint, out var problem)
            .ShouldBeFalse();
        spki.ShouldBeNull();
        fingerprint.ShouldBeNull();
        return problem.ShouldNotBeNull();
    }

    private static string ToPem(byte[] der) => PemEncoding.WriteString("PUBLIC KEY", der);
}
