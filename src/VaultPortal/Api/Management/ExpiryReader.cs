using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Api.Management;

/// <summary>Reads what is asked of the expiries; what is not known is a fault, so that no filter is left out by a slip.</summary>
internal static class ExpiryReader
{
    private static readonly string[] Filters =
    [
        "state",
        "kind",
        "vault",
        "owner",
        "q",
        "before",
        "after",
    ];

    private static readonly string[] ChangeMembers = ["objects", "action", "by", "expiresAt"];
    private static readonly string[] ObjectMembers = ["kind", "id"];
    private static readonly string[] RotationMembers = ["objects", "graceHours", "generate"];
    private static readonly string[] RotatedMembers = ["kind", "id", "version"];
    private static readonly string[] GenerateMembers = ["length"];

    /// <summary>Longest id of an object: the key of an environment secret.</summary>
    private const int LongestId = 255;

    /// <param name="others">Parameters that the call knows besides the filters.</param>
    public static Result<(ExpiryQuery Query, QueryInput Input)> Query(
        IQueryCollection sent,
        params string[] others
    )
    {
        var input = new QueryInput(sent, [.. Filters, .. others]);
        var query = new ExpiryQuery
        {
            States = List<ExpiryState>(input, "state", ExpiryStateNames.TryParse),
            Kinds = List<LifetimeKind>(input, "kind", LifetimeKindNames.TryParse),
            VaultId = Id(input, "vault"),
            OwnerId = Id(input, "owner"),
            Search = input.Text("q"),
            Before = Time(input, "before"),
            After = Time(input, "after"),
            Cursor = others.Contains("cursor") ? input.Text("cursor") : null,
            Take = others.Contains("limit")
                ? input.Number("limit", 100, ExpiryQuery.MostTaken)
                : ExpiryQuery.MostTaken,
        };
        return input.Error is { } fault ? fault : (query, input);
    }

    public static BulkExpiryChange Change(JsonInput input, JsonElement root)
    {
        var at = JsonPointer.Root;
        var members = input.Members(root, at, ChangeMembers);
        return new BulkExpiryChange
        {
            Objects = input.List(
                members[0],
                at.Member("objects"),
                BulkExpiryChange.MostObjects,
                Object
            ),
            Action = Action(input, members[1], at.Member("action")),
            By = By(input, members[2], at.Member("by")),
            To = input.OptionalTime(members[3], at.Member("expiresAt")),
        };
    }

    public static BulkRotation Rotation(JsonInput input, JsonElement root)
    {
        var at = JsonPointer.Root;
        var members = input.Members(root, at, RotationMembers);
        return new BulkRotation
        {
            Objects = input.List(
                members[0],
                at.Member("objects"),
                BulkExpiryChange.MostObjects,
                Rotated
            ),
            // What is too long, the service says.
            GraceHours = (int)
                input.WholeNumber(members[1], at.Member("graceHours"), 0, int.MaxValue),
            GenerateLength = Length(input, members[2], at.Member("generate")),
        };
    }

    private static RotatedObject Rotated(JsonInput input, JsonElement element, JsonPointer at)
    {
        var members = input.Members(element, at, RotatedMembers);
        return new RotatedObject(
            Object(input, members, at),
            members[2].ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
                ? null
                : input.WholeNumber(members[2], at.Member("version"), 1, long.MaxValue)
        );
    }

    private static int Length(JsonInput input, JsonElement generate, JsonPointer at)
    {
        if (generate.ValueKind == JsonValueKind.Undefined)
        {
            return NewRotation.DefaultGenerateLength;
        }

        var members = input.Members(generate, at, GenerateMembers);
        return (int)input.WholeNumber(members[0], at.Member("length"), 1, int.MaxValue);
    }

    private static LifetimeRef Object(JsonInput input, JsonElement element, JsonPointer at) =>
        Object(input, input.Members(element, at, ObjectMembers), at);

    private static LifetimeRef Object(JsonInput input, JsonElement[] members, JsonPointer at)
    {
        var name = input.Text(members[0], at.Member("kind"));
        if (!LifetimeKindNames.TryParse(name, out var kind))
        {
            input.Fail(at.Member("kind"), $"A kind is one of {Known(LifetimeKindNames.All)}.");
        }

        var id = input.Text(members[1], at.Member("id"));
        if (id.Length is 0 or > LongestId)
        {
            input.Fail(at.Member("id"), $"An id has 1 to {LongestId} characters.");
        }

        return new LifetimeRef(kind, id);
    }

    private static ExpiryAction Action(JsonInput input, JsonElement element, JsonPointer at)
    {
        ExpiryAction? action = input.Text(element, at) switch
        {
            "extend" => ExpiryAction.Extend,
            "set" => ExpiryAction.Set,
            "clear" => ExpiryAction.Clear,
            _ => null,
        };
        if (action is null)
        {
            input.Fail(at, "An action is extend, set or clear.");
        }

        return action ?? default;
    }

    private static TimeSpan? By(JsonInput input, JsonElement element, JsonPointer at)
    {
        if (input.OptionalText(element, at) is not { } text)
        {
            return null;
        }

        if (DurationText.TryParse(text, out var by))
        {
            return by;
        }

        input.Fail(
            at,
            "A length of time is a whole number and m, h, d, w or y: 90d, for instance."
        );
        return null;
    }

    private delegate bool Parse<T>(string? name, out T value);

    private static List<T> List<T>(QueryInput input, string name, Parse<T> parse)
        where T : struct, Enum
    {
        var list = new List<T>();
        foreach (var part in input.Text(name)?.Split(',') ?? [])
        {
            if (parse(part, out var value))
            {
                list.Add(value);
            }
            else
            {
                input.Fail(
                    name,
                    "Names of states or kinds are expected here, with commas between."
                );
            }
        }

        return list;
    }

    private static string Known(IEnumerable<LifetimeKind> kinds) =>
        string.Join(", ", kinds.Select(kind => kind.WireName()));

    private static PublicId? Id(QueryInput input, string name)
    {
        if (input.Text(name) is not { } text)
        {
            return null;
        }

        if (PublicId.TryParse(text, out var id))
        {
            return id;
        }

        input.Fail(name, "An id is 24 lower-case hexadecimal characters.");
        return null;
    }

    private static DateTimeOffset? Time(QueryInput input, string name)
    {
        if (input.Text(name) is not { } text)
        {
            return null;
        }

        if (UtcTime.TryParse(text, out var time))
        {
            return time;
        }

        input.Fail(
            name,
            "A time is expected here as in RFC 3339, with an offset: 2027-01-31T10:00:00Z, for instance."
        );
        return null;
    }
}
