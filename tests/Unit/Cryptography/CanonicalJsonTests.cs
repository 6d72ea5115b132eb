using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cryptography;

public sealed class CanonicalJsonTests
{
    [VectorFact("jcs/input")]
    public void Documents_of_the_published_vectors_give_the_published_bytes()
    {
        var files = Directory.GetFiles(Vectors.ForeignPath("jcs/input"));
        files.Length.ShouldBeGreaterThanOrEqualTo(6);
        foreach (var file in files)
        {
            var expected = File.ReadAllBytes(
                Path.Combine(Vectors.ForeignPath("jcs/output"), Path.GetFileName(file))
            );
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            CanonicalJson
                .Canonicalize(document.RootElement)
                .ShouldBe(expected, Path.GetFileName(file));
            CanonicalJson
                .Canonicalize(File.ReadAllBytes(file))
                .ShouldBe(expected, Path.GetFileName(file));
        }
    }

    [VectorFact("jcs/numbers.csv")]
    public void Numbers_of_the_published_vectors_give_the_published_text()
    {
        var lines = File.ReadAllLines(Vectors.ForeignPath("jcs/numbers.csv"))[1..];
        lines.Length.ShouldBeGreaterThan(4000);
        foreach (var line in lines)
        {
            var (bits, expected) = (line[..16], line[17..]);
            var value = BitConverter.UInt64BitsToDouble(
                ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            );
            Canonical(value.ToString("E17", CultureInfo.InvariantCulture)).ShouldBe(expected, line);
            Canonical(value.ToString("R", CultureInfo.InvariantCulture)).ShouldBe(expected, line);
        }
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("0e5", "0")]
    [InlineData("1e-400", "0")]
    [InlineData("10", "10")]
    [InlineData("-7", "-7")]
    [InlineData("1.0", "1")]
    [InlineData("1E2", "100")]
    [InlineData("9007199254740991", "9007199254740991")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("123456789012345678901234567890", "1.2345678901234568e+29")]
    [InlineData("999999999999999999999", "1e+21")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("-1.5e-9", "-1.5e-9")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    public void Number_is_written_as_ECMAScript_writes_it(string number, string expected) =>
        Canonical(number).ShouldBe(expected);

    [Fact]
    public void Number_round_trips_and_has_no_shorter_form()
    {
        Prop.ForAll<DoNotSize<long>>(bits =>
            {
                var value = BitConverter.Int64BitsToDouble(bits.Item);
                if (!double.IsFinite(value))
                {
                    return true;
                }

                var text = Canonical(value.ToString("E17", CultureInfo.InvariantCulture));
                var digits = Math.Max(
                    text.Split('e')[0]
                        .Trim('-')
                        .Replace(".", "", StringComparison.Ordinal)
                        .Trim('0')
                        .Length,
                    1
                );
                var roundTrips = double.Parse(text, CultureInfo.InvariantCulture)
                    .Equals(value == 0 ? 0 : value);
                var shorter = value.ToString(
                    $"E{Math.Max(digits - 2, 0)}",
                    CultureInfo.InvariantCulture
                );
                return roundTrips
                    && (
                        digits == 1
                        || !double.Parse(shorter, CultureInfo.InvariantCulture).Equals(value)
                    );
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("""{"b":1,"a":2}""", """{"a":2,"b":1}""")]
    [InlineData("""{"aa":1,"a":2,"":3}""", """{"":3,"a":2,"aa":1}""")]
    [InlineData("""{"a\"":1,"a!":2,"a#":3}""", """{"a!":2,"a\"":1,"a#":3}""")]
    [InlineData("""{"\\":1,"]":2,"[":3}""", """{"[":3,"\\":1,"]":2}""")]
    [InlineData(
        """{"\t":1,"\f":2,"\n":3,"\b":4,"\u001f":5,"\u001a":6," ":7}""",
        """{"\b":4,"\t":1,"\n":3,"\f":2,"\u001a":6,"\u001f":5," ":7}"""
    )]
    [InlineData("""{"\u0061b":1,"aa":2}""", """{"aa":2,"ab":1}""")]
    [InlineData(
        "{\"\uFB33\":1,\"\U0001F602\":2,\"\uD7FF\":3}",
        "{\"\uD7FF\":3,\"\U0001F602\":2,\"\uFB33\":1}"
    )]
    [InlineData(
        """[ { "z" : { "y":1, "x":[{"b":null,"a":true}] }, "a":{} } ]""",
        """[{"a":{},"z":{"x":[{"a":true,"b":null}],"y":1}}]"""
    )]
    public void Members_are_sorted_by_UTF16_code_units(string text, string expected) =>
        Canonical(text).ShouldBe(expected);

    [Fact]
    public void Large_object_is_sorted_like_a_small_one()
    {
        var names = Enumerable.Range(0, 500).Select(i => $"n{i * 7919 % 500}").ToArray();
        var text = "{" + string.Join(',', names.Select(name => $"\"{name}\":[\"{name}\"]")) + "}";

        var sorted = names.Order(StringComparer.Ordinal).Select(name => $"\"{name}\":[\"{name}\"]");

        Canonical(text).ShouldBe("{" + string.Join(',', sorted) + "}");
    }

    [Theory]
    [InlineData(@"""\u0041\/\u007f\u20ac""", "\"A/\u007f\u20ac\"")]
    [InlineData(@"""\u0000\u001F\u0008\u0022\u005c""", @"""\u0000\u001f\b\""\\""")]
    [InlineData(@"""\ud83d\ude02""", "\"\U0001F602\"")]
    [InlineData("\"\"", "\"\"")]
    public void String_has_the_shortest_escapes(string text, string expected) =>
        Canonical(text).ShouldBe(expected);

    [Theory]
    [InlineData("1e400")]
    [InlineData("[-1e309]")]
    [InlineData(@"""\ud83d""")]
    [InlineData(@"""\ude02\ud83d""")]
    [InlineData(@"{""\ud800"":1}")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1,"b":2,"\u0061":3}""")]
    [InlineData("""[{"x":{"b":1,"a":2,"b":3}}]""")]
    [InlineData("")]
    [InlineData("{}{}")]
    [InlineData("[1,]")]
    [InlineData("/* comment */ 1")]
    [InlineData("{\"a\"}")]
    [InlineData("\uFEFF{}")]
    [InlineData("01")]
    [InlineData("\"\t\"")]
    public void Text_without_a_canonical_form_is_refused(string text) =>
        Should.Throw<CanonicalJsonException>(() =>
            CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text))
        );

    [Theory]
    [InlineData("22C328 22")] // a broken second byte
    [InlineData("22C080 22")] // overlong
    [InlineData("22EDA080 22")] // an encoded surrogate
    [InlineData("22FF5C6E 22")] // with an escape behind it
    public void Invalid_UTF8_is_refused(string hex) =>
        Should.Throw<CanonicalJsonException>(() =>
            CanonicalJson.Canonicalize(
                Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))
            )
        );

    [Theory]
    [InlineData("1e400")]
    [InlineData(@"[""\ud83d""]")]
    [InlineData("""{"b":1,"a":1,"b":2}""")]
    public void Element_without_a_canonical_form_is_refused_and_nothing_is_written(string text)
    {
        using var document = JsonDocument.Parse(text);
        var output = new ArrayBufferWriter<byte>();

        Should.Throw<CanonicalJsonException>(() =>
            CanonicalJson.Write(document.RootElement, output)
        );

        output.WrittenCount.ShouldBe(0);
    }

    [Fact]
    public void Undefined_element_is_refused() =>
        Should.Throw<CanonicalJsonException>(() =>
            CanonicalJson.Canonicalize(default(JsonElement))
        );

    [Fact]
    public void Refusal_does_not_repeat_the_text()
    {
        foreach (
            var text in new[]
            {
                "{\"topsecret\":1,\"topsecret\":2}",
                "{\"topsecret\"",
                "\"topsecret\\ud800\"",
                "[topsecret]",
            }
        )
        {
            var refusal = Should.Throw<CanonicalJsonException>(() =>
                CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text))
            );
            refusal.ToString().ShouldNotContain("topsecret");
        }
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Nesting_is_limited_to_64_levels(int depth, bool accepted)
    {
        var text = new string('[', depth) + new string(']', depth);
        if (accepted)
        {
            Canonical(text).ShouldBe(text);
        }
        else
        {
            Should.Throw<CanonicalJsonException>(() => Canonical(text));
        }
    }

    [Fact]
    public void WriteString_equals_the_string_of_a_document()
    {
        Prop.ForAll(
                RandomJson.Text.ToArbitrary(),
                value =>
                {
                    var output = new ArrayBufferWriter<byte>();
                    CanonicalJson.WriteString(value, output);
                    return Encoding.UTF8.GetString(output.WrittenSpan)
                        == Canonical(JsonSerializer.Serialize(value));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void WriteString_refuses_a_lone_surrogate() =>
        Should.Throw<CanonicalJsonException>(() =>
            CanonicalJson.WriteString("a\ud800\n", new ArrayBufferWriter<byte>())
        );

    [Fact]
    public void Element_inside_a_document_is_written_alone()
    {
        using var document = JsonDocument.Parse(
            """{"checkpoint": {"b" : 1, "a" : "x"}, "signature":"s"}"""
        );
        var output = new ArrayBufferWriter<byte>();

        CanonicalJson.Write(document.RootElement.GetProperty("checkpoint"), output);

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("""{"a":"x","b":1}""");
    }

    [Fact]
    public void Canonical_form_is_its_own_canonical_form_and_means_the_same() =>
        Prop.ForAll(
                RandomJson.Arbitrary,
                node =>
                {
                    var canonical = Canonical(node.ToJsonString());
                    return Canonical(canonical) == canonical
                        && JsonNode.DeepEquals(JsonNode.Parse(canonical), node);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Order_of_members_and_white_space_are_irrelevant() =>
        Prop.ForAll(
                RandomJson.Arbitrary,
                node =>
                    Canonical(
                        RandomJson
                            .Reverse(node)
                            .ToJsonString(new JsonSerializerOptions { WriteIndented = true })
                    ) == Canonical(node.ToJsonString())
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Canonical_form_is_the_same_from_many_threads()
    {
        var texts = Enumerable
            .Range(0, 200)
            .Select(i => $$"""{"z":{{i}},"a":[{"y":"\n{{i}}","b":{{i}}.5}]}""")
            .ToArray();

        Parallel.For(
            0,
            4000,
            i =>
                Canonical(texts[i % 200])
                    .ShouldBe(
                        $$"""{"a":[{"b":{{i % 200}}.5,"y":"\n{{i % 200}}"}],"z":{{i % 200}}}"""
                    )
        );
    }

    private static string Canonical(string text) =>
        Encoding.UTF8.GetString(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(text)));
}
