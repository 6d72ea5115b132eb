using VaultPortal.Core.Common;

namespace VaultPortal.Core.Tokens;

/// <summary>Why a credential of the two stores is refused; each door has its own words and codes for them. All are <see cref="ErrorKind.Unauthenticated"/>.</summary>
public static class TokenErrors
{
    public static readonly VaultError Missing = Of("token_missing", "A credential is required.");
    public static readonly VaultError Differ = Of(
        "credentials_differ",
        "Two credentials that differ were sent; send one."
    );
    public static readonly VaultError InvalidApiKey = Of(
        "api_key_invalid",
        "The API key is not valid."
    );
    public static readonly VaultError Invalid = Of("token_invalid", "The token is not valid.");
    public static readonly VaultError Expired = Of(
        "token_expired",
        "The token has expired; get a new one."
    );

    private static VaultError Of(string code, string message) =>
        new(ErrorKind.Unauthenticated, code, message);
}
