using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Secrets;

/// <summary>Reads the bodies of this door. What a good key or value is, the service decides.</summary>
internal static class SecretReader
{
    private const int DefaultGraceHours = 24;
    private const int MostEntries = 1 << 17;

    private static readonly string[] CreateMembers = ["key", "value", "isReserved", "expiresAt"];
    private static readonly string[] UpdateMembers =
    [
        "value",
        "isActive",
        "isReserved",
        "expiresAt",
    ];
    private static readonly string[] RotateMembers = ["value", "generate", "graceHours"];
    private static readonly string[] GenerateMembers = ["length"];
    private static readonly string[] RotateOwnMembers = ["gracePeriodHours"];
    private static readonly string[] VerifyMembers = ["value"];
    private static readonly string[] ImportMembers = ["secrets"];
    private static readonly string[] SignInMembers = ["username", "password"];

    public static NewEnvironmentSecret Create(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, CreateMembers);
        if (IsEmpty(m[0]) || IsEmpty(m[1]))
        {
            input.Fail(JsonPointer.Root, "Both key and value are required", InputFault.Missing);
        }

        return new NewEnvironmentSecret
        {
            Key = input.Text(m[0], At("key")),
            Value = input.SecretText(m[1], At("value")),
            IsReserved = input.OptionalFlag(m[2], At("isReserved")) ?? false,
            ExpiresAt = input.OptionalTime(m[3], At("expiresAt")),
            NeverExpires = m[3].ValueKind == JsonValueKind.Null,
        };
    }

    public static EnvironmentSecretChange Update(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, UpdateMembers);
        return new EnvironmentSecretChange
        {
            Value = input.OptionalSecretText(m[0], At("value")),
            IsActive = input.OptionalFlag(m[1], At("isActive")),
            IsReserved = input.OptionalFlag(m[2], At("isReserved")),
            ExpiresAt = GivenTime(input, m[3], At("expiresAt")),
        };
    }

    /// <summary>Exactly one of a value and the wish for a generated one.</summary>
    public static SecretRotation Rotate(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, RotateMembers);
        if (IsAbsent(m[0]) == IsAbsent(m[1]))
        {
            input.Fail(JsonPointer.Root, "Exactly one of value and generate is required.");
        }

        return new SecretRotation
        {
            Value = input.OptionalSecretText(m[0], At("value")),
            GenerateLength = IsAbsent(m[1]) ? null : Length(input, m[1]),
            GraceHours = Hours(input, m[2], At("graceHours")),
        };
    }

    /// <summary>For how many hours the key that makes the call stays good.</summary>
    public static int RotateOwn(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, RotateOwnMembers);
        return Hours(input, m[0], At("gracePeriodHours"));
    }

    public static ReadOnlyMemory<byte> Verify(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, VerifyMembers);
        return input.SecretText(m[0], At("value"));
    }

    /// <summary>A body that says nothing.</summary>
    public static Unit Nothing(JsonInput input, JsonElement body)
    {
        input.Members(body, JsonPointer.Root, []);
        return default;
    }

    public static IReadOnlyList<ImportEntry> Import(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ImportMembers);
        var line = 0;
        return input.List(
            m[0],
            At("secrets"),
            MostEntries,
            (_, element, at) => Entry(input, element, at, ++line)
        );
    }

    public static Credentials SignIn(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, SignInMembers);
        return new Credentials(input.Text(m[0], At("username")), input.Text(m[1], At("password")));
    }

    private static ImportEntry Entry(JsonInput input, JsonElement element, JsonPointer at, int line)
    {
        var m = input.Members(element, at, CreateMembers);
        return new ImportEntry
        {
            Line = line,
            Key = input.Text(m[0], at.Member("key")),
            Value = input.SecretText(m[1], at.Member("value")),
            IsReserved = input.OptionalFlag(m[2], at.Member("isReserved")),
            ExpiresAt = GivenTime(input, m[3], at.Member("expiresAt")),
        };
    }

    private static Given<DateTimeOffset?>? GivenTime(
        JsonInput input,
        JsonElement element,
        JsonPointer at
    ) => IsAbsent(element) ? null : new Given<DateTimeOffset?>(input.OptionalTime(element, at));

    private static int Length(JsonInput input, JsonElement generate)
    {
        var m = input.Members(generate, At("generate"), GenerateMembers);
        // What is too short or too long, the service says.
        return (int)input.WholeNumber(m[0], At("generate").Member("length"), 1, int.MaxValue);
    }

    private static int Hours(JsonInput input, JsonElement element, JsonPointer at) =>
        IsAbsent(element)
            ? DefaultGraceHours
            : (int)input.WholeNumber(element, at, 0, SecretRules.MaxGraceHours);

    private static bool IsAbsent(JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined;

    /// <summary>Not there, null, or an empty text.</summary>
    private static bool IsEmpty(JsonElement element) =>
        element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null
        || (element.ValueKind == JsonValueKind.String && element.ValueEquals(""u8));

    private static JsonPointer At(string member) => JsonPointer.Root.Member(member);
}

/// <summary>What somebody signs in with.</summary>
internal sealed record Credentials(string Username, string Password)
{
    /// <summary>Without the password, which stands in no log.</summary>
    public override string ToString() => "credentials";
}
