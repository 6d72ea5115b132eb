using System.Text;
using Shouldly;
using VaultPortal.Core.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

public sealed class JwsTests
{
    private const string Good = """{"alg":"EdDSA"}""";

    [Fact]
    public void Token_is_taken_apart()
    {
        var token = Jws.Parse(Token("""{"typ":"JWT","alg":"EdDSA","kid":"k","cty":"x"}"""))!;

        (token.Algorithm, token.KeyId, token.Type).ShouldBe(("EdDSA", "k", "JWT"));
        Encoding.UTF8.GetString(token.Payload.Span).ShouldBe("{}");
        token.Signature.Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""{"alg":"EdDSA","alg":"EdDSA"}""")]
    [InlineData("""{"alg":"EdDSA","\u0061lg":"none"}""")]
    [InlineData("""{"alg":null}""")]
    [InlineData("""{"alg":""}""")]
    [InlineData("""{"alg":["EdDSA"]}""")]
    [InlineData("""{"alg":"EdDSA","kid":1}""")]
    [InlineData("""{"alg":"EdDSA","kid":""}""")]
    [InlineData("""{"alg":"EdDSA","kid":"\ud800"}""")]
    [InlineData("""{"alg":"EdDSA","typ":null}""")]
    [InlineData("""{"alg":"EdDSA","crit":["exp"]}""")]
    [InlineData("""{"alg":"EdDSA","b64":false}""")]
    [InlineData("""{"alg":"EdDSA","jwk":{}}""")]
    [InlineData("""{"alg":"EdDSA","jku":"https://evil.example/keys"}""")]
    [InlineData("""{"alg":"EdDSA","x5u":"https://evil.example/cert"}""")]
    [InlineData("""{"alg":"EdDSA","x5c":[]}""")]
    [InlineData("""{"alg":"EdDSA","x5t":"x"}""")]
    [InlineData("""{"alg":"EdDSA","zip":"DEF"}""")]
    [InlineData("""{"alg":"EdDSA","Alg":"EdDSA"}""")]
    [InlineData("""{"alg":"EdDSA","\ud800":1}""")]
    [InlineData("""{"alg":"EdDSA"} """ + "x")]
    [InlineData("""{"alg":"EdDSA",}""")]
    public void Header_with_anything_else_is_refused(string header) =>
        Jws.Parse(Token(header)).ShouldBeNull();

    [Fact]
    public void Header_that_is_not_utf8_is_refused()
    {
        byte[] header = [.. """{"alg":"EdDSA","kid":"k"""u8, 0xFF, .. "\"}"u8];

        Jws.Parse($"{StrictBase64Url.Encode(header)}.e30.AAAA").ShouldBeNull();
    }

    [Fact]
    public void Token_is_refused_when_a_part_is_missing_too_many_or_padded()
    {
        var good = Token(Good);
        var parts = good.Split('.');
        Jws.Parse(good).ShouldNotBeNull();

        foreach (
            var wrong in (string[])
                [
                    "",
                    ".",
                    "..",
                    "...",
                    parts[0],
                    $"{parts[0]}.{parts[1]}",
                    $"{parts[0]}.{parts[1]}.",
                    $".{parts[1]}.{parts[2]}",
                    $"{good}.",
                    $".{good}",
                    $"{good}.{parts[2]}",
                    $"{good}=",
                    $"{parts[0]}=.{parts[1]}.{parts[2]}",
                    $"{parts[0]}.{parts[1]}=.{parts[2]}",
                    $"{parts[0]}.{parts[1]}.AA==",
                    $"{good} ",
                    $" {good}",
                    $"{good}\n",
                    good.Replace('.', ' '),
                    $"{parts[0]}.{parts[1]}.AA+/",
                    $"{parts[0]}.{parts[1]}.A",
                    $"{parts[0]}.{parts[1]}.AB",
                    $"{parts[0]}.{parts[1]}.AAB",
                    $"{parts[0]}.{parts[1]}.AA\u00e9A",
                    $"{parts[0]}.{parts[1]}.\u0410AAA",
                ]
        )
        {
            Jws.Parse(wrong).ShouldBeNull(wrong);
        }
    }

    [Fact]
    public void Every_beginning_of_a_token_is_refused()
    {
        using var key = new ForeignKey();
        var token = key.Sign(key.Header(), []);
        var whole = Jws.Parse(token)!.Signature.Length;

        for (var length = 0; length < token.Length; length++)
        {
            (Jws.Parse(token[..length])?.Signature.Length ?? 0).ShouldBeLessThan(whole);
        }
    }

    [Theory]
    [InlineData(Jws.MaxLength, true)]
    [InlineData(Jws.MaxLength + 1, false)]
    public void Token_has_at_most_8_KiB(int length, bool taken)
    {
        var head = StrictBase64Url.Encode(Encoding.UTF8.GetBytes(Good));
        var rest = length - head.Length - 2;
        // Two lengths that base64 has, in whatever is left.
        var signature = new string('A', (rest - 4) % 4 == 1 ? 7 : 4);
        var token = $"{head}.{new string('A', rest - signature.Length)}.{signature}";

        (Jws.Parse(token) is not null).ShouldBe(taken);
        token.Length.ShouldBe(length);
    }

    private static string Token(string header) =>
        $"{StrictBase64Url.Encode(Encoding.UTF8.GetBytes(header))}.e30.AAAA";
}
