namespace VaultPortal.Hosting;

/// <summary>The headers that every answer carries.</summary>
public static class SecurityHeaders
{
    // Of inline scripts only the import map of a page runs, by the nonce of its answer. Inline style attributes set positions and widths.
    private const string Scripts = "script-src 'self'";
    private const string Policy =
        $"default-src 'self'; {Scripts}; style-src 'self'; style-src-attr 'unsafe-inline'; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
        + "frame-ancestors 'none'";

    // Blazor sets parts of a page as HTML, which js/trusted-html.js looks at; everything else is reported.
    private const string TrustedTypes = "require-trusted-types-for 'script'; trusted-types default";

    private const string Permissions =
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        + "microphone=(), midi=(), payment=(), usb=(), clipboard-write=(self), publickey-credentials-get=(self), "
        + "publickey-credentials-create=(self)";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(Write, context);
                return next(context);
            }
        );

    private static Task Write(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        var isHtml =
            context.Response.ContentType?.StartsWith(
                "text/html",
                StringComparison.OrdinalIgnoreCase
            ) == true;
        headers.ContentSecurityPolicy = Policy;
        // An answer that only leads to another address has no body, whatever was begun to be rendered.
        if (isHtml && context.Response.StatusCode is not (>= 300 and < 400))
        {
            headers.ContentSecurityPolicyReportOnly = TrustedTypes;
            if (PageNonce.Of(context) is { } nonce)
            {
                headers.ContentSecurityPolicy = Policy.Replace(
                    Scripts,
                    $"{Scripts} 'nonce-{nonce}'",
                    StringComparison.Ordinal
                );
            }
        }

        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = Permissions;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        if (headers.CacheControl.Count == 0 || isHtml)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
