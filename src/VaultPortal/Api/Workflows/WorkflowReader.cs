using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Workflows;

/// <summary>Reads the bodies of this door. What a good name or secret is, the service decides.</summary>
internal static class WorkflowReader
{
    private const int MostWanted = 100;
    private const int DefaultGraceHours = 24;

    private static readonly string[] ItemMembers = ["name", "secret", "expires_at"];
    private static readonly string[] ResolveMembers = ["ids", "names"];
    private static readonly string[] VerifyMembers = ["key"];
    private static readonly string[] RotateMembers = ["grace_hours"];

    public static NewWorkflowItem Create(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ItemMembers);
        var name = input.Text(m[0], At("name"));
        return new NewWorkflowItem
        {
            Name = name,
            Secret = Secret(input, m[1], name),
            ExpiresAt = input.OptionalTime(m[2], At("expires_at")),
            NeverExpires = m[2].ValueKind == JsonValueKind.Null,
        };
    }

    public static WorkflowItemChange Update(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ItemMembers);
        var name = input.Text(m[0], At("name"));
        return new WorkflowItemChange
        {
            Name = name,
            Secret = Secret(input, m[1], name),
            ExpiresAt = IsAbsent(m[2])
                ? null
                : new Given<DateTimeOffset?>(input.OptionalTime(m[2], At("expires_at"))),
        };
    }

    public static WorkflowResolve Resolve(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ResolveMembers);
        if (IsAbsent(m[0]) && IsAbsent(m[1]))
        {
            input.Required(m[0], At("ids"));
        }

        var wanted = new WorkflowResolve(
            Texts(input, m[0], At("ids")),
            Texts(input, m[1], At("names"))
        );
        if (wanted.Ids.Count + wanted.Names.Count > MostWanted)
        {
            input.Fail(At("names"), $"At most {MostWanted} ids and names together are allowed.");
        }

        return wanted;
    }

    public static string Verify(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, VerifyMembers);
        return input.Text(m[0], At("key"));
    }

    /// <summary>For how many hours the old key stays valid.</summary>
    public static int Rotate(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, RotateMembers);
        return IsAbsent(m[0])
            ? DefaultGraceHours
            : (int)input.WholeNumber(m[0], At("grace_hours"), 0, SecretRules.MaxGraceHours);
    }

    /// <summary>Required but for a key that is generated, which the name says.</summary>
    private static ReadOnlyMemory<byte>? Secret(JsonInput input, JsonElement element, string name)
    {
        if (!SecretRules.HasGeneratedKey(name))
        {
            input.Required(element, At("secret"));
        }

        return input.OptionalSecretText(element, At("secret"));
    }

    private static string[] Texts(JsonInput input, JsonElement element, JsonPointer at) =>
        IsAbsent(element)
            ? []
            : input.List(
                element,
                at,
                MostWanted,
                static (reader, entry, place) => reader.Text(entry, place)
            );

    private static bool IsAbsent(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined;

    private static JsonPointer At(string member) => JsonPointer.Root.Member(member);
}
