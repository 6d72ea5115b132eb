using System.Diagnostics;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class Argon2idTests
{
    private const string Password = "correct horse battery staple";

    // Made with another implementation (OpenSSL's), salt 00 01 … 0f.
    private const string Current =
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$gYJZtjEAJqjg26xdLmknq8/bB7MiWPrE9hsYuA+SkIU";
    private const string Older =
        "$argon2id$v=19$m=4096,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw";

    [Theory]
    [InlineData(Current, false)]
    [InlineData(Older, true)]
    public void Hash_of_another_implementation_verifies(string phc, bool older)
    {
        Argon2id.Verify(phc, Password, out var needsRehash).ShouldBeTrue();
        needsRehash.ShouldBe(older);
    }

    [Theory]
    [InlineData("")]
    [InlineData("correct horse battery stapl")]
    [InlineData("Correct horse battery staple")]
    [InlineData("correct horse battery staple\0")]
    public void Wrong_password_does_not_verify_and_asks_for_no_rehash(string password)
    {
        Argon2id.Verify(Older, password, out var needsRehash).ShouldBeFalse();
        needsRehash.ShouldBeFalse();
    }

    [Fact]
    public void Hash_verifies_under_its_password_and_no_other()
    {
        var phc = Argon2id.Hash("pässwörd 🔐");

        phc.ShouldStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
        Argon2id.Verify(phc, "pässwörd 🔐", out var needsRehash).ShouldBeTrue();
        needsRehash.ShouldBeFalse();
        Argon2id.Verify(phc, "passwörd 🔐", out _).ShouldBeFalse();
    }

    [Fact]
    public void Same_password_hashes_differently_each_time() =>
        Argon2id.Hash("x").ShouldNotBe(Argon2id.Hash("x"));

    [Theory]
    [InlineData("")]
    [InlineData("password")]
    [InlineData(
        "$argon2id$v=19$m=4194304,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2id$v=19$m=4096,t=4000000,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2id$v=19$m=4096,t=0,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2id$v=19$m=-1,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2id$v=19$m=4294971392,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2id$v=19$m=4096,t=3,p=2$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2id$v=16$m=4096,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2i$v=19$m=4096,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2id$v=19$m=4096,t=3,p=1$AAECAwQFBgcICQoLDA0ODx$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData(
        "$argon2id$v=19$m=4096,t=3,p=1$AAECAwQFBgcICQ$VTsSHiMxkq48zEo8LUSymjr7JjaRSgsxGX2Z8HQE9Cw"
    )]
    [InlineData("$argon2id$v=19$m=4096,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$VTsSHiMxkq48zEo8LUSymg")]
    [InlineData("$argon2id$v=19$m=4096,t=3,p=1$AAECAwQFBgcICQoLDA0ODw$")]
    public void Malformed_or_hostile_string_is_refused_without_work(string phc)
    {
        var start = Stopwatch.GetTimestamp();

        Argon2id.Verify(phc, Password, out var needsRehash).ShouldBeFalse();

        needsRehash.ShouldBeFalse();
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }
}
