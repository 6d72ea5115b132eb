using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>The reads of machine.md section 7 that this API has so far: exactly the documented members.</summary>
[Collection(PortalCollection.Name)]
public sealed class ReadTests(Portal portal)
{
    private const string VaultMembers =
        "id name isEncrypted dataClassification itemCount currentDekVersion createdAt updatedAt directoryCheckpoint";

    private const string Time = "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$";

    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Vaults_are_listed()
    {
        var scene = await Scene.MakeAsync(Owner, new VaultState { Classification = "PUBLIC" });

        var answer = (await Owner.Get("vault")).ShouldSucceed();

        answer.Json.ShouldHaveMembers("vaults");
        var vault = answer.Json["vaults"]!
            .AsArray()
            .Single(entry => (string?)entry!["id"] == scene.Vault.Id);
        vault.ShouldHaveMembers(VaultMembers);
        ((bool)vault!["isEncrypted"]!).ShouldBeTrue();
        ((int)vault["itemCount"]!).ShouldBe(1);
        ((string?)vault["createdAt"]).ShouldNotBeNull().ShouldMatch(Time);
        ((string?)vault["updatedAt"]).ShouldNotBeNull().ShouldMatch(Time);
        vault["directoryCheckpoint"].ShouldHaveMembers("checkpoint signerUserKeyPairId signature");
        answer.Headers["Content-Type"].ShouldStartWith("application/json");
    }

    [Fact]
    public async Task Vaults_are_filtered_and_paged()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        foreach (var name in new[] { "Alpha one", "Alpha two", "Alpha three", "Beta" })
        {
            await machine.CreateVault(
                new VaultState { Name = name, Classification = name == "Beta" ? "CUI" : "INTERNAL" }
            );
        }

        var page = (await machine.Get("vault?q=alpha&page=2&limit=2")).ShouldSucceed().Json;
        var classified = (await machine.Get("vault?dataClassification=CUI")).ShouldSucceed().Json;

        page.ShouldHaveMembers("vaults pagination");
        page["vaults"]!.AsArray().Count.ShouldBe(1);
        Json.Text(page["pagination"]).ShouldBe("""{"page":2,"limit":2,"total":3,"totalPages":2}""");
        classified.ShouldHaveMembers("vaults");
        classified["vaults"]!.AsArray().Select(vault => (string?)vault!["name"]).ShouldBe(["Beta"]);
    }

    [Theory]
    [InlineData("Ärzte %_ 100", "Ärzte")]
    [InlineData("Ärzte %_ 100", "ÄRZTE")]
    [InlineData("Ärzte %_ 100", "%_")]
    [InlineData("ОТДЕЛ", "ОТДЕЛ")]
    public async Task Vault_is_found_by_its_own_letters(string name, string search)
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        await machine.CreateVault(new VaultState { Name = name });
        await machine.CreateVault(new VaultState { Name = "another" });

        var found = (await machine.Get($"vault?q={Uri.EscapeDataString(search)}")).ShouldSucceed();

        found.Json["vaults"]!.AsArray().Select(vault => (string?)vault!["name"]).ShouldBe([name]);
    }

    [Fact]
    public async Task Page_without_limit_has_50()
    {
        var answer = (await Owner.Get("vault?page=1")).ShouldSucceed().Json;

        ((int)answer.At("/pagination/limit")!).ShouldBe(50);
    }

    [Fact]
    public async Task Limit_alone_gives_the_first_page()
    {
        var answer = (await Owner.Get("vault?limit=1")).ShouldSucceed().Json;

        ((int)answer.At("/pagination/page")!, (int)answer.At("/pagination/limit")!).ShouldBe(
            (1, 1)
        );
    }

    [Fact]
    public async Task Page_beyond_the_last_is_empty()
    {
        var answer = (await Owner.Get("vault?page=21474836&limit=100")).ShouldSucceed().Json;

        Json.Text(answer["vaults"]).ShouldBe("[]");
    }

    [Theory]
    [InlineData("vault?page=0")]
    [InlineData("vault?page=x")]
    [InlineData("vault?page=1&limit=0")]
    [InlineData("vault?page=1&limit=101")]
    [InlineData("vault?dataClassification=SECRET")]
    [InlineData("vault?dataClassification=cui")]
    [InlineData("vault?dataClassification=")]
    [InlineData("vault?page=1&page=2")]
    [InlineData("vault?q=a&q=b")]
    [InlineData("vault?page=-1")]
    [InlineData("vault?page=%2B1")]
    [InlineData("vault?page=99999999999999999999")]
    [InlineData("vault?limit=1e1")]
    [InlineData("vault?q=%00")]
    [InlineData("vault?pages=1")]
    [InlineData("vault?Q=a")]
    public async Task Query_out_of_form_is_invalid(string path)
    {
        (await Owner.Get(path)).ShouldBeRefused(400, "invalid_request");
    }

    [Fact]
    public async Task Vault_is_read()
    {
        var scene = await Scene.MakeAsync(Owner);

        var vault = (await Owner.Get($"vault/{scene.Vault.Id}")).ShouldSucceed().Json;

        vault.ShouldHaveMembers(
            VaultMembers
                + " summaryCheckpoint permissionCheckpoint createdBy accessLevel rekeyDue staleInstances"
        );
        vault["summaryCheckpoint"].ShouldHaveMembers("checkpoint signerUserKeyPairId signature");
        (
            (string?)vault["accessLevel"],
            (bool)vault["rekeyDue"]!,
            (int)vault["staleInstances"]!
        ).ShouldBe(("ADMIN", false, 0));
    }

    [Fact]
    public async Task Items_are_listed()
    {
        var scene = await Scene.MakeAsync(Owner);

        var answer = (await Owner.Get($"vault/{scene.Vault.Id}/items")).ShouldSucceed().Json;

        answer.ShouldHaveMembers(
            "vaultId vaultName dataClassification currentDekVersion summaryCheckpoint items vaultItemGroups count"
        );
        ((int)answer["count"]!).ShouldBe(1);
        var item = answer.At("/items/0");
        item.ShouldHaveMembers(
            "id name type websites groupId createdAt updatedAt expiresAt fieldCount"
        );
        ((int)item!["fieldCount"]!).ShouldBe(2);
        ((string?)item["createdAt"]).ShouldNotBeNull().ShouldMatch(Time);
        item["expiresAt"].ShouldBeNull();
        Json.Text(answer["vaultItemGroups"]).ShouldBe("[]");
    }

    [Fact]
    public async Task Item_is_read_with_its_values()
    {
        var scene = await Scene.MakeAsync(Owner);

        var answer = (
            await Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")
        ).ShouldSucceed();

        answer.Json.ShouldHaveMembers(
            "id name type websites vaultId groupId expiresAt fields detailCheckpoint"
        );
        var field = answer.Json.At("/fields/1");
        field.ShouldHaveMembers(
            "id name type order fieldInstanceIds assetIds value dekVersion expiresAt"
        );
        ((string?)field!["value"]).ShouldBe(scene.Password.Value);
        Json.Text(field["fieldInstanceIds"]).ShouldBe($"""["{scene.Password.InstanceId}"]""");
        answer.Headers["Cache-Control"].ShouldContain("no-store");
    }

    [Fact]
    public async Task Item_is_read_without_values_without_the_permission()
    {
        var scene = await Scene.MakeAsync(Owner);
        using var reader = await portal.OwnerWith("machine.vault.read");

        var item = (await reader.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}"))
            .ShouldSucceed()
            .Json;

        foreach (var field in item["fields"]!.AsArray())
        {
            field.ShouldHaveMembers(
                "id name type order fieldInstanceIds assetIds dekVersion expiresAt"
            );
        }
    }

    [Fact]
    public async Task Field_is_read()
    {
        var scene = await Scene.MakeAsync(Owner);

        var field = (await Owner.Get($"vault/{scene.Vault.Id}/fields/{scene.Password.Id}"))
            .ShouldSucceed()
            .Json;

        field.ShouldHaveMembers(
            "id name type order fieldInstanceId fieldInstanceIds assetId assetIds value dekVersion vaultId vaultItemId vaultItemName detailCheckpoint"
        );
        ((string?)field["value"]).ShouldBe(scene.Password.Value);
        ((string?)field["vaultItemName"]).ShouldBe(scene.Item.Name);
        field["assetId"].ShouldBeNull();
    }

    [Theory]
    [InlineData("vaults")]
    [InlineData("vaults/sync")]
    [InlineData("vaults/$vault")]
    [InlineData("vaults/$vault/items")]
    [InlineData("vaults/$vault/items/$item")]
    [InlineData("vaults/$vault/fields/$field")]
    public async Task Plural_is_accepted_on_reads(string path)
    {
        var scene = await Scene.MakeAsync(Owner);
        var plural = Fill(path, scene);

        (await Owner.Get(plural)).Text.ShouldBe(
            (await Owner.Get(plural.Replace("vaults", "vault", StringComparison.Ordinal))).Text
        );
    }

    [Theory]
    [InlineData("vault")]
    [InlineData("vault/$vault")]
    [InlineData("vault/$vault/items")]
    [InlineData("vault/$vault/items/$item")]
    [InlineData("vault/$vault/fields/$field")]
    public async Task Tag_that_is_known_gets_304_until_something_changes(string path)
    {
        var scene = await Scene.MakeAsync(Owner);
        var target = Fill(path, scene);
        var first = (await Owner.Get(target)).ShouldSucceed();
        var tag = first.Headers["ETag"];
        first.Headers.ShouldContainKey("Vary");

        var again = await IfNoneMatch(Owner, target, tag);
        scene.Vault = await Owner.Apply(
            scene.Change().Update(scene.Username).Name("Changed"),
            scene.Vault
        );
        (await Owner.Patch(scene.VaultPath, scene.VaultUpdate())).ShouldSucceed();
        var changed = await IfNoneMatch(Owner, target, tag);

        again.Status.ShouldBe(304);
        again.ShouldHaveNoBody();
        changed.ShouldSucceed();
    }

    [Fact]
    public async Task Tag_of_another_view_is_not_known()
    {
        var scene = await Scene.MakeAsync(Owner);
        var target = $"vault/{scene.Vault.Id}/items/{scene.Item.Id}";
        using var reader = await portal.OwnerWith("machine.vault.read");
        var tag = (await reader.Get(target)).Headers["ETag"];

        (await IfNoneMatch(Owner, target, tag)).ShouldSucceed();
    }

    [Fact]
    public async Task Tag_does_not_open_what_the_caller_may_not_read()
    {
        var scene = await Scene.MakeAsync(Owner);
        var target = $"vault/{scene.Vault.Id}/items/{scene.Item.Id}";
        var tag = (await Owner.Get(target)).Headers["ETag"];
        using var stranger = await portal.Stranger();

        (await IfNoneMatch(stranger, target, tag)).ShouldBeRefused(404, "vault_item_not_found");
    }

    [Theory]
    [InlineData("*", 304)]
    [InlineData("W/$tag", 304)]
    [InlineData("\"other\", $tag", 304)]
    [InlineData("\"a,b\", W/$tag", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("$tag, *", 200)]
    [InlineData("nonsense", 200)]
    public async Task Tags_are_compared_as_http_says(string sent, int status)
    {
        var scene = await Scene.MakeAsync(Owner);
        var target = $"vault/{scene.Vault.Id}";
        var tag = (await Owner.Get(target)).Headers["ETag"];

        var answer = await IfNoneMatch(
            Owner,
            target,
            sent.Replace("$tag", tag, StringComparison.Ordinal)
        );

        answer.Status.ShouldBe(status);
        answer.Headers["ETag"].ShouldBe(tag);
        answer.Headers["Vary"].ShouldBe("X-API-Key");
        answer.Headers.ShouldContainKey("RateLimit");
    }

    [Theory]
    [InlineData("vault/$vault/items/$item", "vault_item.read_values")]
    [InlineData("vault/$vault/fields/$field", "field.read_value")]
    public async Task Value_that_is_known_is_audited_each_time(string path, string action)
    {
        var scene = await Scene.MakeAsync(Owner);
        var target = Fill(path, scene);
        var id = path.EndsWith("$field", StringComparison.Ordinal)
            ? scene.Password.Id
            : scene.Item.Id;
        var tag = (await Owner.Get(target)).Headers["ETag"];

        (await IfNoneMatch(Owner, target, tag)).Status.ShouldBe(304);

        portal.Audited(action, $":{id}\"").ShouldBe(2);
    }

    [Fact]
    public async Task Tag_of_a_value_is_not_known_once_it_has_expired()
    {
        var scene = await Scene.MakeAsync(Owner);
        var item = $"vault/{scene.Vault.Id}/items/{scene.Item.Id}";
        var field = $"vault/{scene.Vault.Id}/fields/{scene.Password.Id}";
        var (itemTag, fieldTag) = (
            (await Owner.Get(item)).Headers["ETag"],
            (await Owner.Get(field)).Headers["ETag"]
        );
        portal.Execute(
            $"UPDATE vault_item SET expires_at = 1 WHERE public_id = x'{scene.Item.Id}'"
        );

        (await IfNoneMatch(Owner, item, itemTag)).ShouldSucceed();
        (await IfNoneMatch(Owner, field, fieldTag)).ShouldBeRefused(403, "vault_item_expired");
        (await IfNoneMatch(Owner, field, "*")).ShouldBeRefused(403, "vault_item_expired");
    }

    [Fact]
    public async Task Caller_reads_what_his_key_is()
    {
        using var reader = await portal.OwnerWith("machine.vault.all");

        var me = (await reader.Get("me")).ShouldSucceed().Json;

        me.ShouldHaveMembers(
            "keyId scope owner agent permissions expiresAt allowList writeConstraint rateLimit"
        );
        me["owner"].ShouldHaveMembers("id name");
        me["rateLimit"].ShouldHaveMembers("limit remaining resetSeconds");
        ((string?)me["scope"]).ShouldBe("USER");
        ((string?)me.At("/owner/id")).ShouldBe(Owner.OwnerId);
        me["agent"].ShouldBeNull();
        me["permissions"]!
            .AsArray()
            .Select(name => (string?)name)
            .ShouldBe(
                ["machine.vault.read", "machine.vault.secret.read", "machine.vault.write"],
                ignoreOrder: true
            );
    }

    private static string Fill(string path, Scene scene) =>
        path.Replace("$vault", scene.Vault.Id, StringComparison.Ordinal)
            .Replace("$item", scene.Item.Id, StringComparison.Ordinal)
            .Replace("$field", scene.Password.Id, StringComparison.Ordinal);

    private static Task<Answer> IfNoneMatch(MachineClient client, string path, string tag) =>
        client.Send(
            HttpMethod.Get,
            path,
            (HttpContent?)null,
            headers: headers => headers.TryAddWithoutValidation("If-None-Match", tag)
        );
}
