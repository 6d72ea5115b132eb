using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Tokens;

namespace VaultPortal.Api.Secrets;

/// <summary>What callers come with: access tokens for people, and the successor of an <c>ik_</c> key.</summary>
internal sealed class SecretsAccessEndpoints(
    SecretsDoor door,
    AccessTokenService tokens,
    ApiKeyService keys
)
{
    private static readonly BodyRules Optional = BodyRules.Plain with { Optional = true };

    public Task SignInAsync(HttpContext http) =>
        door.WriteAsStrangerAsync(
            http,
            BodyRules.Plain,
            SecretReader.SignIn,
            async (stranger, sent) =>
                await door.AnswerAsync(
                    http,
                    await tokens.SignInAsync(
                        stranger,
                        sent.Username,
                        sent.Password,
                        http.RequestAborted
                    ),
                    (writer, issued) =>
                    {
                        writer.WriteStartObject();
                        writer.WriteStartObject("admin");
                        writer.WriteString("sub", issued.Subject);
                        writer.WriteEndObject();
                        writer.WriteString("accessToken", issued.Token);
                        writer.WriteString("csrfToken", issued.CsrfToken);
                        writer.WriteEndObject();
                    }
                )
        );

    public Task SignOutAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
                await door.AnswerAsync(
                    http,
                    await tokens.SignOutAsync(caller, http.RequestAborted),
                    StatusCodes.Status204NoContent
                )
        );

    public Task RotateKeyAsync(HttpContext http) =>
        door.WriteAsync(
            http,
            Optional,
            SecretReader.RotateOwn,
            async (caller, graceHours) =>
                await door.AnswerAsync(
                    http,
                    await keys.RotateOwnAsync(caller, graceHours, http.RequestAborted),
                    (writer, rotated) =>
                    {
                        SecretJson.WriteSuccess(writer, "API key has been rotated successfully");
                        writer.WriteString("apiKey", rotated.Key);
                        SecretJson.WriteTime(writer, "oldKeyExpiresAt", rotated.OldKeyExpiresAt);
                        writer.WriteEndObject();
                    }
                )
        );
}
