using System.Net;
using System.Text.RegularExpressions;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>Somebody with cookies and no browser, who can say whatever they like about where they come from.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly SocketsHttpHandler _handler;

    public Visitor(Uri address)
    {
        _handler = new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies };
        Http = new HttpClient(_handler) { BaseAddress = address };
        Origin = address.GetLeftPart(UriPartial.Authority);
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http { get; }

    /// <summary>Of the portal's own pages.</summary>
    public string Origin { get; }

    public async Task SignIn(string email, string password)
    {
        var page = await Http.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["_handler"] = "sign-in",
                ["__RequestVerificationToken"] = Token().Match(page).Groups[1].Value,
                ["Input.Email"] = email,
                ["Input.Password"] = password,
            }
        );
        using var answer = await Http.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    public async Task<HttpResponseMessage> Send(
        HttpMethod method,
        string path,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await Http.SendAsync(request);
    }

    public void Dispose()
    {
        Http.Dispose();
        _handler.Dispose();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
