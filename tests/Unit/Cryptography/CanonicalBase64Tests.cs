using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class CanonicalBase64Tests
{
    [Fact]
    public void Bytes_round_trip() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                var text = Convert.ToBase64String(bytes);
                return CanonicalBase64.TryDecode(text, out var fromText)
                    && CanonicalBase64.TryDecode(Encoding.UTF8.GetBytes(text), out var fromUtf8)
                    && CanonicalBase64.IsCanonical(text)
                    && CanonicalBase64.IsCanonical(Encoding.UTF8.GetBytes(text))
                    && fromText.AsSpan().SequenceEqual(bytes)
                    && fromUtf8.AsSpan().SequenceEqual(bytes);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Text_is_taken_only_if_encoding_its_bytes_gives_it_back() =>
        Prop.ForAll(
                Gen.Elements("AQgwR+/= \n\t\r-_é\0".ToCharArray())
                    .ArrayOf()
                    .Resize(9)
                    .Select(letters => new string(letters))
                    .ToArbitrary(),
                text =>
                {
                    var accepted = CanonicalBase64.TryDecode(text, out var bytes);
                    return IsRefusedEverywhereOrNowhere(text, accepted)
                        && (!accepted || Convert.ToBase64String(bytes!) == text);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Theory]
    [InlineData("QQ")] // no padding
    [InlineData("QQ=")]
    [InlineData("QR==")] // unused bits
    [InlineData("QUJ=")]
    [InlineData("QQ==\n")]
    [InlineData("QQ== ")]
    [InlineData(" QQ==")]
    [InlineData("QU JD")]
    [InlineData("QUJD    ")]
    [InlineData("    ")]
    [InlineData("QQ==QQ==")]
    [InlineData("====")]
    [InlineData("A===")]
    [InlineData("QUI-")] // the URL alphabet
    [InlineData("QUJ\u00e9")]
    public void Text_that_is_not_canonical_is_refused(string text) =>
        IsRefusedEverywhereOrNowhere(text, accepted: false).ShouldBeTrue();

    [Fact]
    public void Empty_text_is_no_bytes()
    {
        CanonicalBase64.TryDecode("", out var bytes).ShouldBeTrue();
        bytes.ShouldBeEmpty();
    }

    private static bool IsRefusedEverywhereOrNowhere(string text, bool accepted)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return CanonicalBase64.TryDecode(text, out _) == accepted
            && CanonicalBase64.TryDecode(utf8, out _) == accepted
            && CanonicalBase64.IsCanonical(text) == accepted
            && CanonicalBase64.IsCanonical(utf8) == accepted;
    }
}
