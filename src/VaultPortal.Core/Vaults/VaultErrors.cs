using VaultPortal.Core.Common;

namespace VaultPortal.Core.Vaults;

/// <summary>The refusals of this concern, in the machine contract's codes (machine.md section 2).</summary>
public static class VaultErrors
{
    public static readonly VaultError VaultNotFound = new(
        ErrorKind.NotFound,
        "vault_not_found",
        "There is no such vault, or it is not shared with you."
    );

    public static readonly VaultError ItemNotFound = new(
        ErrorKind.NotFound,
        "vault_item_not_found",
        "There is no such vault item, or it is not shared with you."
    );

    public static readonly VaultError ItemExpired = new(
        ErrorKind.Expired,
        "vault_item_expired",
        "The item or field has expired; its value can be read again once its expiry is moved."
    );

    public static readonly VaultError GroupNotFound = new(
        ErrorKind.NotFound,
        "not_found",
        "There is no such group in this vault."
    );

    public static readonly VaultError AssetNotFound = new(
        ErrorKind.NotFound,
        "not_found",
        "There is no such attachment in this vault, or it is not shared with you."
    );

    public static readonly VaultError AssetTooLarge = new(
        ErrorKind.TooLarge,
        "payload_too_large",
        "An attachment has at most 10 MiB before it is encrypted."
    );

    public static readonly VaultError AssetMalformed = VaultError.Invalid(
        "",
        "These are no encrypted chunks: each is a nonce of 12 bytes, 65,536 bytes of ciphertext (the last one 0 to 65,536) and a tag of 16."
    );

    public static readonly VaultError AssetTooSlow = VaultError.Invalid(
        "",
        "The upload took more than ten minutes; begin it again."
    );

    public static readonly VaultError GroupNotEmpty = new(
        ErrorKind.Conflict,
        "group_not_empty",
        "Items stand in this group; put them elsewhere first."
    );

    public static VaultError FieldNotFound(JsonPointer? at = null) =>
        new(ErrorKind.NotFound, "field_not_found", "There is no such active field in this item.")
        {
            Path = at?.ToString(),
        };

    public static VaultError IdConflict(JsonPointer at) =>
        new(ErrorKind.Conflict, "id_conflict", "This id is taken; choose a new one.")
        {
            Path = at.ToString(),
        };

    public static VaultError DekVersionConflict(JsonPointer at, int current) =>
        new(
            ErrorKind.Conflict,
            "dek_version_conflict",
            $"Values have to be sealed under the vault's current data key, version {current}; unwrap it and seal again."
        )
        {
            Path = at.ToString(),
        };

    /// <summary>On creation the two checkpoint refusals come under a code of their own; <c>details.reason</c> names the finer one.</summary>
    public static VaultError OnCreate(string code, VaultError error) =>
        error.Code is "checkpoint_invalid_signature" or "checkpoint_mismatch"
            ? error with
            {
                Code = code,
                Details = new Dictionary<string, object?> { ["reason"] = error.Code },
            }
            : error;
}
