using System.Text.Json;
using VaultPortal.Api.Secrets;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Portal;

/// <summary>Reads the bodies of the calls about secrets.</summary>
internal static class PortalReader
{
    private static readonly string[] NewMembers = ["key", "value", "isReserved", "expiresAt"];
    private static readonly string[] ChangeMembers =
    [
        "value",
        "isActive",
        "isReserved",
        "expiresAt",
        "version",
    ];
    private static readonly string[] RotationMembers =
    [
        "value",
        "generate",
        "graceHours",
        "version",
    ];
    private static readonly string[] GenerateMembers = ["length"];
    private static readonly string[] RevealMembers = ["previous"];
    private static readonly string[] ImportMembers = ["format", "text", "onConflict", "dryRun"];
    private static readonly string[] ExportMembers = ["format"];
    private static readonly string[] NewItemMembers = ["name", "secret", "expiresAt"];
    private static readonly string[] ItemMembers = ["name", "secret", "expiresAt", "version"];
    private static readonly string[] KeyRotationMembers = ["graceHours", "version"];

    public static NewEnvironmentSecret New(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, NewMembers);
        return new NewEnvironmentSecret
        {
            Key = input.Text(m[0], At(NewMembers[0])),
            Value = input.SecretText(m[1], At(NewMembers[1])),
            IsReserved = input.OptionalFlag(m[2], At(NewMembers[2])) ?? false,
            ExpiresAt = input.OptionalTime(m[3], At(NewMembers[3])),
            NeverExpires = m[3].ValueKind == JsonValueKind.Null,
            // A form is for something new: what lies in the trash is taken back there, not written over here.
            Strict = true,
        };
    }

    public static EnvironmentSecretChange Change(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ChangeMembers);
        return new EnvironmentSecretChange
        {
            Value = input.OptionalSecretText(m[0], At(ChangeMembers[0])),
            IsActive = input.OptionalFlag(m[1], At(ChangeMembers[1])),
            IsReserved = input.OptionalFlag(m[2], At(ChangeMembers[2])),
            ExpiresAt = Expiry(input, m[3]),
            IfMatch = Version(input, m[4]),
        };
    }

    public static SecretRotation Rotation(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, RotationMembers);
        return new SecretRotation
        {
            Value = input.OptionalSecretText(m[0], At(RotationMembers[0])),
            GenerateLength = Length(input, m[1]),
            GraceHours = Grace(input, m[2]),
            IfMatch = Version(input, m[3]),
        };
    }

    /// <summary>Whether the value before the last rotation is wanted.</summary>
    public static bool Reveal(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, RevealMembers);
        return input.OptionalFlag(m[0], At(RevealMembers[0])) ?? false;
    }

    /// <summary>The text of a file, as the secrets API takes it: <c>.env</c>, or JSON.</summary>
    public static ImportedText Import(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ImportMembers);
        var isJson = IsJson(input, m[0]);
        var text = input.SecretText(m[1], At(ImportMembers[1]));
        var onConflict = OnConflict(input, m[2]);
        var dryRun = input.OptionalFlag(m[3], At(ImportMembers[3])) ?? false;
        var file = isJson || input.Error is not null ? null : File(input, text);
        return new ImportedText(
            new SecretImport
            {
                Entries = file?.Entries ?? (isJson ? Entries(input, text) : []),
                OnConflict = onConflict,
                DryRun = dryRun,
            },
            file
        );
    }

    /// <summary>Whether JSON is wanted, and not <c>.env</c>.</summary>
    public static bool Export(JsonInput input, JsonElement body) =>
        IsJson(input, input.Members(body, JsonPointer.Root, ExportMembers)[0]);

    public static NewWorkflowItem NewItem(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, NewItemMembers);
        return new NewWorkflowItem
        {
            Name = input.Text(m[0], At(NewItemMembers[0])),
            Secret = input.OptionalSecretText(m[1], At(NewItemMembers[1])),
            ExpiresAt = input.OptionalTime(m[2], At(NewItemMembers[2])),
            NeverExpires = m[2].ValueKind == JsonValueKind.Null,
        };
    }

    public static WorkflowItemChange ItemChange(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, ItemMembers);
        return new WorkflowItemChange
        {
            Name = input.Text(m[0], At(ItemMembers[0])),
            Secret = input.OptionalSecretText(m[1], At(ItemMembers[1])),
            ExpiresAt = Expiry(input, m[2]),
            IfMatch = Version(input, m[3]),
            KeepsSecret = true,
        };
    }

    public static (int GraceHours, VersionCondition? IfMatch) KeyRotation(
        JsonInput input,
        JsonElement body
    )
    {
        var m = input.Members(body, JsonPointer.Root, KeyRotationMembers);
        return (Grace(input, m[0]), Version(input, m[1]));
    }

    /// <summary>0 to 168 hours; what lies outside is the service's to refuse.</summary>
    public static int Grace(JsonInput input, JsonElement element) =>
        (int)input.WholeNumber(element, At("graceHours"), 0, 168);

    private static IReadOnlyList<ImportEntry> Entries(JsonInput input, ReadOnlyMemory<byte> text)
    {
        using var document = input.Parse(text);
        return document is null ? [] : SecretReader.Import(input, document.RootElement);
    }

    private static EnvDocument? File(JsonInput input, ReadOnlyMemory<byte> text)
    {
        var file = EnvDocument.Parse(text.Span);
        if (file.Succeeded)
        {
            return file.Value;
        }

        input.Fail(At("text"), file.Error.Message);
        return null;
    }

    private static bool IsJson(JsonInput input, JsonElement element)
    {
        var format = input.Text(element, At("format"));
        if (format is not ("env" or "json"))
        {
            input.Fail(At("format"), "A format is env or json.");
        }

        return format == "json";
    }

    private static ImportConflict OnConflict(JsonInput input, JsonElement element)
    {
        switch (input.Text(element, At("onConflict")))
        {
            case "fail":
                return ImportConflict.Fail;
            case "skip":
                return ImportConflict.Skip;
            case "replace":
                return ImportConflict.Replace;
            default:
                input.Fail(At("onConflict"), "onConflict is skip, replace or fail.");
                return ImportConflict.Fail;
        }
    }

    private static int? Length(JsonInput input, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }

        var at = At("generate");
        var m = input.Members(element, at, GenerateMembers);
        return (int)input.WholeNumber(m[0], at.Member("length"), 1, 65_536);
    }

    /// <summary>Absent = stays, null = none.</summary>
    private static Given<DateTimeOffset?>? Expiry(JsonInput input, JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined
            ? null
            : new Given<DateTimeOffset?>(input.OptionalTime(element, At("expiresAt")));

    private static VersionCondition? Version(JsonInput input, JsonElement element) =>
        element.ValueKind == JsonValueKind.Undefined
            ? null
            : new VersionCondition([input.WholeNumber(element, At("version"), 1, long.MaxValue)]);

    private static JsonPointer At(string name) => JsonPointer.Root.Member(name);
}

/// <summary>An import as it was sent; disposing zeroes the values that were read from a <c>.env</c> file.</summary>
internal sealed record ImportedText(SecretImport Import, EnvDocument? File) : IDisposable
{
    public void Dispose() => File?.Dispose();
}
