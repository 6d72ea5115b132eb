using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Core.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

public sealed class JwkSetTests
{
    [Theory]
    [InlineData("EdDSA")]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void Key_of_each_algorithm_verifies_what_it_signed_and_nothing_else(string algorithm)
    {
        using var key = new ForeignKey(algorithm);
        var set = Parse(ForeignKey.Set(key.Jwk()))!;
        var token = Jws.Parse(key.Sign(key.Header(), []))!;

        var found = set.Find(token).ShouldNotBeNull();

        found.Verifies(token).ShouldBeTrue();
        var parts = key.Sign(key.Header(), []).Split('.');
        found.Verifies(Jws.Parse($"{parts[0]}.e30x.{parts[2]}")!).ShouldBeFalse();
        found.Verifies(Jws.Parse($"{parts[0]}.{parts[1]}.AAAA")!).ShouldBeFalse();
        found
            .Verifies(Jws.Parse($"{parts[0]}.{parts[1]}.{new string('A', parts[2].Length - 2)}AA")!)
            .ShouldBeFalse();
    }

    [Theory]
    [InlineData("EdDSA", "EdDSA")]
    [InlineData("ES256", "ES256")]
    [InlineData("RS256", "RS256")]
    public void Key_without_algorithm_has_the_one_of_its_kind(string algorithm, string taken)
    {
        using var key = new ForeignKey(algorithm);
        var jwk = key.Jwk();
        jwk.Remove("alg");
        jwk.Remove("use");

        Keys(jwk).ShouldHaveSingleItem().Algorithm.ToString().ShouldBe(taken);
    }

    [Theory]
    [InlineData("use")]
    [InlineData("key_ops")]
    [InlineData("crv")]
    [InlineData("kty")]
    public void Key_with_a_lone_surrogate_in_a_member_is_passed_over(string member)
    {
        using var key = new ForeignKey("EdDSA");
        var jwk = key.Jwk();
        jwk[member] = member == "key_ops" ? new JsonArray("?") : "?";
        var set = ForeignKey.Set(jwk).Replace("\"?\"", "\"\\ud800\"", StringComparison.Ordinal);

        Parse(set).ShouldNotBeNull().Keys.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("RS256", "PS256")]
    [InlineData("PS256", "RS256")]
    [InlineData("RS256", "RS512")]
    [InlineData("RS256", "HS256")]
    [InlineData("RS256", "none")]
    [InlineData("ES256", "EdDSA")]
    public void Header_does_not_choose_the_algorithm_of_a_key(string keyAlgorithm, string header)
    {
        using var key = new ForeignKey(keyAlgorithm);
        var set = Parse(ForeignKey.Set(key.Jwk()))!;
        var headers = key.Header();
        headers["alg"] = header;

        set.Find(Jws.Parse(key.Sign(headers, []))!).ShouldBeNull();
    }

    [Theory]
    [InlineData("EdDSA", "kty", "\"EC\"")]
    [InlineData("EdDSA", "kty", "null")]
    [InlineData("EdDSA", "crv", "\"X25519\"")]
    [InlineData("EdDSA", "crv", "\"Ed448\"")]
    [InlineData("EdDSA", "alg", "\"ES256\"")]
    [InlineData("EdDSA", "alg", "7")]
    [InlineData("EdDSA", "use", "\"enc\"")]
    [InlineData("EdDSA", "use", "null")]
    [InlineData("EdDSA", "key_ops", "[\"sign\"]")]
    [InlineData("EdDSA", "key_ops", "\"verify\"")]
    [InlineData("EdDSA", "kid", "\"\"")]
    [InlineData("EdDSA", "kid", "1")]
    [InlineData("EdDSA", "d", "\"AAAA\"")]
    [InlineData("EdDSA", "k", "\"AAAA\"")]
    [InlineData("EdDSA", "x", "\"AAAA\"")]
    [InlineData("EdDSA", "x", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("EdDSA", "x", "[]")]
    [InlineData("ES256", "crv", "\"P-384\"")]
    [InlineData("ES256", "crv", "\"secp256k1\"")]
    [InlineData("ES256", "y", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("ES256", "d", "\"AAAA\"")]
    [InlineData("RS256", "e", "\"AQ\"")]
    [InlineData("RS256", "e", "\"Ag\"")]
    [InlineData("RS256", "e", "\"AAEAAQ\"")]
    [InlineData("RS256", "e", "\"AQAAAAE\"")]
    [InlineData("RS256", "n", "\"AQAB\"")]
    [InlineData("RS256", "n", "\"\"")]
    [InlineData("RS256", "p", "\"AAAA\"")]
    [InlineData("RS256", "alg", "\"RS384\"")]
    [InlineData("RS256", "alg", "\"RSA-OAEP\"")]
    public void Key_that_is_not_for_checking_tokens_is_passed_over(
        string algorithm,
        string member,
        string json
    )
    {
        using var key = new ForeignKey(algorithm);
        using var good = new ForeignKey(keyId: "good");
        var jwk = key.Jwk();
        jwk[member] = JsonNode.Parse(json);

        Keys(jwk, good.Jwk()).ShouldHaveSingleItem().KeyId.ShouldBe("good");
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2040)]
    public void Rsa_key_that_is_too_short_is_passed_over(int bits)
    {
        using var key = new ForeignKey("RS256", rsaBits: bits);

        Keys(key.Jwk()).ShouldBeEmpty();
    }

    [Fact]
    public void Ed25519_point_of_low_order_is_passed_over()
    {
        using var key = new ForeignKey();
        var jwk = key.Jwk();
        jwk["x"] = StrictBase64Url.Encode([1, .. new byte[31]]);

        Keys(jwk).ShouldBeEmpty();
    }

    [Fact]
    public void Key_operations_with_verify_and_members_that_are_not_known_are_taken()
    {
        using var key = new ForeignKey();
        var jwk = key.Jwk();
        jwk["key_ops"] = new JsonArray("verify");
        jwk["x5t"] = "AAAA";
        jwk["ext"] = true;

        Keys(jwk).Count.ShouldBe(1);
    }

    [Fact]
    public void Private_and_symmetric_keys_are_told()
    {
        using var key = new ForeignKey();
        Parse(ForeignKey.Set(key.Jwk()))!.HoldsPrivateKeys.ShouldBeFalse();
        var jwk = key.Jwk();
        jwk["d"] = "AAAA";

        Parse(ForeignKey.Set(jwk))!.HoldsPrivateKeys.ShouldBeTrue();
        Parse("""{"keys":[{"kty":"oct","k":"AAAA"}]}""")!.HoldsPrivateKeys.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"OKP","kty":"EC"}]}""")]
    [InlineData("""{"keys":[]""")]
    [InlineData("""{"keys":[]} x""")]
    [InlineData("{\"keys\":[\"\u00e9\"],\"\\ud800\":1,\"a\":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}")]
    public void Text_that_is_no_key_set_is_none(string text) => Parse(text).ShouldBeNull();

    [Fact]
    public void Key_set_that_is_too_large_or_has_too_many_keys_is_none()
    {
        Parse($$"""{"keys":[],"x":"{{new string('x', JwkSet.MaxLength)}}"}""").ShouldBeNull();
        Parse($$"""{"keys":[{{string.Join(',', Enumerable.Repeat("{}", 101))}}]}""").ShouldBeNull();
        Parse($$"""{"keys":[{{string.Join(',', Enumerable.Repeat("{}", 100))}}]}""")
            .ShouldNotBeNull();
    }

    [Fact]
    public void Elements_that_are_no_objects_are_passed_over()
    {
        using var key = new ForeignKey();

        Parse($$"""{"keys":[null,1,"x",[],{{key.Jwk().ToJsonString()}}]}""")!
            .Keys.Count.ShouldBe(1);
    }

    [Fact]
    public void Token_without_kid_finds_the_only_key_of_its_algorithm()
    {
        using var one = new ForeignKey("EdDSA", "a");
        using var other = new ForeignKey("ES256", "b");
        using var twin = new ForeignKey("EdDSA", "c");
        var token = Jws.Parse(one.Sign("""{"alg":"EdDSA"}""", "{}"))!;

        Parse(ForeignKey.Set(one.Jwk(), other.Jwk()))!.Find(token)!.KeyId.ShouldBe("a");
        Parse(ForeignKey.Set(one.Jwk(), twin.Jwk()))!.Find(token).ShouldBeNull();
        Parse(ForeignKey.Set(other.Jwk()))!.Find(token).ShouldBeNull();
    }

    [Fact]
    public void Token_with_kid_never_finds_a_key_without_or_one_of_two()
    {
        using var key = new ForeignKey();
        var nameless = key.Jwk();
        nameless.Remove("kid");
        var token = Jws.Parse(key.Sign(key.Header(), []))!;

        Parse(ForeignKey.Set(nameless))!.Find(token).ShouldBeNull();
        Parse(ForeignKey.Set(key.Jwk(), key.Jwk()))!.Find(token).ShouldBeNull();
        Parse(ForeignKey.Set(nameless))!
            .Find(Jws.Parse(key.Sign("""{"alg":"EdDSA"}""", "{}"))!)
            .ShouldNotBeNull();
    }

    [Fact]
    public void Key_is_safe_for_concurrent_use()
    {
        using var key = new ForeignKey("RS256");
        var found = Keys(key.Jwk())[0];
        var token = Jws.Parse(key.Sign(key.Header(), []))!;

        Parallel.For(0, 200, i => found.Verifies(token).ShouldBeTrue());
    }

    private static JwkSet? Parse(string text) => JwkSet.Parse(Encoding.UTF8.GetBytes(text));

    private static IReadOnlyList<TokenKey> Keys(params JsonObject[] keys) =>
        Parse(ForeignKey.Set(keys))!.Keys;
}
