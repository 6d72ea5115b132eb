using System.Security.Cryptography;
using System.Text;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

/// <summary>Everything in Vectors/checkpoints.json: keys, canonical forms, hashes, signatures that hold and that do not.</summary>
public sealed class CheckpointVectorTests
{
    private static readonly System.Text.Json.JsonElement File = Vectors.ReadOwn("checkpoints.json");

    [Theory]
    [InlineData("ed25519", SignatureAlgorithm.Ed25519)]
    [InlineData("rsa-pss-sha256", SignatureAlgorithm.RsaPssSha256)]
    [InlineData("ecdsa-p256-sha256", SignatureAlgorithm.EcdsaP256Sha256)]
    public void Key_is_read_with_its_algorithm_and_fingerprint(
        string name,
        SignatureAlgorithm algorithm
    )
    {
        var key = ReadKey(name);

        key.Algorithm.ShouldBe(algorithm);
        key.FingerprintHex.ShouldBe(
            File.GetProperty("keys").GetProperty(name).GetProperty("fingerprint").GetString()
        );
        key.ToPem()
            .ShouldBe(
                File.GetProperty("keys")
                    .GetProperty(name)
                    .GetProperty("publicKeySpkiPem")
                    .GetString()
            );
    }

    [Fact]
    public void Checkpoint_has_the_given_canonical_form_and_hash()
    {
        foreach (var vector in File.GetProperty("vectors").EnumerateArray())
        {
            var canonical = CanonicalJson.Canonicalize(vector.GetProperty("checkpoint"));

            Encoding
                .UTF8.GetString(canonical)
                .ShouldBe(vector.GetProperty("canonical").GetString());
            if (vector.TryGetProperty("sha256", out var hash))
            {
                Convert.ToHexStringLower(SHA256.HashData(canonical)).ShouldBe(hash.GetString());
            }
        }
    }

    [Fact]
    public void Signature_holds_exactly_where_the_vector_says_so()
    {
        var seen = new HashSet<(string?, bool)>();
        foreach (var vector in File.GetProperty("vectors").EnumerateArray())
        {
            var algorithm = vector.GetProperty("algorithm").GetString()!;
            var valid = vector.GetProperty("valid").GetBoolean();
            CanonicalBase64
                .TryDecode(vector.GetProperty("signature").GetString(), out var signature)
                .ShouldBeTrue();

            ReadKey(algorithm)
                .Verify(CanonicalJson.Canonicalize(vector.GetProperty("checkpoint")), signature)
                .ShouldBe(valid);
            seen.Add((algorithm, valid));
        }

        seen.Count.ShouldBe(6);
    }

    [Fact]
    public void Private_key_signs_what_the_vector_holds()
    {
        var pem = File.GetProperty("keys")
            .GetProperty("ed25519")
            .GetProperty("privateKeyPkcs8Pem")
            .GetString()!;
        SigningKey.TryFromPkcs8Pem(pem, out var key).ShouldBeTrue();
        using (key)
        {
            key.PublicKey.FingerprintHex.ShouldBe(ReadKey("ed25519").FingerprintHex);
            key.ExportPkcs8Pem().ShouldBe(pem);
            var vector = File.GetProperty("vectors")
                .EnumerateArray()
                .First(v =>
                    v.GetProperty("algorithm").ValueEquals("ed25519")
                    && v.GetProperty("valid").GetBoolean()
                );
            Convert
                .ToBase64String(
                    key.Sign(CanonicalJson.Canonicalize(vector.GetProperty("checkpoint")))
                )
                .ShouldBe(vector.GetProperty("signature").GetString());
        }
    }

    private static VerificationKey ReadKey(string name)
    {
        var pem = File.GetProperty("keys")
            .GetProperty(name)
            .GetProperty("publicKeySpkiPem")
            .GetString()!;
        VerificationKey.TryFromPem(pem, out var key, out var problem).ShouldBeTrue(problem);
        return key!;
    }
}
