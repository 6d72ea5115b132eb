using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the body of POST /search (machine.md section 7).</summary>
internal static class SearchReader
{
    private const int MostTypes = 8;
    private const int MostVaults = 500;

    private static readonly string[] Members =
    [
        "q",
        "types",
        "vaultIds",
        "expiresBefore",
        "page",
        "limit",
    ];

    public static ItemQuery Read(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, Members);
        var page = Number(input, m[4], At("page"), 1, int.MaxValue / Paging.MaxLimit);
        var limit = Number(input, m[5], At("limit"), Paging.DefaultLimit, Paging.MaxLimit);
        return new ItemQuery
        {
            Text = Text(input, m[0]),
            Types = IsAbsent(m[1]) ? null : input.List(m[1], At("types"), MostTypes, Type),
            VaultIds = IsAbsent(m[2])
                ? null
                : input.List(m[2], At("vaultIds"), MostVaults, (i, id, at) => i.Id(id, at)),
            ExpiresBefore = IsAbsent(m[3]) ? null : Time(input, m[3]),
            Page = new Page(page, limit),
        };
    }

    private static string Text(JsonInput input, JsonElement element)
    {
        var text = input.Text(element, At("q"));
        if (text.EnumerateRunes().Count() > ItemSearch.LongestText)
        {
            input.Fail(At("q"), $"At most {ItemSearch.LongestText} characters are looked for.");
        }
        else if (text.AsSpan().ContainsAnyInRange('\u0000', '\u001F'))
        {
            input.Fail(At("q"), "Names, labels and websites have no control characters.");
        }

        return text;
    }

    private static ItemType Type(JsonInput input, JsonElement element, JsonPointer at)
    {
        if (!WireNames.TryParse(input.Text(element, at), out ItemType type))
        {
            input.Fail(at, "There is no such type of item.");
        }

        return type;
    }

    private static DateTimeOffset? Time(JsonInput input, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null)
        {
            input.Fail(At("expiresBefore"), "A time is expected here.");
        }

        return input.OptionalTime(element, At("expiresBefore"));
    }

    private static int Number(
        JsonInput input,
        JsonElement element,
        JsonPointer at,
        int absent,
        int most
    ) => IsAbsent(element) ? absent : (int)input.WholeNumber(element, at, 1, most);

    private static bool IsAbsent(JsonElement element) => VaultItemReader.IsAbsent(element);

    private static JsonPointer At(string member) => JsonPointer.Root.Member(member);
}
