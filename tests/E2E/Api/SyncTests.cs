using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>GET /vault/sync over HTTP; what it tells when is tested at the service.</summary>
[Collection(PortalCollection.Name)]
public sealed class SyncTests(Portal portal)
{
    [Fact]
    public async Task First_page_has_the_entries_of_the_other_reads()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(machine);

        var page = (await machine.Get("vault/sync")).ShouldSucceed().Json;

        page.ShouldHaveMembers("vaults items archived nextCursor");
        Json.Text(page.At("/vaults/0"))
            .ShouldBe(Json.Text((await machine.Get("vault")).Json.At("/vaults/0")));
        var item = page.At("/items/0")!.AsObject();
        ((string?)item["vaultId"]).ShouldBe(scene.Vault.Id);
        item.Remove("vaultId");
        Json.Text(item)
            .ShouldBe(
                Json.Text((await machine.Get($"vault/{scene.Vault.Id}/items")).Json.At("/items/0"))
            );
        Json.Text(page["archived"]).ShouldBe("[]");
    }

    [Fact]
    public async Task Cursor_leads_to_what_changed_and_then_to_an_empty_page()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(machine);
        await Scene.MakeAsync(machine);
        var first = await Page(machine, "");

        scene.Vault = await machine.Apply(scene.Change().Update(scene.Username), scene.Vault);
        var changed = await Page(machine, Cursor(first));
        var empty = await Page(machine, Cursor(changed));

        Json.Text(changed["vaults"]).ShouldBe("[]");
        changed["items"]!.AsArray().Select(item => (string?)item!["id"]).ShouldBe([scene.Item.Id]);
        (Json.Text(empty["vaults"]), Json.Text(empty["items"])).ShouldBe(("[]", "[]"));
    }

    [Fact]
    public async Task Archived_objects_are_named()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(machine);
        var other = await Scene.MakeAsync(machine);
        var first = await Page(machine, "");

        (
            await machine.Delete(
                $"vault/{scene.Vault.Id}/items/{scene.Item.Id}",
                machine.DeleteItemBody(scene.Vault, scene.Item.Id)
            )
        ).ShouldSucceed(204);
        (
            await machine.Delete($"vault/{other.Vault.Id}", machine.ArchiveVaultBody(other.Vault))
        ).ShouldSucceed(204);
        var page = await Page(machine, Cursor(first));

        Json.Text(page["archived"])
            .ShouldBe(
                $$"""[{"type":"item","id":"{{scene.Item.Id}}","vaultId":"{{scene.Vault.Id}}","reason":"archived"},"""
                    + $$"""{"type":"vault","id":"{{other.Vault.Id}}","vaultId":"{{other.Vault.Id}}","reason":"archived"}]"""
            );
    }

    [Fact]
    public async Task Auditor_follows_everything()
    {
        using var auditor = await portal.Stranger("machine.vault.read", role: "Auditor");
        var scene = await Scene.MakeAsync(portal.Owner);
        var cursor = "";
        var found = false;
        for (var more = true; more && !found; )
        {
            var page = await Page(auditor, cursor);
            cursor = Cursor(page);
            more = page["items"]!.AsArray().Count > 0 || page["vaults"]!.AsArray().Count > 0;
            found = page["items"]!.AsArray().Any(item => (string?)item!["id"] == scene.Item.Id);
        }

        found.ShouldBeTrue();
    }

    [Theory]
    [InlineData("vault/sync?since=", "/since")]
    [InlineData("vault/sync?since=abc", "/since")]
    [InlineData("vault/sync?since=%00", "/since")]
    [InlineData("vault/sync?since=a&since=b", "/since")]
    [InlineData("vault/sync?sinse=a", "/sinse")]
    [InlineData("vault/sync?Since=a", "/Since")]
    public async Task Query_out_of_form_is_invalid(string path, string at)
    {
        (await portal.Owner.Get(path)).ShouldBeRefused(400, "invalid_request", at);
    }

    [Fact]
    public async Task Cursor_of_another_caller_has_expired()
    {
        var mine = Cursor(await Page(portal.Owner, ""));
        using var other = await portal.Stranger();

        (await other.Get($"vault/sync?since={mine}")).ShouldBeRefused(410, "cursor_expired");
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> Page(
        MachineClient machine,
        string cursor
    ) =>
        (await machine.Get(cursor.Length == 0 ? "vault/sync" : $"vault/sync?since={cursor}"))
            .ShouldSucceed()
            .Json;

    private static string Cursor(System.Text.Json.Nodes.JsonNode page) =>
        (string)page["nextCursor"]!;
}
