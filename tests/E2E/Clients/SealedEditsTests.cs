namespace VaultPortal.Tests.E2E.Clients;

/// <summary>What an editor collects, sends, keeps as a draft and merges, and values that are asked for one by one: run in Node.</summary>
public sealed class SealedEditsTests
{
    [Fact]
    public async Task Edits_merges_drafts_and_lazy_values_in_Node_hold()
    {
        var result = await JavaScript.RunInNode("sealed-edits.mjs", [JavaScript.Sealed]);

        result["failures"]!.AsArray().ShouldBeEmpty();
        ((int)result["passed"]!).ShouldBe(32);
    }
}
