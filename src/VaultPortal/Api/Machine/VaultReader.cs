using System.Text.Json;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the bodies of vault calls (machine.md section 6).</summary>
internal static class VaultReader
{
    // A new vault has two principals at most, with a few keys each; every entry costs a signature check.
    private const int MaxWraps = 200;
    private static readonly string[] CreateMembers =
    [
        "id",
        "name",
        "summaryCheckpoint",
        "dataClassification",
        "directoryCheckpoint",
        "permissionCheckpoint",
        "wrappedDeks",
    ];
    private static readonly string[] UpdateMembers =
    [
        "directoryCheckpoint",
        "summaryCheckpoint",
        "name",
        "dataClassification",
    ];
    private static readonly string[] StateMembers = ["directoryCheckpoint", "statementSignature"];

    public static NewVault Create(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, CreateMembers);
        return new NewVault
        {
            Id = input.Id(m[0], root.Member("id")),
            Name = VaultItemReader.Name(input, m[1], root),
            Summary = CheckpointReader.Summary(input, m[2], root.Member("summaryCheckpoint")),
            Classification = Classification(input, m[3]),
            Directory = VaultItemReader.IsAbsent(m[4])
                ? null
                : CheckpointReader.Directory(input, m[4], root.Member("directoryCheckpoint")),
            Permission = VaultItemReader.IsAbsent(m[5])
                ? null
                : CheckpointReader.Permission(input, m[5], root.Member("permissionCheckpoint")),
            WrappedDeks = VaultItemReader.IsAbsent(m[6])
                ? []
                : input.List(m[6], root.Member("wrappedDeks"), MaxWraps, WrapReader.Wrap),
        };
    }

    public static VaultUpdate Update(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, UpdateMembers);
        return new VaultUpdate
        {
            Directory = CheckpointReader.Directory(input, m[0], root.Member("directoryCheckpoint")),
            Summary = CheckpointReader.Summary(input, m[1], root.Member("summaryCheckpoint")),
            Name = VaultItemReader.Name(input, m[2], root),
            Classification = Classification(input, m[3]),
        };
    }

    public static VaultStateChange StateChange(JsonInput input, JsonElement body)
    {
        var root = JsonPointer.Root;
        var m = input.Members(body, root, StateMembers);
        var directory = CheckpointReader.Directory(input, m[0], root.Member("directoryCheckpoint"));
        var statement = input.Text(m[1], root.Member("statementSignature"));
        return new VaultStateChange(
            directory,
            CanonicalBase64.TryDecode(statement, out var bytes) ? bytes : null
        );
    }

    /// <summary>Optional, but never null: a classification cannot be taken away.</summary>
    private static DataClassification? Classification(JsonInput input, JsonElement element)
    {
        var at = JsonPointer.Root.Member("dataClassification");
        if (input.OptionalText(element, at) is not { } text)
        {
            return null;
        }

        if (WireNames.TryParse(text, out DataClassification value))
        {
            return value;
        }

        input.Fail(at, "A classification is PUBLIC, INTERNAL, CONFIDENTIAL or CUI.");
        return null;
    }
}
