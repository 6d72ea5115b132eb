using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>PUT /vault-item/{id}/expiry and the reads of what has expired (machine.md section 7).</summary>
[Collection(PortalCollection.Name)]
public sealed class ExpiryTests(Portal portal)
{
    private const string Past = "2020-01-31T10:00:00Z";
    private const string Future = "2199-01-31T11:00:00.1239999+01:00";

    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Expiries_are_set_shown_and_cleared()
    {
        var scene = await Scene.MakeAsync(Owner);

        (await Set(scene, Body(Future, (scene.Password.Id, Future))))
            .ShouldSucceed()
            .ShouldHaveNoBody();
        var item = (await Item(scene)).Json;
        var listed = (await Owner.Get($"vault/{scene.Vault.Id}/items")).Json.At("/items/0");
        (await Set(scene, Body(null, (scene.Password.Id, null)))).ShouldSucceed();
        var cleared = (await Item(scene)).Json;

        ((string?)item["expiresAt"]).ShouldBe("2199-01-31T10:00:00.123Z");
        ((string?)item.At("/fields/1/expiresAt")).ShouldBe("2199-01-31T10:00:00.123Z");
        item.At("/fields/0/expiresAt").ShouldBeNull();
        ((string?)listed!["expiresAt"]).ShouldBe("2199-01-31T10:00:00.123Z");
        cleared["expiresAt"].ShouldBeNull();
        cleared.At("/fields/1/expiresAt").ShouldBeNull();
    }

    [Fact]
    public async Task What_is_not_named_stays()
    {
        var scene = await Scene.MakeAsync(Owner);
        (await Set(scene, Body(Future, (scene.Password.Id, Future)))).ShouldSucceed();

        (await Set(scene, new JsonObject { ["expiresAt"] = null })).ShouldSucceed();
        var field = (await Item(scene)).Json.At("/fields/1/expiresAt");
        (await Set(scene, new JsonObject { ["expiresAt"] = Future })).ShouldSucceed();
        var body = Body(null, (scene.Username.Id, Future));
        body.Remove("expiresAt");
        (await Set(scene, body)).ShouldSucceed();

        field.ShouldNotBeNull();
        (await Item(scene)).Json["expiresAt"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Expired_field_is_withheld_by_itself()
    {
        var scene = await Scene.MakeAsync(Owner);
        (await Set(scene, Body(null, (scene.Password.Id, Past)))).ShouldSucceed();

        var fields = (await Item(scene)).ShouldSucceed().Json["fields"]!.AsArray();
        var expired = await Owner.Get($"vault/{scene.Vault.Id}/fields/{scene.Password.Id}");
        var other = await Owner.Get($"vault/{scene.Vault.Id}/fields/{scene.Username.Id}");

        ((string?)fields[0]!["value"]).ShouldBe(scene.Username.Value);
        fields[1]
            .ShouldHaveMembers(
                "id name type order fieldInstanceIds assetIds expired dekVersion expiresAt"
            );
        ((bool)fields[1]!["expired"]!).ShouldBeTrue();
        expired.ShouldBeRefused(403, "vault_item_expired");
        other.ShouldSucceed();
    }

    [Fact]
    public async Task Expired_item_gives_metadata_and_no_value()
    {
        var scene = await Scene.MakeAsync(Owner);
        var tag = (await Item(scene)).Headers["ETag"];
        (await Set(scene, Body(Past))).ShouldSucceed();

        var item = await Owner.Send(
            HttpMethod.Get,
            $"vault/{scene.Vault.Id}/items/{scene.Item.Id}",
            (HttpContent?)null,
            headers: headers => headers.TryAddWithoutValidation("If-None-Match", tag)
        );
        var field = await Owner.Get($"vault/{scene.Vault.Id}/fields/{scene.Username.Id}");

        item.ShouldSucceed().Json["fields"]!
            .AsArray()
            .ShouldAllBe(entry => (bool)entry!["expired"]! && entry["value"] == null);
        item.Text.ShouldNotContain(scene.Username.Value![10..30]);
        ((string?)item.Json["name"]).ShouldBe(scene.Item.Name);
        field.ShouldBeRefused(403, "vault_item_expired");
        (await Set(scene, Body(null))).ShouldSucceed();
        (await Owner.Get($"vault/{scene.Vault.Id}/fields/{scene.Username.Id}")).ShouldSucceed();
    }

    [Fact]
    public async Task Expired_item_is_still_updated_under_its_checkpoints()
    {
        var scene = await Scene.MakeAsync(Owner);
        (await Set(scene, Body(Past, (scene.Password.Id, Past)))).ShouldSucceed();

        scene.Vault = await Owner.Apply(scene.Change().Update(scene.Password), scene.Vault);

        ((string?)(await Item(scene)).Json.At("/fields/1/expiresAt")).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"expiresAt":"2027-01-31T10:00:00"}""", "/expiresAt")]
    [InlineData("""{"expiresAt":"tomorrow"}""", "/expiresAt")]
    [InlineData("""{"expiresAt":5}""", "/expiresAt")]
    [InlineData("""{"fields":null}""", "/fields")]
    [InlineData("""{"fields":[{"fieldId":"$field"}]}""", "/fields/0/expiresAt")]
    [InlineData("""{"fields":[{"expiresAt":null}]}""", "/fields/0/fieldId")]
    [InlineData("""{"fields":[{"fieldId":"xyz","expiresAt":null}]}""", "/fields/0/fieldId")]
    [InlineData(
        """{"fields":[{"fieldId":"$field","expiresAt":null},{"fieldId":"$field","expiresAt":null}]}""",
        "/fields/1"
    )]
    [InlineData("""{"expiresAt":null,"extra":1}""", "/extra")]
    public async Task Expiry_out_of_form_is_invalid(string body, string path)
    {
        var scene = await Scene.MakeAsync(Owner);
        body = body.Replace("$field", scene.Password.Id, StringComparison.Ordinal);

        await scene.Refuse(() => Set(scene, JsonNode.Parse(body)!), 400, "invalid_request", path);
    }

    [Fact]
    public async Task Unknown_deleted_or_foreign_field_changes_nothing()
    {
        var scene = await Scene.MakeAsync(Owner);
        var other = await Scene.MakeAsync(Owner);
        var gone = scene.Password;
        scene.Vault = await Owner.Apply(scene.Change().Delete(gone), scene.Vault);

        foreach (var id in new[] { VaultState.NewId(), gone.Id, other.Password.Id })
        {
            await scene.Refuse(
                () => Set(scene, Body(Past, (scene.Username.Id, Past), (id, Past))),
                404,
                "field_not_found",
                "/fields/1"
            );
        }
    }

    [Theory]
    // none, READ, WRITE on the vault; READ, WRITE on the item alone.
    [InlineData(404, 403, 200, 403, 200)]
    public async Task Level_decides_who_sets_it(params int[] expected)
    {
        using var member = await portal.Stranger();
        var answers = new List<int>();
        foreach (var level in new[] { "none", "vault 1", "vault 2", "item 1", "item 2" })
        {
            var scene = await Scene.MakeAsync(Owner);
            portal.Grant(member, level, scene);
            answers.Add((await Set(scene, Body(Future), member)).Status);
        }

        answers.ShouldBe(expected);
    }

    [Fact]
    public async Task Agent_sets_it_and_auditor_and_reader_do_not()
    {
        using var agent = await portal.Agent("expirer");
        using var auditor = await portal.Stranger(role: "Auditor");
        using var reader = await portal.OwnerWith("machine.vault.read,machine.vault.secret.read");
        var scene = await Scene.MakeAsync(Owner);
        portal.Grant(agent, "vault 2", scene);
        portal.Grant(auditor, "vault 3", scene);

        (await Set(scene, Body(Future), agent)).ShouldSucceed();
        (await Set(scene, Body(Past), auditor)).ShouldBeRefused(403, "forbidden");
        (await Set(scene, Body(Past), reader)).ShouldBeRefused(403, "forbidden");
    }

    [Fact]
    public async Task Absent_foreign_and_archived_cannot_be_told_apart()
    {
        using var stranger = await portal.Stranger();
        var foreign = await Scene.MakeAsync(Owner);
        var archived = await Scene.MakeAsync(Owner);
        var path = $"vault-item/{archived.Item.Id}/expiry";
        await archived.ArchiveItem();

        var answers = new[]
        {
            await Set(foreign, Body(Past), stranger),
            await stranger.Put($"vault-item/{VaultState.NewId()}/expiry", Body(Past)),
            await Owner.Put(path, Body(Past)),
        };

        answers.ShouldAllBe(answer => answer.Code == "vault_item_not_found");
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Change_of_expiry_is_audited_and_replayed()
    {
        var scene = await Scene.MakeAsync(Owner);
        var key = VaultState.NewId();
        var path = $"vault-item/{scene.Item.Id}/expiry";
        (await Owner.Put(path, Body(Future), key)).ShouldSucceed();

        (await Owner.Put(path, Body(Future), key)).Headers["Idempotency-Replayed"].ShouldBe("true");
        (await Owner.Put(path, Body(Past), key)).ShouldBeRefused(422, "idempotency_key_reused");

        portal.Audited("vault_item.set_expiry", $"vault_item:{scene.Item.Id}").ShouldBe(3);
    }

    private Task<Answer> Item(Scene scene) =>
        Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}");

    private Task<Answer> Set(Scene scene, JsonNode body, MachineClient? client = null) =>
        (client ?? Owner).Put($"vault-item/{scene.Item.Id}/expiry", body);

    private static JsonObject Body(
        string? expiresAt,
        params (string Id, string? ExpiresAt)[] fields
    ) =>
        new()
        {
            ["expiresAt"] = expiresAt,
            ["fields"] = new JsonArray([
                .. fields.Select(field => new JsonObject
                {
                    ["fieldId"] = field.Id,
                    ["expiresAt"] = field.ExpiresAt,
                }),
            ]),
        };
}
