using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>POST /search over HTTP; what is found by which text is tested at the service.</summary>
[Collection(PortalCollection.Name)]
public sealed class SearchTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Answer_has_the_documented_members()
    {
        var scene = await Scene.MakeAsync(Owner);

        var answer = (await Search(VaultsOf(scene, new() { ["q"] = "" }))).ShouldSucceed();

        answer.Json.ShouldHaveMembers("items pagination");
        answer
            .Json.At("/items/0")
            .ShouldHaveMembers("id name type websites vaultId vaultName groupId expiresAt");
        Json.Text(answer.Json["pagination"])
            .ShouldBe("""{"page":1,"limit":50,"total":1,"totalPages":1}""");
        answer.Text.ShouldNotContain("iv");
    }

    [Theory]
    [InlineData("DB.example")]
    [InlineData("passwo")]
    [InlineData("b.")]
    public async Task Item_is_found_by_website_and_label(string text)
    {
        var scene = await Scene.MakeAsync(Owner);

        Found(await Search(VaultsOf(scene, new() { ["q"] = text }))).ShouldBe([scene.Item.Id]);
    }

    [Fact]
    public async Task Index_follows_every_change_of_names_and_labels_and_no_other()
    {
        var scene = await Scene.MakeAsync(Owner);
        var ofThis = VaultsOf(scene, new() { ["q"] = "username" });
        portal.Execute(
            $"DELETE FROM item_search WHERE rowid = (SELECT id FROM vault_item WHERE public_id = x'{scene.Item.Id}')"
        );

        scene.Vault = await Owner.Apply(scene.Change().Update(scene.Username), scene.Vault);
        Found(await Search(ofThis)).ShouldBeEmpty("a new value does not touch the index");

        scene.Vault = await Owner.Apply(scene.Change().Name("Renamed"), scene.Vault);
        Found(await Search(ofThis)).ShouldBe([scene.Item.Id]);

        scene.Vault = await Owner.Apply(scene.Change().Delete(scene.Username), scene.Vault);
        Found(await Search(ofThis)).ShouldBeEmpty("the label is gone");

        ofThis["q"] = "renamed";
        (
            await Owner.Delete(
                $"vault/{scene.Vault.Id}/items/{scene.Item.Id}",
                Owner.DeleteItemBody(scene.Vault, scene.Item.Id)
            )
        ).ShouldSucceed(204);
        Found(await Search(ofThis)).ShouldBeEmpty("the item is archived");
    }

    [Fact]
    public async Task Stranger_finds_nothing()
    {
        var scene = await Scene.MakeAsync(Owner);
        using var stranger = await portal.Stranger();

        Found(await stranger.Post("search", VaultsOf(scene, new() { ["q"] = "" }))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{}""", "/q")]
    [InlineData("""{"q":null}""", "/q")]
    [InlineData("""{"q":7}""", "/q")]
    [InlineData("""{"q":"a\u0000b"}""", "/q")]
    [InlineData("""{"q":"\ud800"}""", "/q")]
    [InlineData("""{"q":"a","q":"b"}""", "/q")]
    [InlineData("""{"q":"a","what":1}""", "/what")]
    [InlineData("""{"q":"a","types":"LOGIN"}""", "/types")]
    [InlineData("""{"q":"a","types":["login"]}""", "/types/0")]
    [InlineData("""{"q":"a","vaultIds":["x"]}""", "/vaultIds/0")]
    [InlineData("""{"q":"a","vaultIds":null}""", "/vaultIds")]
    [InlineData("""{"q":"a","expiresBefore":"2027-01-01T00:00:00"}""", "/expiresBefore")]
    [InlineData("""{"q":"a","expiresBefore":null}""", "/expiresBefore")]
    [InlineData("""{"q":"a","page":0}""", "/page")]
    [InlineData("""{"q":"a","page":1e400}""", "/page")]
    [InlineData("""{"q":"a","limit":101}""", "/limit")]
    [InlineData("""{"q":"a","limit":1.5}""", "/limit")]
    public async Task Body_out_of_form_is_invalid(string body, string at)
    {
        (await Owner.Send(HttpMethod.Post, "search", MachineClient.Content(body))).ShouldBeRefused(
            400,
            "invalid_request",
            at
        );
    }

    [Fact]
    public async Task Too_long_a_text_is_invalid()
    {
        (await Search(new() { ["q"] = new string('"', 100) })).ShouldSucceed();
        (await Search(new() { ["q"] = new string('x', 101) })).ShouldBeRefused(
            400,
            "invalid_request",
            "/q"
        );
    }

    [Fact]
    public async Task Permission_is_needed()
    {
        using var weak = await portal.OwnerWith("machine.vault.all");

        (await weak.Post("search", new JsonObject { ["q"] = "x" })).ShouldBeRefused(
            403,
            "forbidden"
        );
    }

    private Task<Answer> Search(JsonObject body) => Owner.Post("search", body);

    private static JsonObject VaultsOf(Scene scene, JsonObject body)
    {
        body["vaultIds"] = new JsonArray(scene.Vault.Id);
        return body;
    }

    private static IEnumerable<string?> Found(Answer answer) =>
        answer.ShouldSucceed().Json["items"]!.AsArray().Select(item => (string?)item!["id"]);
}
