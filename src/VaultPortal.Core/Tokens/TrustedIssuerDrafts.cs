using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Tokens;

/// <summary>Whether an issuer may be trusted as it was asked for.</summary>
internal static class TrustedIssuerDrafts
{
    private const int MaxText = 2048;
    private const int MaxClaim = 255;
    private const int MostMappings = 50;

    public static VaultError? Problem(TrustedIssuerDraft draft, string ownIssuer) =>
        ProblemOfNames(draft, ownIssuer) ?? ProblemOfKeys(draft) ?? ProblemOfMappings(draft);

    private static VaultError? ProblemOfNames(TrustedIssuerDraft draft, string ownIssuer) =>
        TextRules.ProblemOfName(draft.Name) is { } name ? VaultError.Invalid("/name", name)
        : !IsIdentifier(draft.Issuer)
            ? VaultError.Invalid(
                "/issuer",
                $"An issuer is what its tokens say in iss: 1 to {MaxText} visible characters without blanks."
            )
        : draft.Issuer == ownIssuer
            ? VaultError.Invalid(
                "/issuer",
                "This is the portal itself; its tokens are taken anyway."
            )
        : !IsIdentifier(draft.Audience)
            ? VaultError.Invalid(
                "/audience",
                $"An audience is what the tokens say in aud: 1 to {MaxText} visible characters without blanks."
            )
        : null;

    private static VaultError? ProblemOfKeys(TrustedIssuerDraft draft)
    {
        if ((draft.JwksUri is null) == (draft.JwksDocument is null))
        {
            return VaultError.Invalid(
                "/jwksUri",
                "Give either the address of the keys or the keys themselves."
            );
        }

        return draft.JwksUri is { } address ? ProblemOfAddress(address)
            : draft.JwksDocument is { } document ? ProblemOfDocument(document)
            : null;
    }

    private static VaultError? ProblemOfAddress(string address) =>
        IsIdentifier(address)
        && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && uri.Scheme == Uri.UriSchemeHttps
        && uri is { Host.Length: > 0, UserInfo: "", Fragment: "" }
        && !address.Contains('#', StringComparison.Ordinal)
        && !address.Contains('@', StringComparison.Ordinal)
            ? null
            : VaultError.Invalid(
                "/jwksUri",
                $"The address of the keys begins with https:// and has no user name and no fragment; at most {MaxText} characters."
            );

    private static VaultError? ProblemOfDocument(string document)
    {
        var keys =
            document.Length > JwkSet.MaxLength
                ? null
                : JwkSet.Parse(Encoding.UTF8.GetBytes(document));
        return keys is null
                ? VaultError.Invalid(
                    "/jwksDocument",
                    $"This is no JSON Web Key Set of at most {JwkSet.MaxLength >> 10} KiB and 100 keys."
                )
            : keys.HoldsPrivateKeys
                ? VaultError.Invalid(
                    "/jwksDocument",
                    "There is a private or symmetric key in this set. Replace that key at its issuer, and give public keys only."
                )
            : ProblemOfUsable(keys, "/jwksDocument");
    }

    /// <summary>Keys that nothing can be checked with are no use.</summary>
    public static VaultError? ProblemOfUsable(JwkSet keys, string path) =>
        keys.Keys.Count == 0
            ? VaultError.Invalid(
                path,
                "None of these keys can be used: Ed25519, P-256, and RSA of 2048 to 4096 bits are taken, for signatures with EdDSA, ES256, RS256 or PS256."
            )
            : null;

    private static VaultError? ProblemOfMappings(TrustedIssuerDraft draft)
    {
        if (draft.Mappings.Count is 0 or > MostMappings)
        {
            return VaultError.Invalid(
                "/mappings",
                $"There are 1 to {MostMappings} rules of what a token may do."
            );
        }

        for (var i = 0; i < draft.Mappings.Count; i++)
        {
            if (ProblemOf(draft.Mappings[i], $"/mappings/{i}") is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private static VaultError? ProblemOf(ClaimMapping mapping, string path)
    {
        if (!IsText(mapping.Claim, MaxClaim))
        {
            return VaultError.Invalid(
                $"{path}/claim",
                $"A claim's name has 1 to {MaxClaim} characters and no controls."
            );
        }

        if (!IsText(mapping.Value, MaxText))
        {
            return VaultError.Invalid(
                $"{path}/value",
                $"A claim's value has 1 to {MaxText} characters and no controls."
            );
        }

        var permissions = PermissionNames.Parse(mapping.Permissions);
        return !permissions.Succeeded || (permissions.Value & ~ClaimMappings.Most) != 0
            ? VaultError.Invalid(
                $"{path}/permissions",
                "A rule gives at least one permission, and only those of secrets.* and workflows.vault.*."
            )
            : null;
    }

    private static bool IsIdentifier(string text) =>
        IsText(text, MaxText) && !text.Any(char.IsWhiteSpace);

    /// <summary>Without controls, and without lone surrogates, which have no UTF-8 form.</summary>
    private static bool IsText(string text, int most) =>
        text.Length > 0
        && text.Length <= most
        && !text.Any(char.IsControl)
        && !text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);
}
