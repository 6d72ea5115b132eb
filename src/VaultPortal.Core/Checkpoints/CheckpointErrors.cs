using VaultPortal.Core.Common;

namespace VaultPortal.Core.Checkpoints;

/// <summary>The refusals of this concern, in the machine contract's codes (machine.md section 2).</summary>
public static class CheckpointErrors
{
    public static VaultError InvalidSignature(JsonPointer wrapper) =>
        new(
            ErrorKind.Invalid,
            "checkpoint_invalid_signature",
            "The signature has to be canonical base64 of the signer's signature over the canonical JSON of the checkpoint."
        )
        {
            Path = wrapper.Member("signature").ToString(),
        };

    public static VaultError Mismatch(JsonPointer difference) =>
        new(
            ErrorKind.Invalid,
            "checkpoint_mismatch",
            "The checkpoint differs from the state that this request would leave; build it from the current state and sign again."
        )
        {
            Path = difference.ToString(),
        };

    public static VaultError VersionConflict(CheckpointKind kind, long current) =>
        new(
            ErrorKind.Conflict,
            "checkpoint_version_conflict",
            "The version has to be the current one plus 1; read the current state, build the checkpoint from it and sign again."
        )
        {
            Details = new Dictionary<string, object?>
            {
                ["kind"] = NameOf(kind),
                ["currentVersion"] = current,
            },
        };

    /// <summary>The kind as the contract writes it.</summary>
    public static string NameOf(CheckpointKind kind) =>
        kind switch
        {
            CheckpointKind.Directory => "directory",
            CheckpointKind.Summary => "summary",
            CheckpointKind.Detail => "detail",
            CheckpointKind.Permission or CheckpointKind.ItemPermission => "permission",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
}
