using System.Globalization;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Secrets;

/// <summary>The refusals of the two stores. Doors map kinds and codes to their contracts; the messages of secrets.md are exact.</summary>
public static class SecretErrors
{
    public static readonly VaultError ItemNotFound = new(
        ErrorKind.NotFound,
        "workflow_item_not_found",
        "There is no item with this id in the workflow vault."
    );

    public static readonly VaultError VersionConflict = new(
        ErrorKind.Stale,
        "version_conflict",
        "The secret has changed since the version that you named; read it again."
    );

    public static readonly VaultError MustNotExist = new(
        ErrorKind.Stale,
        "version_conflict",
        "There is, or was, a secret with this key; leave out If-None-Match to make it anew."
    );

    public static readonly VaultError VersionNotFound = new(
        ErrorKind.NotFound,
        "version_not_found",
        "The secret has no version with this number."
    );

    public static readonly VaultError ExportsUnderWay = new(
        ErrorKind.Unavailable,
        "unavailable",
        "Other exports are under way; try again when they are done."
    )
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static readonly VaultError NotRestorable = Content(
        "not_restorable",
        "/version",
        "This version keeps no value that could be restored: of generated keys only a hash is stored."
    );

    public static readonly VaultError NothingToUpdate = VaultError.Invalid(
        "",
        "There is nothing to update: give a value, isActive, isReserved or expiresAt."
    );

    public static readonly VaultError NoKeyToRotate = VaultError.Invalid(
        "/vaultId",
        "Only items whose name starts with 'api-key:' have a key that can be rotated."
    );

    internal static readonly VaultError Twice = VaultError.Invalid(
        "/key",
        "This key stands further up already."
    );

    internal static readonly VaultError Interrupted = new(
        ErrorKind.Unavailable,
        "unavailable",
        "The import ended before this entry: it and those after it were not written. Import them again."
    );

    public static readonly VaultError PrefixImmutable = Content(
        "prefix_immutable",
        "/name",
        "A name cannot gain or lose the prefix 'api-key:'; make a new item instead."
    );

    /// <summary>Also of people who may do everything else with the workflow vault.</summary>
    public static readonly VaultError OnlyForWorkflows = new(
        ErrorKind.Denied,
        "forbidden",
        "Secrets of the workflow vault are for workflows: ask with an API key or a token."
    );

    public static VaultError NotFound(string key) =>
        new(ErrorKind.NotFound, "secret_not_found", $"Secret not found: {Shown(key)}");

    public static VaultError AlreadyExists(string key) =>
        new(ErrorKind.Conflict, "secret_already_exists", $"Secret already exists: {key}");

    public static VaultError Reserved(string key) =>
        new(ErrorKind.Denied, "secret_reserved", $"Cannot delete reserved secret: {key}");

    /// <summary>Well-formed, but not acceptable: a rule of the workflow vault's content.</summary>
    internal static VaultError Content(string code, string path, string message) =>
        new(ErrorKind.Invalid, code, message) { Path = path };

    internal static VaultError GraceHours(string path) =>
        VaultError.Invalid(
            path,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The grace lasts 0 to {SecretRules.MaxGraceHours} hours."
            )
        );

    /// <summary>What was asked for may be any text: no more of it than a key may have.</summary>
    internal static string Shown(string key) =>
        key.Length <= SecretRules.MaxKey ? key : key[..SecretRules.MaxKey];
}
