using System.Text.Json;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Api.Machine;

/// <summary>Reads the bodies of wrapped-keys and rekey (machine.md section 6).</summary>
internal static class WrappedKeyReader
{
    private static readonly string[] AddMembers = ["wrappedDeks"];
    private static readonly string[] RekeyMembers = ["wrappedDeks", "summaryCheckpoint"];
    private static readonly JsonPointer Wraps = JsonPointer.Root.Member("wrappedDeks");

    public static WrappedDekInput[] Add(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, AddMembers);
        var wraps = input.List(m[0], Wraps, WrappedKeyService.MaxEntries, WrapReader.Wrap);
        if (wraps.Length == 0)
        {
            input.Fail(Wraps, "At least one wrapped key is expected here.");
        }

        return wraps;
    }

    public static Rekeying Rekey(JsonInput input, JsonElement body)
    {
        var m = input.Members(body, JsonPointer.Root, RekeyMembers);
        return new Rekeying(
            input.List(m[0], Wraps, WrappedKeyService.MaxEntries, WrapReader.Wrap),
            CheckpointReader.Summary(input, m[1], JsonPointer.Root.Member("summaryCheckpoint"))
        );
    }
}
