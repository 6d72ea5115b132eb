using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Shared;

/// <summary>Entity tags and the conditions that name them (RFC 9110 sections 8.8.3 and 13.1). A secret's tag is its version in quotes.</summary>
internal static class EntityTags
{
    // Versions count from 1: a condition that no state fulfils.
    private static readonly VersionCondition Never = new([0]);
    private static readonly VersionCondition Any = new([]);

    public static string Of(long version) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>
    /// <c>If-Match</c>: null when it was not sent. Compared strongly, so a weak tag matches nothing; nor does a tag that is no version.
    /// </summary>
    public static Result<VersionCondition?> IfMatch(HttpRequest request)
    {
        var sent = request.Headers.IfMatch;
        if (sent.Count == 0)
        {
            return (VersionCondition?)null;
        }

        if (!TryParse(sent, out var tags))
        {
            return Malformed("If-Match");
        }

        if (tags.Any(tag => tag == EntityTagHeaderValue.Any))
        {
            return Any;
        }

        var versions = tags.Where(tag => !tag.IsWeak).Select(VersionOf).OfType<long>().ToArray();
        return versions.Length == 0 ? Never : new VersionCondition(versions);
    }

    /// <summary><c>If-None-Match: *</c>: only where there is nothing yet. No other form says anything about something to be made.</summary>
    public static Result<bool> IfNoneExists(HttpRequest request)
    {
        var sent = request.Headers.IfNoneMatch;
        return sent.Count == 0 ? false
            : sent.ToString().Trim() == "*" ? true
            : VaultError.Invalid("", "If-None-Match can only be * here.");
    }

    /// <summary>Whether the caller has the answer with this tag already (<c>If-None-Match</c> on a read, compared weakly). A malformed one says nothing.</summary>
    public static bool IsKnown(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch is { Count: > 0 } sent
        && TryParse(sent, out var known)
        && known.Any(one =>
            one == EntityTagHeaderValue.Any || one.Tag.Equals(tag, StringComparison.Ordinal)
        );

    private static bool TryParse(StringValues sent, out IList<EntityTagHeaderValue> tags)
    {
        var read = EntityTagHeaderValue.TryParseStrictList(
            [.. sent.OfType<string>()],
            out var parsed
        );
        tags = parsed ?? [];
        // The platform takes * as one of several; the grammar does not.
        return read
            && tags.Count > 0
            && (tags.Count == 1 || !tags.Contains(EntityTagHeaderValue.Any));
    }

    private static long? VersionOf(EntityTagHeaderValue tag)
    {
        var digits = tag.Tag.AsSpan().Trim('"');
        return
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            // "01" is another tag than "1".
            && tag.Tag.Equals(Of(version), StringComparison.Ordinal)
            ? version
            : null;
    }

    private static VaultError Malformed(string header) =>
        VaultError.Invalid(
            "",
            $"{header} is * or a list of entity tags in quotes, as the header ETag gives them."
        );
}
