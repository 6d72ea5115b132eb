namespace VaultPortal.Tests.E2E.Clients;

/// <summary>The tools of the sealed pages that need no page: run in Node.</summary>
public sealed class SealedToolsTests
{
    [Fact]
    public async Task Generator_strength_and_codes_in_Node_do_what_they_say()
    {
        var result = await JavaScript.RunInNode("sealed-tools.mjs", [JavaScript.Sealed]);

        result["failures"]!.AsArray().ShouldBeEmpty();
        ((int)result["passed"]!).ShouldBe(27);
    }
}
