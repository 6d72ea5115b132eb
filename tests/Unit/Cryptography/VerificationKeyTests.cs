using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class VerificationKeyTests
{
    private const string Ed25519Prefix = "302a300506032b6570032100";
    private static readonly byte[] Message = "message"u8.ToArray();

    [Fact]
    public void Ed25519_signature_of_the_key_verifies_and_of_another_does_not()
    {
        using var key = SigningKey.Generate();
        using var other = SigningKey.Generate();

        key.PublicKey.Verify(Message, key.Sign(Message)).ShouldBeTrue();
        key.PublicKey.Verify(Message, other.Sign(Message)).ShouldBeFalse();
        key.PublicKey.Verify("messagf"u8, key.Sign(Message)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    [InlineData(4096)]
    public void RsaPss_signature_with_a_salt_of_32_bytes_verifies(int bits)
    {
        using var rsa = RSA.Create(bits);
        var key = Accept(rsa.ExportSubjectPublicKeyInfoPem());

        key.Algorithm.ShouldBe(SignatureAlgorithm.RsaPssSha256);
        key.Verify(
                Message,
                rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            )
            .ShouldBeTrue();
    }

    [Fact]
    public void RsaPss_signature_with_another_padding_hash_or_salt_is_refused()
    {
        using var rsa = RSA.Create(2048);
        var key = Accept(rsa.ExportSubjectPublicKeyInfoPem());

        key.Verify(
                Message,
                rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            )
            .ShouldBeFalse();
        key.Verify(
                Message,
                rsa.SignData(Message, HashAlgorithmName.SHA384, RSASignaturePadding.Pss)
            )
            .ShouldBeFalse();
        key.Verify(Message, SignPss(rsa, saltLength: 32)).ShouldBeTrue();
        foreach (var salt in new[] { 0, 20, 31, 33, 64 })
        {
            key.Verify(Message, SignPss(rsa, salt)).ShouldBeFalse($"salt of {salt} bytes");
        }
    }

    [Fact]
    public void Ecdsa_signature_in_P1363_form_verifies_and_in_DER_does_not()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = Accept(ecdsa.ExportSubjectPublicKeyInfoPem());

        key.Algorithm.ShouldBe(SignatureAlgorithm.EcdsaP256Sha256);
        key.Verify(Message, ecdsa.SignData(Message, HashAlgorithmName.SHA256)).ShouldBeTrue();
        key.Verify(
                Message,
                ecdsa.SignData(
                    Message,
                    HashAlgorithmName.SHA256,
                    DSASignatureFormat.Rfc3279DerSequence
                )
            )
            .ShouldBeFalse();
        key.Verify(Message, ecdsa.SignData(Message, HashAlgorithmName.SHA384)).ShouldBeFalse();
    }

    [Fact]
    public void Any_bytes_as_a_signature_are_refused_without_an_exception()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var ed25519 = SigningKey.Generate();
        VerificationKey[] keys =
        [
            ed25519.PublicKey,
            Accept(rsa.ExportSubjectPublicKeyInfoPem()),
            Accept(ecdsa.ExportSubjectPublicKeyInfoPem()),
        ];
        foreach (var key in keys)
        {
            foreach (var length in new[] { 0, 1, 63, 64, 65, 128, 255, 256, 257, 1000 })
            {
                key.Verify(Message, new byte[length]).ShouldBeFalse();
                key.Verify(Message, Enumerable.Repeat((byte)0xFF, length).ToArray())
                    .ShouldBeFalse();
                key.Verify(Message, RandomNumberGenerator.GetBytes(length)).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void Any_flipped_bit_of_an_Ed25519_signature_is_refused()
    {
        using var key = SigningKey.Generate();
        Prop.ForAll<byte[]>(message =>
            {
                var signature = key.Sign(message);
                var bit = Random.Shared.Next(512);
                signature[bit / 8] ^= (byte)(1 << (bit % 8));
                return !key.PublicKey.Verify(message, signature);
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Keys_verify_from_many_threads()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rsaKey = Accept(rsa.ExportSubjectPublicKeyInfoPem());
        var ecdsaKey = Accept(ecdsa.ExportSubjectPublicKeyInfoPem());
        var rsaSignature = rsa.SignData(Message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        var ecdsaSignature = ecdsa.SignData(Message, HashAlgorithmName.SHA256);

        Parallel.For(
            0,
            2000,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            i =>
            {
                rsaKey.Verify(Message, rsaSignature).ShouldBeTrue();
                ecdsaKey.Verify(Message, ecdsaSignature).ShouldBeTrue();
                rsaKey.Verify(BitConverter.GetBytes(i), rsaSignature).ShouldBeFalse();
            }
        );
    }

    [Fact]
    public void Pem_round_trips_and_tolerates_line_breaks_around_the_block()
    {
        using var key = SigningKey.Generate();
        var pem = key.PublicKey.ToPem();

        Accept(pem).FingerprintHex.ShouldBe(key.PublicKey.FingerprintHex);
        Accept("\r\n" + pem.Replace("\n", "\r\n", StringComparison.Ordinal) + "\n\n")
            .Spki.ToArray()
            .ShouldBe(key.PublicKey.Spki.ToArray());
        Accept(pem.TrimEnd()).Fingerprint.ShouldBe(SHA256.HashData(key.PublicKey.Spki.Span));
    }

    [Fact]
    public void Pem_that_is_not_one_public_key_block_is_refused()
    {
        using var key = SigningKey.Generate();
        using var rsa = RSA.Create(2048);
        var pem = key.PublicKey.ToPem();
        string[] refused =
        [
            "",
            "no PEM",
            pem + pem,
            pem + key.ExportPkcs8Pem(),
            "comment\n" + pem,
            pem + "comment",
            key.ExportPkcs8Pem(),
            rsa.ExportRSAPublicKeyPem(),
            rsa.ExportPkcs8PrivateKeyPem(),
            pem.Replace("PUBLIC KEY", "CERTIFICATE", StringComparison.Ordinal),
            pem.Replace("MCow", "MC ow", StringComparison.Ordinal),
            pem.Replace("MCow", "", StringComparison.Ordinal),
            pem.PadRight(20_000),
        ];
        foreach (var text in refused)
        {
            Refuse(text);
        }

        VerificationKey.TryFromPem(null!, out _, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")] // zero, not reduced
    [InlineData("0200000000000000000000000000000000000000000000000000000000000000")] // not on the curve
    public void Ed25519_key_that_is_no_point_of_the_group_is_refused(string point) =>
        Refuse(ToPem(Convert.FromHexString(Ed25519Prefix + point))).ShouldContain("Ed25519");

    [Fact]
    public void P256_key_off_the_curve_or_compressed_is_refused()
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var off = ecdsa.ExportSubjectPublicKeyInfo();
        off[^1] ^= 1;
        byte[] compressed =
        [
            .. Convert.FromHexString("3039301306072a8648ce3d020106082a8648ce3d03010703220002"),
            .. ecdsa.ExportParameters(false).Q.X!,
        ];

        Refuse(ToPem(off)).ShouldContain("curve");
        Refuse(ToPem(compressed));
    }

    [Fact]
    public void Key_of_another_curve_or_kind_is_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Refuse(p384.ExportSubjectPublicKeyInfoPem());
        Refuse(ToPem(Convert.FromHexString("302a300506032b656e032100" + new string('9', 64)))); // X25519
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2040)]
    [InlineData(4104)]
    public void RSA_key_of_another_size_is_refused(int bits) =>
        Refuse(ToPem(RsaSpki(bits, [1, 0, 1]))).ShouldContain("bits");

    [Theory]
    [InlineData("01")]
    [InlineData("02")]
    [InlineData("010000")]
    [InlineData("0100000001")]
    public void RSA_key_with_a_bad_exponent_is_refused(string exponent) =>
        Refuse(ToPem(RsaSpki(2048, Convert.FromHexString(exponent))));

    [Theory]
    [InlineData("03")]
    [InlineData("010001")]
    [InlineData("ffffffff")]
    public void RSA_key_with_a_good_exponent_is_taken(string exponent) =>
        Accept(ToPem(RsaSpki(2048, Convert.FromHexString(exponent))));

    [Fact]
    public void RSA_key_with_an_even_modulus_is_refused()
    {
        var spki = RsaSpki(2048, [1, 0, 1]);
        spki[^6] &= 0xFE;

        Refuse(ToPem(spki)).ShouldContain("odd");
    }

    [Fact]
    public void Key_in_another_encoding_than_DER_is_refused()
    {
        // One key must have one fingerprint: bytes behind the key, and a length in a longer form.
        var spki = RsaSpki(2048, [1, 0, 1]);
        byte[] longer = [0x30, 0x83, 0x00, .. spki.AsSpan(2)];

        Accept(ToPem(spki));
        Refuse(ToPem([.. spki, 0]));
        Refuse(ToPem(longer));
    }

    [Fact]
    public void Stored_key_of_another_algorithm_is_refused()
    {
        using var key = SigningKey.Generate();
        var spki = key.PublicKey.Spki.ToArray();

        VerificationKey
            .FromSpki(spki, SignatureAlgorithm.Ed25519)
            .Verify(Message, key.Sign(Message))
            .ShouldBeTrue();
        Should.Throw<ArgumentException>(() =>
            VerificationKey.FromSpki(spki, SignatureAlgorithm.RsaPssSha256)
        );
        Should.Throw<ArgumentException>(() =>
            VerificationKey.FromSpki(spki, SignatureAlgorithm.EcdsaP256Sha256)
        );
        Should.Throw<ArgumentException>(() => VerificationKey.FromSpki(spki, 0));
        Should.Throw<ArgumentException>(() =>
            VerificationKey.FromSpki([], SignatureAlgorithm.Ed25519)
        );
    }

    [Theory]
    [InlineData(SignatureAlgorithm.Ed25519, "Ed25519")]
    [InlineData(SignatureAlgorithm.RsaPssSha256, "RSA-PSS-SHA256")]
    [InlineData(SignatureAlgorithm.EcdsaP256Sha256, "ECDSA-P256-SHA256")]
    public void Algorithm_has_its_wire_name(SignatureAlgorithm algorithm, string name)
    {
        algorithm.WireName().ShouldBe(name);
        SignatureAlgorithmNames.TryParse(name, out var parsed).ShouldBeTrue();
        parsed.ShouldBe(algorithm);
        SignatureAlgorithmNames.TryParse(name.ToLowerInvariant(), out _).ShouldBeFalse();
    }

    private static VerificationKey Accept(string pem)
    {
        VerificationKey.TryFromPem(pem, out var key, out var problem).ShouldBeTrue(problem);
        return key!;
    }

    private static string Refuse(string pem)
    {
        VerificationKey.TryFromPem(pem, out var key, out var problem).ShouldBeFalse(pem);
        key.ShouldBeNull();
        return problem.ShouldNotBeNull();
    }

    private static string ToPem(byte[] der) => PemEncoding.WriteString("PUBLIC KEY", der);

    /// <summary>RSASSA-PSS with SHA-256 by the book (RFC 8017, sections 8.1.1 and 9.1.1), for a key of 2048 bits and any salt.</summary>
    private static byte[] SignPss(RSA rsa, int saltLength)
    {
        var salt = RandomNumberGenerator.GetBytes(saltLength);
        var hash = SHA256.HashData([.. new byte[8], .. SHA256.HashData(Message), .. salt]);
        byte[] block = [.. new byte[256 - 32 - 2 - saltLength], 1, .. salt];
        for (var i = 0; i < block.Length; i++)
        {
            byte[] counter = [0, 0, 0, (byte)(i / 32)];
            block[i] ^= SHA256.HashData([.. hash, .. counter])[i % 32];
        }

        block[0] &= 0x7F;
        var key = rsa.ExportParameters(includePrivateParameters: true);
        var signature = BigInteger.ModPow(
            new BigInteger([.. block, .. hash, 0xBC], isUnsigned: true, isBigEndian: true),
            new BigInteger(key.D, isUnsigned: true, isBigEndian: true),
            new BigInteger(key.Modulus, isUnsigned: true, isBigEndian: true)
        );
        var bytes = signature.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[256 - bytes.Length], .. bytes];
    }

    /// <summary>A well-formed key with an odd modulus of the given size, which need not be a product of two primes.</summary>
    private static byte[] RsaSpki(int bits, byte[] exponent)
    {
        var modulus = RandomNumberGenerator.GetBytes(bits / 8);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        var numbers = new AsnWriter(AsnEncodingRules.DER);
        using (numbers.PushSequence())
        {
            numbers.WriteIntegerUnsigned(modulus);
            numbers.WriteIntegerUnsigned(exponent);
        }

        var spki = new AsnWriter(AsnEncodingRules.DER);
        using (spki.PushSequence())
        {
            using (spki.PushSequence())
            {
                spki.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                spki.WriteNull();
            }

            spki.WriteBitString(numbers.Encode());
        }

        return spki.Encode();
    }
}
