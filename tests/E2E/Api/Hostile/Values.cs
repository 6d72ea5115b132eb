using System.Text;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>
/// What stands in a member's place, as the bytes of JSON that it is (or is not), and what comes of it: a fault of form, or an ordinary
/// value, which is judged by whatever comes after the form.
/// </summary>
public sealed record Value(string Label, byte[] Raw, bool IsGood)
{
    public static Value Bad(string label, string raw) =>
        new(label, Encoding.UTF8.GetBytes(raw), false);

    public static Value Good(string label, string raw) =>
        new(label, Encoding.UTF8.GetBytes(raw), true);
}

/// <summary>For each kind of value the good and the bad ones (machine.md section 3, RFC 8259, RFC 3339).</summary>
public static class Values
{
    private const string Smile = "😀";

    /// <summary>Of no kind is there a member that takes one of these.</summary>
    private static readonly Value[] NeverJson =
    [
        Value.Bad("raw NUL", "\"a\0b\""),
        Value.Bad("raw line feed", "\"a\nb\""),
        Value.Bad("unterminated", "\"a"),
        Value.Bad("single quotes", "'a'"),
        Value.Bad("NaN", "NaN"),
        Value.Bad("undefined", "undefined"),
        Value.Bad("leading zero", "01"),
        Value.Bad("hexadecimal", "0x1"),
        Value.Bad("comment", "/* a */ \"a\""),
        Value.Bad("trailing comma", "[1,]"),
        Value.Bad("nothing", ""),
        Value.Bad("deep", new string('[', 100_000)),
        Value.Bad("deep and closed", new string('[', 40) + new string(']', 40)),
        new("broken UTF-8", [0x22, 0xFF, 0x22], false),
        new("cut UTF-8", [0x22, 0xE2, 0x82, 0x22], false),
        new("overlong UTF-8", [0x22, 0xC0, 0x80, 0x22], false),
        new("surrogate in UTF-8", [0x22, 0xED, 0xA0, 0x80, 0x22], false),
    ];

    private static readonly Value[] NoText =
    [
        Value.Bad("number", "7"),
        Value.Bad("huge number", "1e400"),
        Value.Bad("true", "true"),
        Value.Bad("empty array", "[]"),
        Value.Bad("empty object", "{}"),
        Value.Bad("text in an array", "[\"a\"]"),
        Value.Bad("lone high surrogate", "\"\\ud800\""),
        Value.Bad("lone low surrogate", "\"a\\udc00b\""),
        Value.Bad("surrogates in reverse", "\"\\udc00\\ud800\""),
        Value.Bad("surrogate without its half", "\"\\ud83dx\""),
    ];

    private static readonly Value[] NoNumber =
    [
        Value.Bad("text", "\"1\""),
        Value.Bad("empty text", "\"\""),
        Value.Bad("true", "true"),
        Value.Bad("empty array", "[]"),
        Value.Bad("empty object", "{}"),
        Value.Bad("fraction of nothing", "1.0"),
        Value.Bad("exponent", "1e0"),
        Value.Bad("half", "0.5"),
        Value.Bad("negative", "-1"),
        Value.Bad("beyond any number", "1e400"),
        Value.Bad("tiny", "1e-400"),
        Value.Bad("2^53", "9007199254740992"),
        Value.Bad("2^63", "9223372036854775808"),
        Value.Bad("2^64", "18446744073709551616"),
        Value.Bad("many digits", new string('9', 10_000)),
    ];

    private static readonly Value[] NoEnum =
    [
        Value.Bad("empty text", "\"\""),
        Value.Bad("number of one", "\"1\""),
        Value.Bad("unknown", "\"NOTHING\""),
        Value.Bad("two", "\"READ,WRITE\""),
    ];

    /// <summary>The values to put into a member, of the kind's own and of no kind.</summary>
    public static IEnumerable<Value> Of(string kind) => [.. NeverJson, .. OfKind(kind)];

    private static IEnumerable<Value> OfKind(string kind) =>
        kind switch
        {
            "id" =>
            [
                .. NoText,
                Value.Bad("empty text", "\"\""),
                Value.Bad("blank", "\" \""),
                Value.Bad("upper case", "\"6B01A971ABF39ABA98D355F8\""),
                Value.Bad("23 characters", "\"6b01a971abf39aba98d355f\""),
                Value.Bad("25 characters", "\"6b01a971abf39aba98d355f81\""),
                Value.Bad("no digit", "\"6b01a971abf39aba98d355fg\""),
                Value.Bad("blank behind", "\"6b01a971abf39aba98d355f \""),
                Value.Bad("NUL", "\"6b01a971abf39aba98d355f\\u0000\""),
                Value.Bad("full-width digit", "\"6b01a971abf39aba98d355f８\""),
                Value.Bad("long", $"\"{new string('a', 70_000)}\""),
            ],
            "pem" =>
            [
                .. NoText,
                Value.Bad("empty text", "\"\""),
                Value.Bad("NUL", "\"a\\u0000b\""),
                Value.Bad(
                    "no key",
                    "\"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----\\n\""
                ),
                Value.Bad(
                    "private",
                    "\"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\\n\""
                ),
            ],
            "text" => [.. NoText, Value.Good("NUL", "\"a\\u0000b\"")],
            "name" =>
            [
                .. NoText,
                Value.Bad("empty text", "\"\""),
                Value.Bad("blank", "\" \\u00a0\\u2003\""),
                Value.Bad("NUL", "\"a\\u0000b\""),
                Value.Bad("U+001F", "\"a\\u001fb\""),
                Value.Bad("line feed", "\"a\\nb\""),
                Value.Bad("256 characters", $"\"{new string('a', 256)}\""),
                Value.Bad("256 characters of two units", $"\"{Many(Smile, 256)}\""),
                Value.Bad("70,000 characters", $"\"{new string('a', 70_000)}\""),
                Value.Good("255 characters", $"\"{new string('a', 255)}\""),
                Value.Good("255 characters of two units", $"\"{Many(Smile, 255)}\""),
                Value.Good("escaped pair", "\"\\ud83d\\ude00\""),
                Value.Good("delete", "\"a\u007fb\""),
                Value.Good("direction", "\"a\u202eb\""),
                Value.Good("markup", "\"<script>alert(1)</script>'; DROP TABLE vault; --\""),
            ],
            "website" =>
            [
                .. NoText,
                Value.Bad("empty text", "\"\""),
                Value.Bad("script", "\"javascript:alert(1)\""),
                Value.Bad("ftp", "\"ftp://example.com\""),
                Value.Bad("no host", "\"https://\""),
                Value.Bad("path", "\"/relative\""),
                Value.Bad("blank", "\"a b.example.com\""),
                Value.Bad("NUL", "\"a.example.com\\u0000\""),
                Value.Bad(
                    "2,049 characters",
                    $"\"https://a.example.com/{new string('a', 2_027)}\""
                ),
                Value.Good(
                    "2,048 characters",
                    $"\"https://a.example.com/{new string('a', 2_026)}\""
                ),
                Value.Good("host", "\"a.example.com\""),
            ],
            "envelope" =>
            [
                .. NoText,
                Value.Bad("empty text", "\"\""),
                Value.Bad("plain", "\"hunter2\""),
                Value.Bad("empty envelope", "\"{}\""),
                Value.Bad("older version", Envelope("2")),
                Value.Bad("version as text", Envelope("\\\"3\\\"")),
                Value.Bad("version with fraction", Envelope("3.0")),
                Value.Bad("further member", Envelope("3", more: ",\\\"x\\\":1")),
                Value.Bad("member twice", Envelope("3", more: ",\\\"v\\\":3")),
                Value.Bad("short iv", Envelope("3", iv: "AAAA")),
                Value.Bad("tag not canonical", Envelope("3", tag: "AAAAAAAAAAAAAAAAAAAAAB==")),
                Value.Bad("more than 64 KiB", Envelope("3", data: new string('A', 65_536))),
                Value.Good("no data", Envelope("3")),
                Value.Good("64 KiB", Envelope("3", data: new string('A', 65_464))),
            ],
            "version" =>
            [
                .. NoNumber,
                Value.Good("0", "0"),
                Value.Good("minus zero", "-0"),
                Value.Good("2^53 - 1", "9007199254740991"),
            ],
            "order" =>
            [
                .. NoNumber,
                Value.Good("minus zero", "-0"),
                Value.Bad("2^31", "2147483648"),
                Value.Good("2^31 - 1", "2147483647"),
            ],
            "count" =>
            [
                .. NoNumber,
                Value.Bad("minus zero", "-0"),
                Value.Bad("0", "0"),
                Value.Bad("2^31", "2147483648"),
                Value.Good("2^31 - 1", "2147483647"),
            ],
            "time" =>
            [
                .. NoText,
                Value.Bad("empty text", "\"\""),
                Value.Bad("no offset", "\"2031-01-31T10:00:00\""),
                Value.Bad("date", "\"2031-01-31\""),
                Value.Bad("blank for T", "\"2031-01-31 10:00:00Z\""),
                Value.Bad("month 13", "\"2031-13-01T10:00:00Z\""),
                Value.Bad("30 February", "\"2031-02-30T10:00:00Z\""),
                Value.Bad("hour 24", "\"2031-01-31T24:00:00Z\""),
                Value.Bad("leap second", "\"2031-12-31T23:59:60Z\""),
                Value.Bad("year 0", "\"0000-01-01T00:00:00Z\""),
                Value.Bad("before year 1", "\"0001-01-01T00:00:00+01:00\""),
                Value.Bad("after year 9999", "\"9999-12-31T23:59:59-01:00\""),
                Value.Bad("offset of 24 h", "\"2031-01-31T10:00:00+24:00\""),
                Value.Bad("fraction without digits", "\"2031-01-31T10:00:00.Z\""),
                Value.Bad("blank behind", "\"2031-01-31T10:00:00Z \""),
                Value.Bad("five digits", "\"12031-01-31T10:00:00Z\""),
                Value.Bad("other digits", "\"２031-01-31T10:00:00Z\""),
                Value.Good("many digits", $"\"2031-01-31T10:00:00.{new string('9', 1_000)}Z\""),
                Value.Good("offset", "\"2031-01-31T10:00:00-23:59\""),
                Value.Good("first moment", "\"0001-01-01T00:00:00Z\""),
                Value.Good("last moment", "\"9999-12-31T23:59:59.9999999Z\""),
            ],
            "base64" =>
            [
                .. NoText,
                Value.Bad("no base64", "\"*\""),
                Value.Bad("blank inside", "\"AA AA\""),
                Value.Bad("no padding", "\"AA\""),
                Value.Bad("not canonical", "\"AB==\""),
                Value.Bad("URL alphabet", "\"__--\""),
            ],
            "query" =>
            [
                .. NoText,
                Value.Bad("NUL", "\"a\\u0000b\""),
                Value.Bad("101 characters", $"\"{new string('a', 101)}\""),
                Value.Good("100 characters", $"\"{Many(Smile, 100)}\""),
                Value.Good("operators", "\"\\\" OR * NEAR(a b) ^ % _ -- '\""),
            ],
            "page" => [.. NoNumber, Value.Bad("0", "0"), Value.Good("2", "2")],
            "limit" =>
            [
                .. NoNumber,
                Value.Bad("0", "0"),
                Value.Bad("101", "101"),
                Value.Good("100", "100"),
            ],
            "signerType" => Enum("AGENT_ENCRYPTION_KEY"),
            "classification" => Enum("PUBLIC", "CUI"),
            "itemType" => Enum("LOGIN", "CUSTOM"),
            "fieldType" => Enum("TEXT", "FILE"),
            "assetType" => Enum("VAULT", "VAULT_ITEM"),
            "principalType" => Enum("USER", "AGENT"),
            "level" => Enum("READ", "ADMIN"),
            // The other actions have other members.
            "action" => Enum("add"),
            "algorithm" => Enum("HPKE-X25519-HKDF-SHA256-AES256GCM", "RSA-OAEP-SHA256"),
            "reason" => Enum("replaced", "compromised"),
            _ when Shapes.IsShape(kind) =>
            [
                Value.Bad("number", "7"),
                Value.Bad("text", "\"a\""),
                Value.Bad("true", "true"),
                Value.Bad("empty array", "[]"),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };

    private static IEnumerable<Value> Enum(params string[] good) =>
        [
            .. NoText,
            .. NoEnum,
            Value.Bad("other case", $"\"{OtherCase(good[0])}\""),
            Value.Bad("blank behind", $"\"{good[0]} \""),
            .. good.Select(name => Value.Good(name, $"\"{name}\"")),
            Value.Good("escaped", $"\"\\u{(int)good[0][0]:x4}{good[0][1..]}\""),
        ];

    private static string Envelope(
        string version,
        string iv = "AAAAAAAAAAAAAAAA",
        string tag = "AAAAAAAAAAAAAAAAAAAAAA==",
        string data = "",
        string more = ""
    ) =>
        $"\"{{\\\"v\\\":{version},\\\"iv\\\":\\\"{iv}\\\",\\\"t\\\":\\\"{tag}\\\",\\\"d\\\":\\\"{data}\\\"{more}}}\"";

    private static string OtherCase(string name) =>
        string.Concat(
            name.Select(c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c))
        );

    private static string Many(string text, int times) =>
        string.Concat(Enumerable.Repeat(text, times));
}
