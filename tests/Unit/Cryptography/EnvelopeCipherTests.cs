using System.Text;
using System.Text.Json;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

/// <summary>Everything in Vectors/envelopes.json.</summary>
public sealed class EnvelopeCipherTests
{
    private static readonly JsonElement File = Vectors.ReadOwn("envelopes.json");
    private static readonly byte[] Dek = Convert.FromHexString(Text(File, "dek"));

    public static TheoryData<string> Cases =>
        [
            .. File.GetProperty("vectors")
                .EnumerateArray()
                .Select(vector => Text(vector, "why"))
                .Distinct(),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Envelope_opens_exactly_where_the_vector_says_so(string why)
    {
        foreach (
            var vector in File.GetProperty("vectors")
                .EnumerateArray()
                .Where(vector => Text(vector, "why") == why)
        )
        {
            var place = vector.TryGetProperty("place", out var own)
                ? own
                : File.GetProperty("place");
            var opens = EnvelopeCipher.TryOpen(
                Dek,
                Binding(place),
                Text(vector, "envelope"),
                out var value
            );

            opens.ShouldBe(vector.GetProperty("valid").GetBoolean());
            if (opens)
            {
                Encoding.UTF8.GetString(value!).ShouldBe(Text(vector, "plaintext"));
            }
        }
    }

    [Fact]
    public void Own_envelope_is_well_formed_opens_and_differs_each_time()
    {
        var binding = Binding(File.GetProperty("place"));
        var first = EnvelopeCipher.Seal(Dek, binding, "mine"u8);

        first.ShouldNotBe(EnvelopeCipher.Seal(Dek, binding, "mine"u8));
        Envelope.TryInspect(Encoding.UTF8.GetBytes(first), out _).ShouldBeTrue();
        EnvelopeCipher.TryOpen(Dek, binding, first, out var value).ShouldBeTrue();
        value.ShouldBe("mine"u8.ToArray());
    }

    [Fact]
    public void Value_that_is_too_long_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() =>
            EnvelopeCipher.Seal(Dek, [], new byte[50_000])
        );

    private static byte[] Binding(JsonElement place) =>
        Encoding.UTF8.GetBytes(
            $"vaultportal/field/v3|{Text(place, "vaultId")}|{Text(place, "itemId")}|{Text(place, "fieldId")}|{Text(place, "instanceId")}|{place.GetProperty("dekVersion").GetInt32()}"
        );

    private static string Text(JsonElement element, string member) =>
        element.GetProperty(member).GetString()!;
}
