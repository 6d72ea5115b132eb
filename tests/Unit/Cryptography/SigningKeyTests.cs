using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class SigningKeyTests
{
    [Theory] // RFC 8032, section 7.1, tests 1 to 3
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )]
    public void Published_seed_gives_the_published_key_and_signature(
        string seed,
        string point,
        string message,
        string signature
    )
    {
        using var key = SigningKey.FromSeed(Convert.FromHexString(seed));

        Convert.ToHexStringLower(key.PublicKey.Spki.Span[12..]).ShouldBe(point);
        Convert.ToHexStringLower(key.Sign(Convert.FromHexString(message))).ShouldBe(signature);
    }

    [Fact]
    public void Exported_key_signs_the_same()
    {
        using var key = SigningKey.Generate();
        using var fromSeed = SigningKey.FromSeed(key.ExportSeed());
        SigningKey.TryFromPkcs8Pem(key.ExportPkcs8Pem(), out var fromPem).ShouldBeTrue();
        using var disposing = fromPem;

        fromSeed.Sign("m"u8).ShouldBe(key.Sign("m"u8));
        fromPem!.Sign("m"u8).ShouldBe(key.Sign("m"u8));
    }

    [Fact]
    public void Generated_keys_differ()
    {
        using var key = SigningKey.Generate();
        using var other = SigningKey.Generate();

        key.PublicKey.FingerprintHex.ShouldNotBe(other.PublicKey.FingerprintHex);
    }

    [Fact]
    public void Text_that_is_no_Ed25519_private_key_is_refused()
    {
        using var key = SigningKey.Generate();
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        foreach (
            var text in new[]
            {
                "",
                key.PublicKey.ToPem(),
                rsa.ExportPkcs8PrivateKeyPem(),
                key.ExportPkcs8Pem() + "x",
            }
        )
        {
            SigningKey.TryFromPkcs8Pem(text, out var read).ShouldBeFalse();
            read.ShouldBeNull();
        }
    }

    [Fact]
    public void Seed_of_another_length_is_refused() =>
        Should.Throw<ArgumentException>(() => SigningKey.FromSeed(new byte[31]));

    [Fact]
    public void Disposed_key_does_not_sign_and_is_not_exported()
    {
        var key = SigningKey.Generate();
        key.Dispose();

        Should.Throw<ObjectDisposedException>(() => key.Sign("m"u8));
        Should.Throw<ObjectDisposedException>(() => key.ExportSeed());
        Should.Throw<ObjectDisposedException>(() => key.ExportPkcs8Pem());
    }
}
