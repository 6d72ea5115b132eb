using System.Collections;
using System.Text.Json.Nodes;
using QRCoder;
using EccLevel = QRCoder.QRCodeGenerator.ECCLevel;
using EciMode = QRCoder.QRCodeGenerator.EciMode;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>The tools of the sealed pages that need no page: run in Node.</summary>
public sealed class SealedToolsTests
{
    private const string Address =
        "otpauth://totp/Example%20Company:someone%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example%20Company&algorithm=SHA256&digits=8&period=60";

    private static readonly EccLevel[] Levels = [EccLevel.L, EccLevel.M, EccLevel.Q, EccLevel.H];

    [Fact]
    public async Task Generator_strength_and_codes_in_Node_do_what_they_say()
    {
        var result = await JavaScript.RunInNode("sealed-tools.mjs", [JavaScript.Sealed]);

        result["failures"]!.AsArray().ShouldBeEmpty();
        ((int)result["passed"]!).ShouldBe(27);
    }

    /// <summary>The codes are made by another program; the script draws them in all ways that a picture can be poor.</summary>
    [Fact]
    public async Task Reader_of_QR_codes_in_Node_reads_what_another_program_made()
    {
        var codes = new JsonObject
        {
            ["codes"] = new JsonArray([.. EveryVersion(), .. EveryKind()]),
        };

        var result = await JavaScript.RunInNode(
            "sealed-qr.mjs",
            [JavaScript.Sealed],
            codes.ToJsonString()
        );

        result["failures"]!.AsArray().ShouldBeEmpty();
        ((int)result["passed"]!).ShouldBe(25);
    }

    /// <summary>40 versions at 4 levels.</summary>
    private static IEnumerable<JsonNode> EveryVersion() =>
        from level in Levels
        from version in Enumerable.Range(1, 40)
        select Code(version < 3 ? $"V{version}{level}" : Address[..14], level, version);

    private static IEnumerable<JsonNode> EveryKind()
    {
        yield return Code("0123456789012345", EccLevel.M);
        yield return Code("12", EccLevel.M);
        yield return Code("HELLO WORLD $%*+-./:", EccLevel.Q);
        yield return Code("Grüße, ÄÖÜ", EccLevel.M);
        yield return Code("Grüße", EccLevel.M, eci: EciMode.Iso8859_1);
        yield return Code("Grüße, 名前 🐎", EccLevel.M, utf8: true);
        yield return Code("Grüße, 名前 🐎", EccLevel.M, utf8: true, mark: true);
        yield return Code("Grüße, 名前 🐎", EccLevel.M, eci: EciMode.Utf8);
        yield return Code(Address, EccLevel.L);
        yield return Code(Address, EccLevel.H);
        // The densest one.
        yield return Code(new string('7', 7089), EccLevel.L, 40);
        yield return Code(
            string.Concat(Enumerable.Range(0, 490).Select(i => $"{i * 7919:x5}")),
            EccLevel.L
        );
        // The writer chooses the mask: some of these have the rarest one.
        for (var number = 0; number < 24; number++)
        {
            yield return Code($"mask {number}", EccLevel.M, 2);
        }
    }

    private static JsonObject Code(
        string text,
        EccLevel level,
        int version = -1,
        bool utf8 = false,
        bool mark = false,
        EciMode eci = EciMode.Default
    )
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, level, utf8, mark, eci, version);
        // The writer puts a margin of four around.
        var rows = code.ModuleMatrix.Skip(4).SkipLast(4).Select(Row);
        return new JsonObject
        {
            ["text"] = text,
            ["version"] = code.Version,
            ["level"] = level.ToString(),
            ["modules"] = new JsonArray([.. rows.Select(row => JsonValue.Create(row))]),
        };
    }

    private static string Row(BitArray modules) =>
        string.Concat(modules.Cast<bool>().Skip(4).SkipLast(4).Select(dark => dark ? '1' : '0'));
}
