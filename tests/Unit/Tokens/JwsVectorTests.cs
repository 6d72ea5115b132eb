using System.Text;
using System.Text.Json;
using Shouldly;
using VaultPortal.Core.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

/// <summary>The published attacks on JSON Web Signatures. What is valid and not taken here is in another algorithm than the four; no other rule refuses a valid one.</summary>
public sealed class JwsVectorTests
{
    private const string File = "wycheproof/json_web_signature_test.json";

    private static readonly string[] Taken = ["EdDSA", "ES256", "RS256", "PS256"];

    [VectorFact(File)]
    public void Signatures_are_judged_as_published_in_the_algorithms_that_are_taken()
    {
        var (judged, valid, accepted, invalid) = (0, 0, 0, 0);
        foreach (var (group, test) in Tests())
        {
            judged++;
            var token = Jws.Parse(test.GetProperty("jws").GetString()!);
            var verified = token is not null && Keys(group).Find(token)?.Verifies(token) == true;
            var comment = $"{test.GetProperty("tcId")}: {test.GetProperty("comment")}";
            if (test.GetProperty("result").GetString() == "invalid")
            {
                invalid++;
                verified.ShouldBeFalse(comment);
                continue;
            }

            test.GetProperty("result").GetString().ShouldBe("valid", comment);
            valid++;
            verified.ShouldBe(token is not null && Taken.Contains(token.Algorithm), comment);
            accepted += verified ? 1 : 0;
        }

        judged.ShouldBe(Vectors.Read(File).GetProperty("numberOfTests").GetInt32());
        (judged, invalid, valid, accepted).ShouldBe((401, 355, 46, 16));
    }

    [VectorFact(File)]
    public void Text_that_is_not_strict_base64url_is_no_token()
    {
        var tests = Tests()
            .Where(t => t.Group.GetProperty("comment").GetString() == "base64")
            .ToLookup(
                t => t.Test.GetProperty("result").GetString()!,
                t => t.Test.GetProperty("jws").GetString()!
            );
        // Two of the published ones have lost the padding that they are about: their text is that of a valid one.
        var malformed = tests["invalid"].Except(tests["valid"]).ToList();

        malformed.Count.ShouldBe(12);
        malformed.ShouldAllBe(text => Jws.Parse(text) == null);
    }

    private static IEnumerable<(JsonElement Group, JsonElement Test)> Tests() =>
        Vectors
            .Read(File)
            .GetProperty("testGroups")
            .EnumerateArray()
            .SelectMany(group =>
                group.GetProperty("tests").EnumerateArray().Select(test => (group, test))
            );

    private static JwkSet Keys(JsonElement group)
    {
        var key = group.TryGetProperty("public", out var open)
            ? open
            : group.GetProperty("private");
        return JwkSet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{key.GetRawText()}}]}"""))!;
    }
}
