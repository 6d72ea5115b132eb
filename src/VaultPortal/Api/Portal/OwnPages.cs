namespace VaultPortal.Api.Portal;

/// <summary>Whether a request comes from a page of this portal, as browsers say it.</summary>
internal static class OwnPages
{
    /// <summary>Whose page asks (Fetch Metadata, <c>Sec-Fetch-Site</c>); a browser that does not say so is judged by the origin alone.</summary>
    public static bool Ask(HttpRequest request) =>
        !request.Headers.TryGetValue("Sec-Fetch-Site", out var site) || site == "same-origin";

    /// <summary>The same of a change, with which every browser sends the origin of the script (RFC 6454 section 7).</summary>
    public static bool Change(HttpRequest request) =>
        Ask(request)
        && string.Equals(
            request.Headers.Origin,
            $"{request.Scheme}://{request.Host}",
            StringComparison.OrdinalIgnoreCase
        );
}
