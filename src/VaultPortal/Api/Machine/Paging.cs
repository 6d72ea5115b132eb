using System.Text.Json;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Machine;

/// <summary><c>page</c> and <c>limit</c> of a list, and the member <c>pagination</c> of its answer (machine.md section 7).</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 100;

    /// <summary>The page that is asked for, the first one unless said; a fault is kept in the input.</summary>
    public static Page Read(QueryInput input) =>
        new(
            input.Number("page", 1, int.MaxValue / MaxLimit),
            input.Number("limit", DefaultLimit, MaxLimit)
        );

    /// <summary>The same of a list that knows these filters besides.</summary>
    public static Result<Page> Read(IQueryCollection sent, params string[] filters)
    {
        var input = new QueryInput(sent, [.. filters, "page", "limit"]);
        var page = Read(input);
        return input.Error is { } problem ? problem : page;
    }

    public static void Write(Utf8JsonWriter writer, Page page, int total)
    {
        writer.WriteStartObject("pagination");
        writer.WriteNumber("page", page.Number);
        writer.WriteNumber("limit", page.Limit);
        writer.WriteNumber("total", total);
        writer.WriteNumber("totalPages", (total + page.Limit - 1) / page.Limit);
        writer.WriteEndObject();
    }
}
