using System.Globalization;
using System.Text.Json;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Machine;

/// <summary><c>page</c> and <c>limit</c> of a list, and the member <c>pagination</c> of its answer (machine.md section 7).</summary>
internal static class Paging
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 100;

    /// <summary>The page that is asked for, the first one unless said.</summary>
    public static Result<Page> Read(IQueryCollection sent) =>
        Number(sent, "page", 1, int.MaxValue / MaxLimit, out var page)
        && Number(sent, "limit", DefaultLimit, MaxLimit, out var limit)
            ? new Page(page, limit)
            : VaultError.Invalid("/page", $"page counts from 1, limit is 1 to {MaxLimit}.");

    public static void Write(Utf8JsonWriter writer, Page page, int total)
    {
        writer.WriteStartObject("pagination");
        writer.WriteNumber("page", page.Number);
        writer.WriteNumber("limit", page.Limit);
        writer.WriteNumber("total", total);
        writer.WriteNumber("totalPages", (total + page.Limit - 1) / page.Limit);
        writer.WriteEndObject();
    }

    private static bool Number(
        IQueryCollection sent,
        string name,
        int absent,
        int most,
        out int value
    )
    {
        value = absent;
        return !sent.TryGetValue(name, out var text)
            || (
                int.TryParse(
                    text.ToString(),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out value
                )
                && value >= 1
                && value <= most
            );
    }
}
