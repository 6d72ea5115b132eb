using Microsoft.AspNetCore.Authentication.Cookies;

namespace VaultPortal.Hosting.Sessions;

/// <summary>
/// Over TLS the cookie is called <c>__Host-…</c>: then no other host of the domain and no page without TLS can have set it (RFC 6265bis,
/// section 4.1.3.2). On plain http a browser would refuse that name.
/// </summary>
public sealed class HostPrefixCookies : ICookieManager
{
    private readonly ChunkingCookieManager _inner = new();

    public string? GetRequestCookie(HttpContext context, string key) =>
        _inner.GetRequestCookie(context, Named(context, key));

    public void AppendResponseCookie(
        HttpContext context,
        string key,
        string? value,
        CookieOptions options
    ) => _inner.AppendResponseCookie(context, Named(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) =>
        _inner.DeleteCookie(context, Named(context, key), options);

    private static string Named(HttpContext context, string key) =>
        context.Request.IsHttps ? "__Host-" + key : key;
}
