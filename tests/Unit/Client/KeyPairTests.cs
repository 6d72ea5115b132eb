using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using VaultPortal.Client;
using Xunit;

namespace VaultPortal.Tests.Unit.Client;

public sealed class KeyPairTests
{
    private static readonly JsonElement Locked = Vectors.ReadOwn("private-key.json");
    private static readonly JsonElement Keys = Vectors
        .ReadOwn("checkpoints.json")
        .GetProperty("keys");

    [Fact]
    public void Wrapped_key_of_the_vector_unlocks()
    {
        using var pair = Unlock(Text(Locked, "passphrase"));

        pair.Fingerprint.ShouldBe(Text(Locked, "fingerprint"));
        pair.EncryptionFingerprint.ShouldBe(Text(Locked, "encryptionFingerprint"));
    }

    [Fact]
    public void Wrong_passphrase_other_fingerprint_and_few_rounds_are_refused()
    {
        var passphrase = Text(Locked, "passphrase");
        var wrapped = Text(Locked, "wrapped");

        Should.Throw<CryptographicException>(() => Unlock("wrong"));
        Should.Throw<CryptographicException>(() => Unlock(Text(Locked, "decomposed")));
        Should.Throw<CryptographicException>(() =>
            Unlock(passphrase, wrapped.Replace("600000", "1000", StringComparison.Ordinal))
        );
        Should.Throw<CryptographicException>(() =>
            KeyPair.Unlock(
                wrapped,
                passphrase,
                new string('0', 64),
                Text(Locked, "encryptionFingerprint")
            )
        );
        Should.Throw<CryptographicException>(() => Unlock(passphrase, "{}"));
    }

    [Fact]
    public void Own_wrapped_key_unlocks()
    {
        using var pair = KeyPair.Generate();
        var wrapped = pair.Wrap("correct horse");

        using var again = KeyPair.Unlock(
            wrapped,
            "correct horse",
            pair.Fingerprint,
            pair.EncryptionFingerprint!
        );

        again.Fingerprint.ShouldBe(pair.Fingerprint);
        wrapped.Length.ShouldBeLessThan(16 * 1024);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa-pss-sha256")]
    [InlineData("ecdsa-p256-sha256")]
    public void Key_of_each_algorithm_signs_for_its_public_half(string name)
    {
        var key = Keys.GetProperty(name);
        using var pair = KeyPair.FromPem(Text(key, "privateKeyPkcs8Pem"));

        pair.PublicKeyPem.ShouldBe(Text(key, "publicKeySpkiPem"));
        pair.Fingerprint.ShouldBe(Text(key, "fingerprint"));
        pair.PublicKey.Verify("message"u8, pair.Sign("message"u8)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Data_key_reaches_its_recipient_under_a_signature_that_binds_everything(bool rsa)
    {
        using var pair = rsa
            ? KeyPair.FromPem(Text(Keys.GetProperty("rsa-pss-sha256"), "privateKeyPkcs8Pem"))
            : KeyPair.Generate();
        var own = new MemberKey(PublicId.New(), pair);
        var dek = RandomNumberGenerator.GetBytes(32);
        var vaultId = PublicId.New();

        var wrap = DekWrapping.Wrap(own, vaultId, 3, dek, KeyAccount.RecipientOf(own));

        pair.Unwrap(wrap).ShouldBe(dek);
        bool Holds(WrappedDek other) =>
            DekWrapping.Holds(other, pair.PublicKey, pair.EncryptionFingerprint!);
        Holds(wrap).ShouldBeTrue();
        Holds(wrap with { DekVersion = 4 }).ShouldBeFalse();
        Holds(wrap with { VaultId = PublicId.New() }).ShouldBeFalse();
        Holds(wrap with { RecipientKeyId = PublicId.New() }).ShouldBeFalse();
        DekWrapping.Holds(wrap, pair.PublicKey, new string('0', 64)).ShouldBeFalse();
    }

    [Fact]
    public void Text_of_a_key_pair_says_nothing_of_its_private_half()
    {
        using var pair = KeyPair.Generate();

        new MemberKey("id", pair).ToString().ShouldNotContain(pair.ExportPem().Signing[40..60]);
    }

    private static KeyPair Unlock(string passphrase, string? wrapped = null) =>
        KeyPair.Unlock(
            wrapped ?? Text(Locked, "wrapped"),
            passphrase,
            Text(Locked, "fingerprint"),
            Text(Locked, "encryptionFingerprint")
        );

    private static string Text(JsonElement element, string member) =>
        element.GetProperty(member).GetString()!;
}
