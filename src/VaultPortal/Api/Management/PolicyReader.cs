using System.Text.Json;
using VaultPortal.Api.Machine;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Management;

/// <summary>Reads the bodies and addresses of the calls about policies. What a good policy is, the service decides.</summary>
internal static class PolicyReader
{
    private static readonly string[] PolicyMembers =
    [
        "name",
        "match",
        "defaultLifetime",
        "longestLifetime",
        "onExpiry",
        "reminderOffsets",
        "rotateEvery",
        "remindsCreator",
        "remindsAdmins",
        "remindedPeople",
    ];

    private static readonly string[] MatchMembers =
    [
        "kind",
        "vault",
        "itemType",
        "fieldType",
        "classification",
    ];

    private static readonly string[] PreviewMembers = ["policyId", "policy"];

    /// <summary>More than any policy has, so that the service can say how many it may have.</summary>
    private const int MostEntries = ExpiryPolicyService.MostOffsets + 1;

    public static ExpiryPolicyDraft Policy(JsonInput input, JsonElement body) =>
        Policy(input, body, JsonPointer.Root);

    /// <summary>A policy, with the id of the one whose place it would take.</summary>
    public static (ExpiryPolicyDraft? Draft, PublicId? Id) Preview(
        JsonInput input,
        JsonElement body
    )
    {
        var m = input.Members(body, JsonPointer.Root, PreviewMembers);
        var id = input.OptionalId(m[0], JsonPointer.Root.Member("policyId"));
        var at = JsonPointer.Root.Member("policy");
        if (m[1].ValueKind == JsonValueKind.Null)
        {
            if (id is null)
            {
                input.Fail(at, "Without a policy, policyId names the one that would be deleted.");
            }

            return (null, id);
        }

        return input.Required(m[1], at) ? (Policy(input, m[1], at), id) : (null, id);
    }

    /// <summary>What the address of GET /expiry-policies/decision asks about.</summary>
    public static (PolicyMatch Match, VaultError? Error) Decision(HttpRequest request)
    {
        var query = new QueryInput(request.Query, MatchMembers);
        var match = new PolicyMatch
        {
            Kind = Named<LifetimeKind>(query.Text("kind"), LifetimeKindNames.TryParse, No("kind")),
            VaultId = Named<PublicId>(query.Text("vault"), PublicId.TryParse, No("vault")),
            ItemType = Named<ItemType>(query.Text("itemType"), WireNames.TryParse, No("itemType")),
            FieldType = Named<FieldType>(
                query.Text("fieldType"),
                WireNames.TryParse,
                No("fieldType")
            ),
            Classification = Named<DataClassification>(
                query.Text("classification"),
                WireNames.TryParse,
                No("classification")
            ),
        };
        if (match.Kind is null)
        {
            query.Fail("kind", "The kind of object is needed.");
        }

        return (match, query.Error);

        Action No(string name) => () => query.Fail(name, $"There is no such {name}.");
    }

    private static ExpiryPolicyDraft Policy(JsonInput input, JsonElement body, JsonPointer at)
    {
        var m = input.Members(body, at, PolicyMembers);
        return new ExpiryPolicyDraft
        {
            Name = input.Text(m[0], at.Member("name")),
            Match = Match(input, m[1], at.Member("match")),
            DefaultLifetime = OptionalLength(input, m[2], at.Member("defaultLifetime")),
            LongestLifetime = OptionalLength(input, m[3], at.Member("longestLifetime")),
            OnExpiry = WhatThen(input, m[4], at.Member("onExpiry")),
            ReminderOffsets = Entries(input, m[5], at.Member("reminderOffsets"), Length),
            RotateEvery = OptionalLength(input, m[6], at.Member("rotateEvery")),
            RemindsCreator = input.OptionalFlag(m[7], at.Member("remindsCreator")) ?? true,
            RemindsAdmins = input.OptionalFlag(m[8], at.Member("remindsAdmins")) ?? true,
            RemindedPeople = Entries(
                input,
                m[9],
                at.Member("remindedPeople"),
                static (reader, entry, place) => reader.Id(entry, place)
            ),
        };
    }

    /// <summary>Left out, a policy matches everything.</summary>
    private static PolicyMatch Match(JsonInput input, JsonElement element, JsonPointer at)
    {
        if (IsNothing(element))
        {
            return new PolicyMatch();
        }

        var m = input.Members(element, at, MatchMembers);
        return new PolicyMatch
        {
            Kind = Named<LifetimeKind>(Text(0), LifetimeKindNames.TryParse, No("kind")),
            VaultId = input.OptionalId(m[1], at.Member("vault")),
            ItemType = Named<ItemType>(Text(2), WireNames.TryParse, No("itemType")),
            FieldType = Named<FieldType>(Text(3), WireNames.TryParse, No("fieldType")),
            Classification = Named<DataClassification>(
                Text(4),
                WireNames.TryParse,
                No("classification")
            ),
        };

        string? Text(int member) =>
            IsNothing(m[member])
                ? null
                : input.OptionalText(m[member], at.Member(MatchMembers[member]));

        Action No(string name) => () => input.Fail(at.Member(name), $"There is no such {name}.");
    }

    private static OnExpiry WhatThen(JsonInput input, JsonElement element, JsonPointer at)
    {
        if (IsNothing(element))
        {
            return OnExpiry.Block;
        }

        switch (input.Text(element, at))
        {
            case "block":
                return OnExpiry.Block;
            case "warn":
                return OnExpiry.Warn;
            default:
                input.Fail(at, "On expiry it is block or warn.");
                return OnExpiry.Block;
        }
    }

    private static T[] Entries<T>(
        JsonInput input,
        JsonElement element,
        JsonPointer at,
        Func<JsonInput, JsonElement, JsonPointer, T> read
    ) => IsNothing(element) ? [] : input.List(element, at, MostEntries, read);

    private static TimeSpan? OptionalLength(JsonInput input, JsonElement element, JsonPointer at) =>
        IsNothing(element) ? null : Length(input, element, at);

    private static TimeSpan Length(JsonInput input, JsonElement element, JsonPointer at)
    {
        if (!DurationText.TryParse(input.Text(element, at), out var length))
        {
            input.Fail(
                at,
                "A length of time is a whole number and m, h, d, w or y, as 90d; at most 100y."
            );
        }

        return length;
    }

    private delegate bool Parser<T>(string text, out T value);

    private static T? Named<T>(string? text, Parser<T> parse, Action fail)
        where T : struct
    {
        if (text is null)
        {
            return null;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        fail();
        return null;
    }

    private static bool IsNothing(JsonElement element) =>
        element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
