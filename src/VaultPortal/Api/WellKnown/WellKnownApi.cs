using VaultPortal.Api.Shared;
using VaultPortal.Core.Tokens;
using VaultPortal.Hosting.Sessions;

namespace VaultPortal.Api.WellKnown;

/// <summary>What others need to verify this portal's access tokens: its keys, and who it is (RFC 8414 section 3, RFC 7517 section 5).</summary>
internal static class WellKnownApi
{
    private const string KeySetPath = "/.well-known/jwks.json";
    private const string MetadataPath = "/.well-known/openid-configuration";

    public static void MapWellKnown(this IEndpointRouteBuilder app)
    {
        var tokens = app.ServiceProvider.GetRequiredService<AccessTokenService>();
        var address = app.ServiceProvider.GetRequiredService<PublicAddress>();
        app.MapGet(
            KeySetPath,
            (HttpContext http) =>
            {
                Cache(http);
                return Results.Text(
                    tokens.KeySet(CallerFactory.Anonymous(http)),
                    "application/json"
                );
            }
        );
        app.MapGet(
            MetadataPath,
            (HttpContext http) =>
            {
                // An address that the request itself brought is its sender's alone: a shared cache would tell it to others.
                if (address.IsConfigured)
                {
                    Cache(http);
                }

                return JsonAnswer.WriteAsync(
                    http,
                    writer =>
                    {
                        writer.WriteStartObject();
                        writer.WriteString("issuer", tokens.Issuer);
                        writer.WriteString("jwks_uri", address.Of(http.Request) + KeySetPath);
                        writer.WriteStartArray("id_token_signing_alg_values_supported");
                        writer.WriteStringValue("EdDSA");
                        writer.WriteEndArray();
                        writer.WriteEndObject();
                    }
                );
            }
        );
    }

    /// <summary>Keys stay published for a day after they are replaced, so five minutes lose nothing.</summary>
    private static void Cache(HttpContext http) =>
        http.Response.Headers.CacheControl = "public, max-age=300";
}
