using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Management;

/// <summary>What several calls behind <see cref="ManagementDoor"/> read alike.</summary>
internal static class ManagementReader
{
    /// <summary>A body that says nothing and may be left out.</summary>
    public static readonly BodyRules NoBody = BodyRules.Plain with { Optional = true };

    public static Unit Nothing(JsonInput input, JsonElement body)
    {
        input.Members(body, JsonPointer.Root, []);
        return default;
    }

    /// <summary>The cursor of a list that goes on behind an entry; null = from its beginning.</summary>
    public static PublicId? Cursor(QueryInput query)
    {
        if (query.Text("cursor") is not { } text)
        {
            return null;
        }

        if (PublicId.TryParse(text, out var id))
        {
            return id;
        }

        query.Fail("cursor", "This is no cursor of this list; take the one that it answered.");
        return null;
    }
}
