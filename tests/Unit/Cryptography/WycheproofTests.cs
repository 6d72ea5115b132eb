using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

/// <summary>
/// The published attacks on signatures and ciphers, each file in full: "valid" passes and "invalid" does not. "acceptable"
/// leaves the choice to the implementation; these files have none, and one that came would fail here and be looked at.
/// </summary>
public sealed class WycheproofTests
{
    [VectorFact("wycheproof/ed25519_test.json")]
    public void Ed25519_signatures_are_judged_as_published() =>
        VerifyAll("ed25519_test.json", SignatureAlgorithm.Ed25519);

    [VectorFact("wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json")]
    public void RsaPss_signatures_are_judged_as_published() =>
        VerifyAll("rsa_pss_2048_sha256_mgf1_32_test.json", SignatureAlgorithm.RsaPssSha256);

    [VectorFact("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json")]
    public void Ecdsa_signatures_are_judged_as_published() =>
        VerifyAll("ecdsa_secp256r1_sha256_p1363_test.json", SignatureAlgorithm.EcdsaP256Sha256);

    [VectorFact("wycheproof/aes_gcm_test.json")]
    public void AesGcm_is_judged_as_published()
    {
        var count = 0;
        foreach (var group in Groups("aes_gcm_test.json").Where(IsOurs))
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                using var key = new SealingKey("key", Hex(test, "key"));
                var cipher = key.Rent();
                var plaintext = new byte[Hex(test, "ct").Length];
                var opens = Succeeds(() =>
                    cipher.Decrypt(
                        Hex(test, "iv"),
                        Hex(test, "ct"),
                        Hex(test, "tag"),
                        plaintext,
                        Hex(test, "aad")
                    )
                );
                key.Return(cipher);

                opens.ShouldBe(IsValid(test), Name(test));
                (!opens || plaintext.AsSpan().SequenceEqual(Hex(test, "msg"))).ShouldBeTrue(
                    Name(test)
                );
                count++;
            }
        }

        count.ShouldBe(66);
    }

    private static void VerifyAll(string file, SignatureAlgorithm algorithm)
    {
        var count = 0;
        foreach (var group in Groups(file))
        {
            var key = VerificationKey.FromSpki(Hex(group, "publicKeyDer"), algorithm);
            VerificationKey
                .TryFromPem(group.GetProperty("publicKeyPem").GetString()!, out var examined, out _)
                .ShouldBeTrue();
            examined!.FingerprintHex.ShouldBe(key.FingerprintHex);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                key.Verify(Hex(test, "msg"), Hex(test, "sig")).ShouldBe(IsValid(test), Name(test));
                count++;
            }
        }

        count.ShouldBe(Vectors.Read($"wycheproof/{file}").GetProperty("numberOfTests").GetInt32());
    }

    private static JsonElement.ArrayEnumerator Groups(string file) =>
        Vectors.Read($"wycheproof/{file}").GetProperty("testGroups").EnumerateArray();

    private static bool IsOurs(JsonElement group) =>
        group.GetProperty("keySize").GetInt32() == 256
        && group.GetProperty("ivSize").GetInt32() == 96
        && group.GetProperty("tagSize").GetInt32() == 128;

    private static bool IsValid(JsonElement test) =>
        test.GetProperty("result").GetString() switch
        {
            "valid" => true,
            "invalid" => false,
            var other => throw new InvalidDataException(
                $"{Name(test)} is '{other}': decide what is right for it."
            ),
        };

    private static bool Succeeds(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Hex(JsonElement element, string name) =>
        Convert.FromHexString(element.GetProperty(name).GetString()!);

    private static string Name(JsonElement test) =>
        $"tcId {test.GetProperty("tcId").GetInt32()}: {test.GetProperty("comment").GetString()}";
}
