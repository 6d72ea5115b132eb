using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>The sealed module passes the same vectors in Node and in Chromium.</summary>
public sealed class VectorTests(SealedPage page) : IClassFixture<SealedPage>
{
    private const int OwnChecks = 300;

    [Fact]
    public async Task Sealed_module_passes_every_vector_in_Node() =>
        ShouldPass(
            await JavaScript.RunInNode(
                "run-vectors.mjs",
                [JavaScript.Sealed, JavaScript.Vectors, JavaScript.ForeignVectors]
            )
        );

    [Fact]
    public async Task Transport_in_Node_meets_refusals_and_lost_answers_as_the_other_client_does()
    {
        var result = await JavaScript.RunInNode("transport.mjs", [JavaScript.Sealed]);

        result["failures"]!.AsArray().ShouldBeEmpty();
        ((int)result["passed"]!).ShouldBe(8);
    }

    /// <summary>What no vector can say: lies in what a server gives together, or one after the other.</summary>
    [Fact]
    public async Task Client_in_Node_believes_no_lie_of_a_server_in_memory()
    {
        var result = await JavaScript.RunInNode("liar.mjs", [JavaScript.Sealed]);

        result["failures"]!.AsArray().ShouldBeEmpty();
        ((int)result["passed"]!).ShouldBe(19);
    }

    [Fact]
    public async Task Sealed_module_passes_every_vector_in_Chromium()
    {
        ShouldPass(
            await JavaScript.RunInPage(
                page.Page,
                "/test/vectors.mjs",
                new JsonObject { ["sealed"] = "/sealed", ["files"] = "/vectors" }
            )
        );
    }

    [Fact]
    public async Task Node_entry_does_not_load_in_a_page()
    {
        var loads = await page.Page.EvaluateAsync<bool>(
            "() => import('/sealed/node.js').then(() => true, () => false)"
        );

        loads.ShouldBeFalse();
    }

    private static void ShouldPass(JsonNode result)
    {
        result["failures"]!.AsArray().ShouldBeEmpty();
        ((int)result["passed"]!).ShouldBeGreaterThan(OwnChecks);
    }
}
