using VaultPortal.Hosting;

namespace VaultPortal.Api.Shared;

/// <summary>Where this portal is reached: what links in answers begin with, without a slash at its end.</summary>
internal sealed class PublicAddress(PortalOptions options)
{
    /// <summary>Whether the address is configured, and so the same for everybody.</summary>
    public bool IsConfigured => options.PublicUrl is not null;

    /// <summary>
    /// The configured address (<c>PublicUrl</c>); else the one that the request was sent to, which only its own sender is told. Empty when
    /// that is no host.
    /// </summary>
    public string Of(HttpRequest request) => options.PublicUrl ?? OfRequest(request);

    private static string OfRequest(HttpRequest request)
    {
        var host = request.Host.Value;
        var text = $"{request.Scheme}://{host}";
        return
            Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address is { UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" }
            && Uri.CheckHostName(address.Host) != UriHostNameType.Unknown
            ? text
            : "";
    }
}
