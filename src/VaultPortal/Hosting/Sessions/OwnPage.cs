namespace VaultPortal.Hosting.Sessions;

/// <summary>Whether a request comes from a page of this portal, as far as browsers say so.</summary>
public static class OwnPage
{
    private const string SameOrigin = "same-origin";

    /// <summary>Fetch Metadata (<c>Sec-Fetch-Site</c>): a browser that does not send it is judged by the origin alone.</summary>
    public static bool MayAsk(HttpRequest request) => Site(request) is "" or SameOrigin;

    /// <summary>RFC 6454 section 7. Browsers send it with every WebSocket, and with a POST or PUT of a script.</summary>
    public static bool HasOrigin(HttpRequest request) =>
        string.Equals(
            request.Headers.Origin,
            $"{request.Scheme}://{request.Host}",
            StringComparison.OrdinalIgnoreCase
        );

    /// <summary>
    /// For what browsers send without an origin, or with <c>null</c> because pages here send no referrer: a GET, and the farewell of a
    /// page that is left, for which <c>Sec-Fetch-Site</c> has to vouch.
    /// </summary>
    public static bool NamesNoOrigin(HttpRequest request) =>
        request.Headers.Origin.ToString() switch
        {
            "" => HttpMethods.IsGet(request.Method) || Site(request) == SameOrigin,
            "null" => Site(request) == SameOrigin,
            _ => false,
        };

    private static string Site(HttpRequest request) =>
        request.Headers.TryGetValue("Sec-Fetch-Site", out var site) ? site.ToString() : "";
}
