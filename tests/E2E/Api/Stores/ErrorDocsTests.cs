using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>The pages that explain errors, really served: to everyone, for the addresses that answers give.</summary>
[Collection(StoresCollection.Name)]
public sealed class ErrorDocsTests(Stores stores)
{
    [Fact]
    public async Task Address_in_an_answer_opens_the_page_of_its_code()
    {
        foreach (
            var answer in new[]
            {
                await stores.Nobody.Get(StoreClient.Workflows),
                await stores.Workflows.Post(StoreClient.Workflows, new JsonObject()),
                await stores.Workflows.Get(StoreClient.Workflows + "/x"),
                await stores.Workflows.Send("PATCH", StoreClient.Workflows, null),
            }
        )
        {
            var address = new Uri((string)answer.Json["doc_url"]!);
            address
                .GetLeftPart(UriPartial.Authority)
                .ShouldBe(stores.Process.Address.ToString().TrimEnd('/'));

            var page = (await stores.Nobody.Get(address.AbsolutePath)).ShouldSucceed();

            page.Headers["Content-Type"].ShouldStartWith("text/html");
            page.Text.ShouldContain((string)answer.Json["code"]!);
            page.Text.ShouldContain("What to do");
        }
    }

    [Fact]
    public async Task Index_leads_to_a_page_for_every_code()
    {
        var index = (await stores.Nobody.Get("/docs/errors")).ShouldSucceed();
        var links = System
            .Text.RegularExpressions.Regex.Matches(index.Text, "href=\"(docs/errors/[A-Za-z_]+)\"")
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .ToArray();

        links.Length.ShouldBeGreaterThan(60);
        foreach (var link in links)
        {
            var page = (await stores.Nobody.Get($"/{link}")).ShouldSucceed();
            page.Text.ShouldContain(link.Split('/')[^1]);
        }
    }

    [Fact]
    public async Task Code_is_found_in_any_case_and_names_every_api_that_knows_it()
    {
        var page = (await stores.Nobody.Get("/docs/errors/Version_Conflict")).ShouldSucceed();

        page.Text.ShouldContain("VERSION_CONFLICT");
        page.Text.ShouldContain("version_conflict");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("%3Cscript%3E")]
    public async Task Code_that_does_not_exist_is_said_not_to(string code)
    {
        var page = await stores.Nobody.Get($"/docs/errors/{code}");

        page.Status.ShouldBe(404);
        page.Text.ShouldContain("There is no such error code");
        page.Text.ShouldNotContain("<script>");
    }

    /// <summary>The host in a request is its sender's to choose, and nobody else is told it.</summary>
    [Fact]
    public async Task Address_follows_the_host_that_was_asked()
    {
        var client = stores.Client(("Host", "vault.example.com:8443"));

        var answer = await client.Get(StoreClient.Workflows);

        ((string)answer.Json["doc_url"]!).ShouldBe(
            "http://vault.example.com:8443/docs/errors/token_missing"
        );
    }
}
