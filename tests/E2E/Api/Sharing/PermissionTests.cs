using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Sharing;

/// <summary>set-permissions, permissions and resolved-access (machine.md section 6).</summary>
[Collection(PortalCollection.Name)]
public sealed class PermissionTests(Portal portal) : IAsyncLifetime
{
    private Circle _circle = null!;
    private Scene _scene = null!;

    private Party Alice => _circle.Alice;

    private Party Bob => _circle.Bob;

    private Party Carol => _circle.Carol;

    private string VaultId => _scene.Vault.Id;

    private string ItemId => _scene.Item.Id;

    private string SetPath => $"permissions/VAULT/{VaultId}/set-permissions";

    private string SetItemPath => $"permissions/VAULT_ITEM/{ItemId}/set-permissions";

    public async Task InitializeAsync()
    {
        _circle = await Circle.Of(portal);
        _scene = await _circle.Scene();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Grant_opens_the_vault_at_its_level()
    {
        (await Bob.Client.Get($"vault/{VaultId}")).ShouldBeRefused(404, "vault_not_found");

        (
            await Alice.Client.Post(
                SetPath,
                Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "READ"))
            )
        )
            .ShouldSucceed()
            .ShouldHaveNoBody();

        var vault = (await Bob.Client.Get($"vault/{VaultId}")).ShouldSucceed().Json;
        ((string?)vault["accessLevel"]).ShouldBe("READ");
        ((long)vault.At("/permissionCheckpoint/checkpoint/version")!).ShouldBe(2);
        (
            await Bob.Client.Patch(_scene.ItemPath, _scene.Change().Add().Body(Bob.Signer))
        ).ShouldBeRefused(403, "forbidden");
    }

    [Fact]
    public async Task Permissions_are_answered_with_names_and_checkpoint()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "WRITE"));

        var answer = (await Bob.Client.Get($"permissions/VAULT/{VaultId}/permissions"))
            .ShouldSucceed()
            .Json;

        answer.ShouldHaveMembers("assetType assetId permissions permissionCheckpoint");
        ((string?)answer["assetType"], (string?)answer["assetId"]).ShouldBe(("VAULT", VaultId));
        var entries = answer["permissions"]!.AsArray();
        entries.ShouldAllBe(e =>
            string.Join(' ', e!.AsObject().Select(m => m.Key).Order())
            == "accessLevel name principalId principalType"
        );
        entries
            .Select(e => ((string)e!["principalId"]!, (string)e["accessLevel"]!))
            .ShouldBe([(Alice.Id, "ADMIN"), (Bob.Id, "WRITE")], ignoreOrder: true);
        answer["permissionCheckpoint"]
            .ShouldHaveMembers("checkpoint signerUserKeyPairId signature");
    }

    [Fact]
    public async Task Permissions_of_an_item_that_nobody_signed_have_no_checkpoint()
    {
        var answer = (await Alice.Client.Get($"permissions/VAULT_ITEM/{ItemId}/permissions"))
            .ShouldSucceed()
            .Json;

        answer["permissions"]!.AsArray().ShouldBeEmpty();
        answer["permissionCheckpoint"].ShouldBeNull();
    }

    [Fact]
    public async Task Item_grant_opens_the_item_and_nothing_else()
    {
        await Alice.Share("VAULT_ITEM", ItemId, 1, (Bob, "WRITE"));

        (await Bob.Client.Get($"vault/{VaultId}/items/{ItemId}")).ShouldSucceed();
        var vault = (await Bob.Client.Get($"vault/{VaultId}")).ShouldSucceed().Json.AsObject();
        vault.ContainsKey("summaryCheckpoint").ShouldBeFalse();
        vault.ContainsKey("permissionCheckpoint").ShouldBeFalse();
        (await Bob.Client.Get($"permissions/VAULT/{VaultId}/permissions")).ShouldBeRefused(
            403,
            "forbidden"
        );
        (
            await Bob.Client.Patch(_scene.ItemPath, _scene.Change().Add().Body(Bob.Signer))
        ).ShouldSucceed();
    }

    [Fact]
    public async Task Grants_on_vault_and_item_add_up_to_the_higher_one()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "READ"), (Carol, "WRITE"));
        await Alice.Share("VAULT_ITEM", ItemId, 1, (Bob, "ADMIN"), (Carol, "READ"));

        var resolved = (await Alice.Client.Get($"permissions/VAULT_ITEM/{ItemId}/resolved-access"))
            .ShouldSucceed()
            .Json;

        resolved.ShouldHaveMembers("principals");
        resolved["principals"]!
            [0]
            .ShouldHaveMembers("principalType principalId name accessLevel via");
        resolved["principals"]!
            .AsArray()
            .Select(p => ((string)p!["principalId"]!, (string)p["accessLevel"]!, (string)p["via"]!))
            .ShouldBe(
                [
                    (Alice.Id, "ADMIN", "VAULT"),
                    (Bob.Id, "ADMIN", "VAULT_ITEM"),
                    (Carol.Id, "WRITE", "VAULT"),
                ],
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task Holder_of_an_item_grant_is_not_told_who_is_in_the_vault()
    {
        await Alice.Share("VAULT_ITEM", ItemId, 1, (Bob, "READ"));

        var resolved = await Bob.Client.Get($"permissions/VAULT_ITEM/{ItemId}/resolved-access");

        resolved.ShouldSucceed().Json["principals"]!
            .AsArray()
            .Select(p => (string)p!["principalId"]!)
            .ShouldBe([Bob.Id]);
    }

    [Fact]
    public async Task Item_admin_by_grant_shares_the_item()
    {
        await Alice.Share("VAULT_ITEM", ItemId, 1, (Bob, "ADMIN"));

        await Bob.Share("VAULT_ITEM", ItemId, 2, (Bob, "ADMIN"), (Carol, "READ"));

        (await Carol.Client.Get($"vault/{VaultId}/items/{ItemId}")).ShouldSucceed();
    }

    [Fact]
    public async Task Item_needs_no_admin_of_its_own()
    {
        await Alice.Share("VAULT_ITEM", ItemId, 1, (Bob, "READ"));

        await Alice.Share("VAULT_ITEM", ItemId, 2);

        (await Bob.Client.Get($"vault/{VaultId}")).ShouldBeRefused(404, "vault_not_found");
    }

    [Fact]
    public async Task Whoever_is_left_out_loses_access_and_his_wrapped_keys_and_rekey_is_due()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "ADMIN"));

        await Alice.Share("VAULT", VaultId, 3, (Alice, "ADMIN"));

        (await Bob.Client.Get($"vault/{VaultId}")).ShouldBeRefused(404, "vault_not_found");
        var vault = (await Alice.Client.Get($"vault/{VaultId}")).Json;
        ((bool)vault["rekeyDue"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_keeps_an_item_grant_keeps_what_he_needs_for_it()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "READ"));
        await Alice.Share("VAULT_ITEM", ItemId, 1, (Bob, "READ"));

        await Alice.Share("VAULT", VaultId, 3, (Alice, "ADMIN"));

        ((bool)(await Alice.Client.Get($"vault/{VaultId}")).Json["rekeyDue"]!).ShouldBeFalse();
        await Alice.Share("VAULT_ITEM", ItemId, 2);
        ((bool)(await Alice.Client.Get($"vault/{VaultId}")).Json["rekeyDue"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Grant_that_ended_can_be_given_again()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "READ"));
        await Alice.Share("VAULT", VaultId, 3, (Alice, "ADMIN"));

        await Alice.Share("VAULT", VaultId, 4, (Alice, "ADMIN"), (Bob, "WRITE"));

        (
            await Bob.Client.Patch(_scene.ItemPath, _scene.Change().Add().Body(Bob.Signer))
        ).ShouldSucceed();
    }

    [Fact]
    public async Task Admin_who_leaves_himself_out_is_gone_as_long_as_another_stays()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "ADMIN"));

        await Alice.Share("VAULT", VaultId, 3, (Bob, "ADMIN"));

        (await Alice.Client.Get($"vault/{VaultId}")).ShouldBeRefused(404, "vault_not_found");
    }

    [Fact]
    public async Task Last_admin_cannot_be_removed()
    {
        (Party, string)[][] attempts =
        [
            [],
            [(Bob, "WRITE")],
            [(Alice, "WRITE"), (Bob, "WRITE")],
            // An agent could never sign the next permission checkpoint.
            [(Alice, "READ"), (_circle.Agent, "ADMIN")],
        ];
        foreach (var attempt in attempts)
        {
            await Refuse(
                Alice,
                SetPath,
                Alice.SetBody("VAULT", VaultId, 2, attempt),
                409,
                "last_admin",
                "/permissions"
            );
        }
    }

    [Fact]
    public async Task Agent_gets_a_grant_like_a_user()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (_circle.Agent, "READ"));

        (await _circle.Agent.Client.Get($"vault/{VaultId}/items/{ItemId}")).ShouldSucceed();
    }

    [Theory]
    [InlineData(
        """{"principalType":"USER","principalId":"ffffffffffffffffffffffff","accessLevel":"READ"}"""
    )]
    [InlineData("""{"principalType":"AGENT","principalId":"$bob","accessLevel":"READ"}""")]
    [InlineData("""{"principalType":"USER","principalId":"$agent","accessLevel":"READ"}""")]
    [InlineData("""{"principalType":"USER","principalId":"$alice","accessLevel":"READ"}""")]
    public async Task Principal_that_is_unknown_or_stands_twice_is_refused(string entry)
    {
        var body = Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"));
        body["permissions"]!
            .AsArray()
            .Add(
                JsonNode.Parse(
                    entry
                        .Replace("$alice", Alice.Id, StringComparison.Ordinal)
                        .Replace("$bob", Bob.Id, StringComparison.Ordinal)
                        .Replace("$agent", _circle.Agent.Id, StringComparison.Ordinal)
                )
            );

        await Refuse(Alice, SetPath, body, 400, "invalid_request", "/permissions/1/principalId");
    }

    [Theory]
    [InlineData("/permissions", null, "/permissions")]
    [InlineData("/permissions/0/accessLevel", "\"OWNER\"", "/permissions/0/accessLevel")]
    [InlineData("/permissions/0/accessLevel", "\"admin\"", "/permissions/0/accessLevel")]
    [InlineData("/permissions/0/principalType", "\"GROUP\"", "/permissions/0/principalType")]
    [InlineData("/permissions/0/principalId", "\"x\"", "/permissions/0/principalId")]
    [InlineData("/permissions/0/extra", "1", "/permissions/0/extra")]
    [InlineData("/extra", "1", "/extra")]
    public async Task Body_out_of_form_is_invalid(string member, string? value, string path)
    {
        var body = Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"));
        body.Set(member, value is null ? Json.Absent : JsonNode.Parse(value));

        await Refuse(Alice, SetPath, body, 400, "invalid_request", path);
    }

    [Fact]
    public async Task Checkpoint_is_required()
    {
        var body = Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"));
        body.Remove("permissionCheckpoint");

        await Refuse(Alice, SetPath, body, 400, "invalid_request", "/permissionCheckpoint");
    }

    [Theory]
    [InlineData("/assetType", "\"VAULT_ITEM\"", "/permissionCheckpoint/checkpoint/assetType")]
    [InlineData(
        "/assetId",
        "\"ffffffffffffffffffffffff\"",
        "/permissionCheckpoint/checkpoint/assetId"
    )]
    [InlineData(
        "/permissions/0/accessLevel",
        "\"WRITE\"",
        "/permissionCheckpoint/checkpoint/permissions/0/accessLevel"
    )]
    [InlineData(
        "/permissions/0/keyFingerprints",
        "[]",
        "/permissionCheckpoint/checkpoint/permissions/0/keyFingerprints"
    )]
    [InlineData("/permissions", "[]", "/permissionCheckpoint/checkpoint/permissions")]
    public async Task Checkpoint_that_differs_from_the_state_after_is_a_mismatch(
        string member,
        string value,
        string path
    )
    {
        var body = Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"));
        body["permissionCheckpoint"]!["checkpoint"]!.Set(member, JsonNode.Parse(value));
        Alice.Signer.SignAgain(body["permissionCheckpoint"]!);

        await Refuse(Alice, SetPath, body, 400, "checkpoint_mismatch", path);
    }

    [Fact]
    public async Task Checkpoint_of_another_vault_cannot_be_replayed()
    {
        var other = await _circle.Scene();
        var body = Alice.SetBody("VAULT", other.Vault.Id, 2, (Alice, "ADMIN"), (Bob, "READ"));

        await Refuse(
            Alice,
            SetPath,
            body,
            400,
            "checkpoint_mismatch",
            "/permissionCheckpoint/checkpoint/assetId"
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Version_that_is_not_the_next_is_stale(long version)
    {
        var answer = await Refuse(
            Alice,
            SetPath,
            Alice.SetBody("VAULT", VaultId, version, (Alice, "ADMIN")),
            409,
            "checkpoint_version_conflict"
        );

        ((string?)answer.Error!.At("/details/kind")).ShouldBe("permission");
        ((long)answer.Error!.At("/details/currentVersion")!).ShouldBe(1);
    }

    [Fact]
    public async Task Signature_by_another_key_is_invalid()
    {
        var body = Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"));
        Bob.Signer.SignAgain(body["permissionCheckpoint"]!);

        await Refuse(Alice, SetPath, body, 400, "checkpoint_invalid_signature");
    }

    [Fact]
    public async Task Signer_has_to_be_the_caller()
    {
        var body = Bob.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"));

        await Refuse(Alice, SetPath, body, 403, "checkpoint_signer_required");
    }

    [Fact]
    public async Task Agent_signs_no_permissions_though_it_has_ADMIN()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (_circle.Agent, "ADMIN"));
        var body = Alice.SetBody("VAULT", VaultId, 3, (Alice, "ADMIN"), (Bob, "READ"));

        await Refuse(_circle.Agent, SetPath, body, 403, "checkpoint_signer_required");
    }

    [Theory]
    [InlineData("READ")]
    [InlineData("WRITE")]
    public async Task Lower_level_cannot_share(string level)
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, level));

        await Refuse(
            Bob,
            SetPath,
            Bob.SetBody("VAULT", VaultId, 3, (Alice, "ADMIN"), (Bob, "ADMIN")),
            403,
            "forbidden"
        );
        await Refuse(
            Bob,
            SetItemPath,
            Bob.SetBody("VAULT_ITEM", ItemId, 1, (Bob, "ADMIN")),
            403,
            "forbidden"
        );
    }

    [Fact]
    public async Task Calls_need_their_permission()
    {
        var email = (string)(await Alice.Client.Get("me")).Json.At("/owner/name")!;
        using var reader = portal.Client(
            await portal.KeyOf(email, "machine.permissions.read"),
            Alice.Id,
            Alice.Signer
        );
        using var writer = portal.Client(
            await portal.KeyOf(email, "machine.permissions.write"),
            Alice.Id,
            Alice.Signer
        );
        var body = Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "READ"));

        (await reader.Post(SetPath, body)).ShouldBeRefused(403, "forbidden");
        (await writer.Get($"permissions/VAULT/{VaultId}/permissions")).ShouldBeRefused(
            403,
            "forbidden"
        );
        (await writer.Get($"permissions/VAULT/{VaultId}/resolved-access")).ShouldBeRefused(
            403,
            "forbidden"
        );
        (await reader.Get($"permissions/VAULT/{VaultId}/permissions")).ShouldSucceed();
        (await writer.Post(SetPath, body)).ShouldSucceed();
    }

    [Fact]
    public async Task Auditor_reads_who_has_access_and_changes_nothing()
    {
        (await _circle.Auditor.Get($"permissions/VAULT/{VaultId}/permissions")).ShouldSucceed();
        (await _circle.Auditor.Get($"permissions/VAULT_ITEM/{ItemId}/resolved-access"))
            .ShouldSucceed()
            .Json["principals"]!
            .AsArray()
            .Count.ShouldBe(1);

        await Refuse(
            _circle.Auditor,
            SetPath,
            Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN")),
            403,
            "forbidden"
        );
    }

    [Fact]
    public async Task Foreign_absent_and_archived_are_one_answer()
    {
        var archived = await _circle.Scene();
        await Alice.Share("VAULT", archived.Vault.Id, 2, (Alice, "ADMIN"), (Bob, "ADMIN"));
        (
            await Alice.Client.Delete(
                $"vault/{archived.Vault.Id}",
                Alice.Client.ArchiveVaultBody(archived.Vault)
            )
        ).ShouldSucceed(204);
        var answers = new List<string>();
        foreach (var id in new[] { VaultId, VaultState.NewId(), archived.Vault.Id, "nonsense" })
        {
            foreach (var read in new[] { "permissions", "resolved-access" })
            {
                answers.Add(
                    (await Bob.Client.Get($"permissions/VAULT/{id}/{read}"))
                        .ShouldBeRefused(404, "vault_not_found")
                        .Text
                );
            }

            var body = Bob.SetBody("VAULT", VaultId, 3, (Alice, "ADMIN"), (Bob, "ADMIN"));
            answers.Add(
                (await Bob.Client.Post($"permissions/VAULT/{id}/set-permissions", body))
                    .ShouldBeRefused(404, "vault_not_found")
                    .Text
            );
        }

        answers.Distinct().Count().ShouldBe(1);
        (await Bob.Client.Get($"permissions/VAULT_ITEM/{ItemId}/permissions")).ShouldBeRefused(
            404,
            "vault_item_not_found"
        );
    }

    [Theory]
    [InlineData("vault")]
    [InlineData("FOLDER")]
    public async Task Type_that_cannot_be_shared_is_invalid(string type) =>
        (await Alice.Client.Get($"permissions/{type}/{VaultId}/permissions")).ShouldBeRefused(
            400,
            "invalid_request"
        );

    [Fact]
    public async Task Of_two_faults_the_earlier_in_the_contracts_order_is_told()
    {
        var email = (string)(await Alice.Client.Get("me")).Json.At("/owner/name")!;
        using var reader = portal.Client(
            await portal.KeyOf(email, "machine.permissions.read"),
            Alice.Id,
            Alice.Signer
        );
        var absent = $"permissions/VAULT/{VaultState.NewId()}/set-permissions";
        var good = Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"));
        var formless = good.Copy();
        formless["extra"] = 1;
        var foreign = Bob.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"));
        var foreignAndForged = foreign.Copy();
        foreignAndForged["permissionCheckpoint"]!["signature"] = "AAAA";
        var forgedAndStale = Alice.SetBody("VAULT", VaultId, 7, (Alice, "ADMIN"));
        forgedAndStale["permissionCheckpoint"]!["signature"] = "AAAA";
        var staleAndOrphaning = Alice.SetBody("VAULT", VaultId, 7, (Bob, "READ"));

        (await reader.Post(SetPath, formless)).ShouldBeRefused(400, "invalid_request");
        (await reader.Post(absent, good)).ShouldBeRefused(403, "forbidden");
        (await Alice.Client.Post(absent, foreign)).ShouldBeRefused(404, "vault_not_found");
        (await Alice.Client.Post(SetPath, foreignAndForged)).ShouldBeRefused(
            403,
            "checkpoint_signer_required"
        );
        (await Alice.Client.Post(SetPath, forgedAndStale)).ShouldBeRefused(
            400,
            "checkpoint_invalid_signature"
        );
        (await Alice.Client.Post(SetPath, staleAndOrphaning)).ShouldBeRefused(
            409,
            "checkpoint_version_conflict"
        );
    }

    [Fact]
    public async Task Retry_by_one_who_lost_his_access_is_refused()
    {
        var body = Alice.SetBody("VAULT", VaultId, 2, (Bob, "ADMIN"));
        (await Alice.Client.Post(SetPath, body, "leave")).ShouldSucceed();

        (await Alice.Client.Post(SetPath, body, "leave")).ShouldBeRefused(404, "vault_not_found");
    }

    [Fact]
    public async Task Disabled_account_gets_no_grant_but_may_keep_one()
    {
        using var client = await portal.Stranger();
        using var dave = await new Party(client, client.OwnerId).Register();
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (dave, "ADMIN"));
        portal.Execute(
            "UPDATE account SET disabled_at = 1 WHERE public_id = $id",
            ("$id", Convert.FromHexString(dave.Id))
        );

        await Refuse(
            Alice,
            SetPath,
            Alice.SetBody("VAULT", VaultId, 3, (dave, "ADMIN")),
            409,
            "last_admin"
        );
        await Refuse(
            Alice,
            SetItemPath,
            Alice.SetBody("VAULT_ITEM", ItemId, 1, (dave, "READ")),
            400,
            "invalid_request",
            "/permissions/0/principalId"
        );
        await Alice.Share("VAULT", VaultId, 3, (Alice, "ADMIN"), (dave, "READ"));
        (await Alice.Client.Get($"permissions/VAULT/{VaultId}/resolved-access")).Json["principals"]!
            .AsArray()
            .Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retry_gives_the_first_answer_and_changes_nothing_more()
    {
        var body = Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "READ"));
        (await Alice.Client.Post(SetPath, body, "share-once")).ShouldSucceed();

        var again = (await Alice.Client.Post(SetPath, body, "share-once")).ShouldSucceed();

        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        (await Alice.Client.Post(SetPath, body)).ShouldBeRefused(
            409,
            "checkpoint_version_conflict"
        );
    }

    [Fact]
    public async Task Of_admins_who_change_at_once_exactly_one_succeeds()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "ADMIN"));
        for (var version = 3; version < 13; version++)
        {
            var answers = await Task.WhenAll(
                Alice.Client.Post(
                    SetPath,
                    Alice.SetBody("VAULT", VaultId, version, (Alice, "ADMIN"), (Bob, "ADMIN"))
                ),
                Bob.Client.Post(
                    SetPath,
                    Bob.SetBody(
                        "VAULT",
                        VaultId,
                        version,
                        (Alice, "ADMIN"),
                        (Bob, "ADMIN"),
                        (Carol, "READ")
                    )
                )
            );

            answers.Select(a => a.Status).ShouldBe([200, 409], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Admins_who_remove_each_other_leave_one()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "ADMIN"));

        var answers = await Task.WhenAll(
            Alice.Client.Post(SetPath, Alice.SetBody("VAULT", VaultId, 3, (Alice, "ADMIN"))),
            Bob.Client.Post(SetPath, Bob.SetBody("VAULT", VaultId, 3, (Bob, "ADMIN")))
        );

        // Whoever comes second is no longer there to hear of a conflict.
        answers.Select(a => a.Status).ShouldBe([200, 404], ignoreOrder: true);
    }

    private Task<Answer> Refuse(
        Party who,
        string path,
        JsonNode body,
        int status,
        string code,
        string? at = null
    ) => Refuse(who.Client, path, body, status, code, at);

    private async Task<Answer> Refuse(
        MachineClient who,
        string path,
        JsonNode body,
        int status,
        string code,
        string? at = null
    )
    {
        var before = await Stored();
        var answer = (await who.Post(path, body)).ShouldBeRefused(status, code, at);
        (await Stored()).ShouldBe(before);
        return answer;
    }

    private async Task<string> Stored() =>
        string.Join(
            '\n',
            (await Alice.Client.Get($"vault/{VaultId}")).Text,
            (await Alice.Client.Get($"permissions/VAULT/{VaultId}/permissions")).Text,
            (await Alice.Client.Get($"permissions/VAULT_ITEM/{ItemId}/permissions")).Text
        );
}
