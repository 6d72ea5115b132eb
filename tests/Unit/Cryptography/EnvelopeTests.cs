using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class EnvelopeTests
{
    private const string Iv = "AAAAAAAAAAAAAAAA";
    private const string Tag = "AAAAAAAAAAAAAAAAAAAAAA==";

    [Fact]
    public void Envelope_of_any_ciphertext_tells_its_length() =>
        Prop.ForAll<byte[]>(ciphertext =>
                Inspect(
                    $$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"{{Convert.ToBase64String(ciphertext)}}"}"""
                ) == new EnvelopeDetails(3, ciphertext.Length)
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData($$"""{"d":"QQ==","t":"{{Tag}}","v":3,"iv":"{{Iv}}"}""")]
    [InlineData($$""" { "v" : 3 , "iv":"{{Iv}}", "t":"{{Tag}}", "d":"QQ==" } """)]
    [InlineData($$"""{"v":3,"iv":"\u0041AAAAAAAAAAAAAAA","t":"{{Tag}}","d":"QQ=="}""")]
    public void Envelope_in_another_spelling_of_the_same_JSON_is_taken(string text) =>
        Inspect(text).ShouldBe(new EnvelopeDetails(3, 1));

    [Theory]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}"}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","d":""}""")]
    [InlineData($$"""{"v":3,"t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"iv":"{{Iv}}","t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"v":2,"iv":"{{Iv}}","t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"v":"3","iv":"{{Iv}}","t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"v":3.0,"iv":"{{Iv}}","t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"v":3,"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"","d":""}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"","x":1}""")]
    [InlineData($$"""{"V":3,"iv":"{{Iv}}","t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"v":3,"iv":"AAAA","t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}AAAA","t":"{{Tag}}","d":""}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Iv}}","d":""}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":null}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":{} }""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"QR=="}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"Q"}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"\ud800"}""")]
    [InlineData("""{"\ud800":3}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"","\udc00":1}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":""}x""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":""}{}""")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":""} """ + "\0")]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"" """)]
    [InlineData($$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"",}""")]
    public void Text_that_is_not_an_envelope_is_refused(string text) =>
        Inspect(text).ShouldBeNull();

    [Theory]
    [InlineData(65536, true)]
    [InlineData(65537, false)]
    public void Envelope_is_limited_to_65536_bytes(int length, bool accepted)
    {
        var text = $$"""{"v":3,"iv":"{{Iv}}","t":"{{Tag}}","d":"AAAA"}""".PadRight(length);

        Envelope.TryInspect(Encoding.UTF8.GetBytes(text), out _).ShouldBe(accepted);
    }

    private static EnvelopeDetails? Inspect(string text) =>
        Envelope.TryInspect(Encoding.UTF8.GetBytes(text), out var details) ? details : null;
}
