using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>An empty page in a secure context without a server: every request is answered from the repository's files.</summary>
public sealed class SealedPage : IAsyncLifetime
{
    private Browser _browser = null!;

    public IPage Page => _browser.Page;

    public async Task InitializeAsync()
    {
        _browser = await Browser.OpenAsync(new Uri("https://sealed.test"));
        await Page.RouteAsync(
            "https://sealed.test/",
            route =>
                route.FulfillAsync(
                    new RouteFulfillOptions { Body = "<!DOCTYPE html>", ContentType = "text/html" }
                )
        );
        await JavaScript.Serve(Page, "/test", JavaScript.Scripts);
        await JavaScript.Serve(Page, "/sealed", JavaScript.Sealed);
        await JavaScript.Serve(Page, "/vectors", JavaScript.Vectors, JavaScript.ForeignVectors);
        await Page.GotoAsync("https://sealed.test/");
    }

    public async Task DisposeAsync() => await _browser.DisposeAsync();
}
