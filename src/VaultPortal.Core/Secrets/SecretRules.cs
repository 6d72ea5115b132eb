using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Secrets;

/// <summary>What keys, names and values of the two stores may be (secrets.md, workflows.md). Nothing is normalised.</summary>
public static class SecretRules
{
    /// <summary>Most characters of an environment secret's key.</summary>
    public const int MaxKey = 255;

    /// <summary>Most bytes of an environment secret's value.</summary>
    public const int MaxValue = 65_536;

    /// <summary>Of a workflow item's name, in Unicode scalar values, not counting <see cref="GeneratedKeyPrefix"/>.</summary>
    public const int MinName = 3;

    public const int MaxName = 50;

    /// <summary>Most Unicode scalar values of a workflow item's secret.</summary>
    public const int MaxSecret = 2_000;

    public const int MaxGraceHours = 168;

    /// <summary>Of a generated value, in characters.</summary>
    public const int MinGenerated = 8;

    public const int MaxGenerated = 4_096;

    /// <summary>Names that begin with it, compared ordinally, are of items with a generated key.</summary>
    public const string GeneratedKeyPrefix = "api-key:";

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    );

    /// <summary>What generated values are made of: base62, so that they need no quoting anywhere.</summary>
    internal static ReadOnlySpan<byte> GeneratedCharacters =>
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8;

    /// <summary>The kind of lifetime that secrets of a store have.</summary>
    public static LifetimeKind KindOf(SecretStore store) =>
        store == SecretStore.Workflows
            ? LifetimeKind.WorkflowSecret
            : LifetimeKind.EnvironmentSecret;

    /// <summary>Whether the whole text is a key: <c>[A-Z0-9_]+</c>, at most 255 characters.</summary>
    public static bool IsKey(string? key) =>
        key is { Length: > 0 and <= MaxKey } && !key.AsSpan().ContainsAnyExcept(KeyCharacters);

    public static bool HasGeneratedKey(string name) =>
        name.StartsWith(GeneratedKeyPrefix, StringComparison.Ordinal);

    /// <summary>Null when the key can be a new secret's.</summary>
    public static VaultError? ProblemOfKey(string key) =>
        key.Length == 0 ? VaultError.Invalid("/key", "Both key and value are required")
        : IsKey(key) ? null
        : VaultError.Invalid(
            "/key",
            "A key consists of A to Z, 0 to 9 and '_', and has at most 255 characters."
        );

    /// <summary>Null when the value can be an environment secret's: 1 to 65,536 bytes.</summary>
    public static VaultError? ProblemOfValue(ReadOnlySpan<byte> value) =>
        value.Length switch
        {
            0 => VaultError.Invalid("/value", "Both key and value are required"),
            > MaxValue => VaultError.Invalid(
                "/value",
                "A value has at most 65,536 bytes of UTF-8."
            ),
            _ => Utf8.IsValid(value)
                ? null
                : VaultError.Invalid("/value", "A value is text in UTF-8."),
        };

    /// <summary>Null when the name can be a workflow item's.</summary>
    public static VaultError? ProblemOfName(string name)
    {
        var count = 0;
        var rest = HasGeneratedKey(name) ? name.AsSpan(GeneratedKeyPrefix.Length) : name;
        while (!rest.IsEmpty)
        {
            if (
                Rune.DecodeFromUtf16(rest, out var rune, out var length) != OperationStatus.Done
                || Rune.IsControl(rune)
            )
            {
                return VaultError.Invalid(
                    "/name",
                    "A name has no control characters and no lone surrogates."
                );
            }

            rest = rest[length..];
            count++;
        }

        return count switch
        {
            < MinName => SecretErrors.Content(
                "name_too_short",
                "/name",
                "A name has at least 3 characters, not counting 'api-key:'."
            ),
            > MaxName => SecretErrors.Content(
                "name_too_long",
                "/name",
                "A name has at most 50 characters, not counting 'api-key:'."
            ),
            _ => null,
        };
    }

    /// <summary>Null when a request may carry this as a workflow item's secret; null stands for a request without one.</summary>
    /// <param name="generates">Whether the item has a generated key, and therefore no secret of the caller's.</param>
    /// <param name="mayBeLeftOut">Whether the item keeps the secret that it has.</param>
    internal static VaultError? ProblemOfSecret(
        ReadOnlyMemory<byte>? secret,
        bool generates,
        bool mayBeLeftOut
    ) =>
        secret is not { } given
            ? generates || mayBeLeftOut
                ? null
                : SecretErrors.Content("secret_required", "/secret", "A secret is needed here.")
            : generates
                ? SecretErrors.Content(
                    "secret_not_allowed",
                    "/secret",
                    "The key of an item whose name starts with 'api-key:' is generated; leave out the secret."
                )
                : given.IsEmpty
                    ? SecretErrors.Content(
                        "secret_empty",
                        "/secret",
                        "A secret has at least 1 character."
                    )
                    : !Utf8.IsValid(given.Span)
                        ? VaultError.Invalid("/secret", "A secret is text in UTF-8.")
                        : Characters(given.Span) > MaxSecret
                            ? SecretErrors.Content(
                                "secret_too_long",
                                "/secret",
                                "A secret has at most 2,000 characters."
                            )
                            : null;

    /// <summary>Null when a workflow item can expire then: in the future, or never.</summary>
    public static VaultError? ProblemOfExpiry(DateTimeOffset? expiresAt, DateTimeOffset now) =>
        expiresAt <= now
            ? SecretErrors.Content(
                "expires_at_in_past",
                "/expires_at",
                "The expiry lies in the future, or is left out."
            )
            : null;

    internal static bool CanGenerate([NotNullWhen(true)] int? length) =>
        length is >= MinGenerated and <= MaxGenerated;

    /// <summary>Null when it is complete: one value, given or to be generated, and a grace.</summary>
    internal static VaultError? ProblemOfRotation(SecretRotation rotation) =>
        rotation.Value is { } value
            ? rotation.GenerateLength is null
                ? ProblemOfValue(value.Span) ?? ProblemOfGrace(rotation.GraceHours, "/graceHours")
                : VaultError.Invalid("/generate", "Give a value or let one be generated, not both.")
            : rotation.GenerateLength is null
                ? VaultError.Invalid("/value", "Give a value, or let one be generated.")
                : !CanGenerate(rotation.GenerateLength)
                    ? VaultError.Invalid(
                        "/generate/length",
                        "A generated value has 8 to 4,096 characters."
                    )
                    : ProblemOfGrace(rotation.GraceHours, "/graceHours");

    /// <summary>Null when the old value or key may stay good for so long.</summary>
    internal static VaultError? ProblemOfGrace(int hours, string path) =>
        hours is < 0 or > MaxGraceHours ? SecretErrors.GraceHours(path) : null;

    /// <summary>The Unicode scalar values of valid UTF-8: every byte that does not continue one.</summary>
    private static int Characters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8)
        {
            if ((b & 0xC0) != 0x80)
            {
                count++;
            }
        }

        return count;
    }
}
