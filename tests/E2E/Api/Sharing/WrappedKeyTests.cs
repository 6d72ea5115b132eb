using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Sharing;

/// <summary>Wrapped data keys, rekey and the directory of signers (machine.md sections 5 to 7).</summary>
[Collection(PortalCollection.Name)]
public sealed class WrappedKeyTests(Portal portal) : IAsyncLifetime
{
    private Circle _circle = null!;
    private Scene _scene = null!;

    private Party Alice => _circle.Alice;

    private Party Bob => _circle.Bob;

    private string VaultId => _scene.Vault.Id;

    private string AddPath => $"vault/{VaultId}/wrapped-keys";

    private string RekeyPath => $"vault/{VaultId}/rekey";

    public async Task InitializeAsync()
    {
        _circle = await Circle.Of(portal);
        _scene = await _circle.Scene();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Wrapped_key_reaches_its_recipient_as_it_was_signed()
    {
        await ShareWithBob("READ");
        var wrap = Alice.Wrap(VaultId, Bob);

        var added = (await Alice.Client.Post(AddPath, Body(wrap))).ShouldSucceed(201).Json;

        added.ShouldHaveMembers("count");
        ((int)added["count"]!).ShouldBe(1);
        var own = await Own(Bob);
        own.Count.ShouldBe(1);
        Signer.Canonical(own[0]!).ShouldBe(Signer.Canonical(wrap));
        (await Own(Alice)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Wrapped_keys_of_an_item_are_for_its_reader_too()
    {
        await Alice.Share("VAULT_ITEM", _scene.Item.Id, 1, (Bob, "READ"));

        (await Alice.Client.Post(AddPath, Body(Alice.Wrap(VaultId, Bob)))).ShouldSucceed(201);

        (await Own(Bob)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Wrapped_key_ends_with_the_grant()
    {
        await ShareWithBob("READ");
        (await Alice.Client.Post(AddPath, Body(Alice.Wrap(VaultId, Bob)))).ShouldSucceed(201);

        await Alice.Share("VAULT", VaultId, 3, (Alice, "ADMIN"));
        await Alice.Share("VAULT", VaultId, 4, (Alice, "ADMIN"), (Bob, "READ"));

        (await Own(Bob)).ShouldBeEmpty();
        (await RekeyDue()).ShouldBeTrue();
    }

    [Fact]
    public async Task Second_wrapped_key_for_a_recipient_and_version_is_a_conflict()
    {
        await ShareWithBob("READ");
        (await Alice.Client.Post(AddPath, Body(Alice.Wrap(VaultId, Bob)))).ShouldSucceed(201);

        (await Alice.Client.Post(AddPath, Body(Alice.Wrap(VaultId, Bob)))).ShouldBeRefused(
            409,
            "wrapped_key_exists",
            "/wrappedDeks/0"
        );
        (
            await Alice.Client.Post(
                AddPath,
                Body(Alice.Wrap(VaultId, Alice), Alice.Wrap(VaultId, Alice))
            )
        ).ShouldBeRefused(409, "wrapped_key_exists", "/wrappedDeks/1");
        (await Own(Alice)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Retry_is_answered_and_writes_nothing_more()
    {
        var body = Body(Alice.Wrap(VaultId, Alice));
        (await Alice.Client.Post(AddPath, body, "wrap")).ShouldSucceed(201);

        (await Alice.Client.Post(AddPath, body, "wrap"))
            .ShouldSucceed(201)
            .Headers["Idempotency-Replayed"]
            .ShouldBe("true");
    }

    [Fact]
    public async Task Key_is_wrapped_to_no_stranger() =>
        await RefuseWrap(
            Alice.Wrap(VaultId, Bob),
            400,
            "invalid_request",
            "/wrappedDeks/0/recipientKeyId"
        );

    [Fact]
    public async Task Key_of_another_vault_is_refused()
    {
        var other = await _circle.Scene();

        await RefuseWrap(
            Alice.Wrap(other.Vault.Id, Alice),
            400,
            "invalid_request",
            "/wrappedDeks/0/vaultId"
        );
    }

    [Theory]
    [InlineData("another vault")]
    [InlineData("another recipient")]
    [InlineData("another fingerprint")]
    [InlineData("another version")]
    [InlineData("other bytes")]
    [InlineData("by somebody else")]
    [InlineData("not base64")]
    public async Task Signature_over_anything_else_is_refused(string fault)
    {
        var wrap = Alice.Wrap(VaultId, Alice);
        var print = Party.FingerprintOf(Alice.EncryptionKey);
        var signed = wrap.Copy();
        switch (fault)
        {
            case "another vault":
                signed["vaultId"] = VaultState.NewId();
                break;
            case "another recipient":
                signed["recipientKeyId"] = Bob.Signer.Id;
                break;
            case "another fingerprint":
                print = Alice.Signer.Fingerprint;
                break;
            case "another version":
                signed["dekVersion"] = 2;
                break;
            case "other bytes":
                signed["wrappedDek"] = Convert.ToBase64String(new byte[80]);
                break;
        }

        wrap["signature"] = fault switch
        {
            "not base64" => "AAA",
            "by somebody else" => Bob.SignWrap(signed, print),
            _ => Alice.SignWrap(signed, print),
        };

        await RefuseWrap(wrap, 400, "checkpoint_invalid_signature", "/wrappedDeks/0/signature");
    }

    [Fact]
    public async Task Version_that_is_not_there_yet_is_a_conflict() =>
        await RefuseWrap(
            Alice.Wrap(VaultId, Alice, dekVersion: 2),
            409,
            "dek_version_conflict",
            "/wrappedDeks/0"
        );

    [Fact]
    public async Task Algorithm_and_length_have_to_fit_the_key()
    {
        var print = Party.FingerprintOf(Alice.EncryptionKey);
        var shorter = Alice.Wrap(VaultId, Alice);
        shorter["wrappedDek"] = Convert.ToBase64String(new byte[79]);
        shorter["signature"] = Alice.SignWrap(shorter, print);
        var rsa = Alice.Wrap(VaultId, Alice);
        rsa["algorithm"] = "RSA-OAEP-SHA256";
        rsa["wrappedDek"] = Convert.ToBase64String(new byte[256]);
        rsa["signature"] = Alice.SignWrap(rsa, print);

        await RefuseWrap(shorter, 400, "invalid_request", "/wrappedDeks/0/algorithm");
        await RefuseWrap(rsa, 400, "invalid_request", "/wrappedDeks/0/algorithm");
    }

    [Theory]
    [InlineData("/wrappedDeks", "[]", "/wrappedDeks")]
    [InlineData("/wrappedDeks/0/dekVersion", "0", "/wrappedDeks/0/dekVersion")]
    [InlineData("/wrappedDeks/0/algorithm", "\"none\"", "/wrappedDeks/0/algorithm")]
    [InlineData("/wrappedDeks/0/wrappedDek", "\"A\"", "/wrappedDeks/0/wrappedDek")]
    [InlineData(
        "/wrappedDeks/0/signerEncryptionKeyId",
        "\"ffffffffffffffffffffffff\"",
        "/wrappedDeks/0"
    )]
    [InlineData("/wrappedDeks/0/extra", "1", "/wrappedDeks/0/extra")]
    public async Task Body_out_of_form_is_invalid(string member, string value, string path)
    {
        var body = Body(Alice.Wrap(VaultId, Alice));
        body.Set(member, JsonNode.Parse(value));

        (await Alice.Client.Post(AddPath, body)).ShouldBeRefused(400, "invalid_request", path);
    }

    [Fact]
    public async Task Signer_has_to_be_the_caller() =>
        await RefuseWrap(Bob.Wrap(VaultId, Alice), 403, "checkpoint_signer_required");

    [Theory]
    [InlineData("READ")]
    [InlineData("WRITE")]
    public async Task Lower_level_wraps_for_nobody_else(string level)
    {
        await ShareWithBob(level);

        (await Bob.Client.Post(AddPath, Body(Bob.Wrap(VaultId, Alice)))).ShouldBeRefused(
            403,
            "forbidden"
        );
        // Also not anew for the key that signs itself.
        (await Bob.Client.Post(AddPath, Body(Bob.Wrap(VaultId, Bob)))).ShouldBeRefused(
            403,
            "forbidden"
        );
    }

    [Fact]
    public async Task Reader_wraps_for_the_own_key_that_he_endorsed_and_no_other()
    {
        using var client = await portal.Stranger();
        using var dave = await new Party(client, client.OwnerId).Register();
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (dave, "READ"));
        var first = dave.Signer;
        var (second, secondEncryption) = await Another(dave, endorser: first);
        var (third, thirdEncryption) = await Another(dave, endorser: second);

        (
            await dave.Client.Post(
                AddPath,
                Body(dave.Wrap(VaultId, third.Id, Party.FingerprintOf(thirdEncryption)))
            )
        ).ShouldBeRefused(403, "forbidden");
        (
            await dave.Client.Post(
                AddPath,
                Body(dave.Wrap(VaultId, second.Id, Party.FingerprintOf(secondEncryption)))
            )
        ).ShouldSucceed(201);
        (await Own(dave)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Agent_wraps_in_a_vault_that_it_made_and_nowhere_else()
    {
        using var plain = await _circle.NewAgent();
        using var agent = await _circle.WithEveryPermission(plain);
        await agent.Register();
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (agent, "ADMIN"));
        var own = new VaultState();
        (
            await agent.Client.Post("vault", agent.Client.CreateVaultBody(own, full: false))
        ).ShouldSucceed(201);

        (await agent.Client.Post(AddPath, Body(agent.Wrap(VaultId, Alice)))).ShouldBeRefused(
            403,
            "checkpoint_signer_required"
        );
        (
            await agent.Client.Post($"vault/{own.Id}/wrapped-keys", Body(agent.Wrap(own.Id, Alice)))
        ).ShouldSucceed(201);
        (
            await agent.Client.Post(
                $"vault/{own.Id}/rekey",
                new JsonObject
                {
                    ["wrappedDeks"] = new JsonArray(
                        agent.Wrap(own.Id, Alice, 2),
                        agent.Wrap(own.Id, agent, 2)
                    ),
                    ["summaryCheckpoint"] = agent.Signer.Wrap(
                        (own with { DekVersion = 2 }).Summary(2)
                    ),
                }
            )
        ).ShouldBeRefused(403, "checkpoint_signer_required");
    }

    [Fact]
    public async Task Vault_is_made_with_its_key_wrapped_to_its_first_admins()
    {
        using var plain = await _circle.NewAgent();
        using var agent = await _circle.WithEveryPermission(plain);
        await agent.Register();
        var vault = new VaultState();
        var body = agent.Client.CreateVaultBody(vault, full: false);
        body["wrappedDeks"] = new JsonArray(
            agent.Wrap(vault.Id, agent),
            agent.Wrap(vault.Id, Alice)
        );

        (await agent.Client.Post("vault", body)).ShouldSucceed(201);

        foreach (var admin in new[] { agent, Alice })
        {
            (await admin.Client.Get($"vault/{vault.Id}/wrapped-key")).ShouldSucceed().Json[
                "wrappedKeys"
            ]!
                .AsArray()
                .Count.ShouldBe(1);
        }
    }

    [Theory]
    [InlineData("a stranger", "/wrappedDeks/0/recipientKeyId")]
    [InlineData("another vault", "/wrappedDeks/0/vaultId")]
    public async Task Vault_with_its_key_wrapped_wrongly_is_not_made(string fault, string path)
    {
        var vault = new VaultState();
        var body = Alice.Client.CreateVaultBody(vault);
        body["wrappedDeks"] = new JsonArray(
            fault == "a stranger" ? Alice.Wrap(vault.Id, Bob) : Alice.Wrap(VaultId, Alice)
        );

        (await Alice.Client.Post("vault", body)).ShouldBeRefused(400, "invalid_request", path);

        (await Alice.Client.Get($"vault/{vault.Id}")).ShouldBeRefused(404, "vault_not_found");
    }

    [Fact]
    public async Task Rekey_makes_the_next_key_the_current_one()
    {
        await ShareWithBob("READ");
        await Alice.Share("VAULT", VaultId, 3, (Alice, "ADMIN"));
        (await RekeyDue()).ShouldBeTrue();

        (await Alice.Client.Post(RekeyPath, Rekey(Alice, Alice)))
            .ShouldSucceed()
            .ShouldHaveNoBody();

        var vault = (await Alice.Client.Get($"vault/{VaultId}")).Json;
        ((bool)vault["rekeyDue"]!).ShouldBeFalse();
        ((int)vault["currentDekVersion"]!).ShouldBe(2);
        ((int)vault["staleInstances"]!).ShouldBe(2);
        ((int)vault.At("/summaryCheckpoint/checkpoint/currentDekVersion")!).ShouldBe(2);
        (await Own(Alice)).Select(w => (int)w!["dekVersion"]!).ShouldBe([2]);
    }

    [Fact]
    public async Task Older_key_can_still_be_wrapped_for_whoever_comes_later()
    {
        (await Alice.Client.Post(RekeyPath, Rekey(Alice, Alice))).ShouldSucceed();
        await ShareWithBob("READ");

        (
            await Alice.Client.Post(
                AddPath,
                Body(Alice.Wrap(VaultId, Bob, 1), Alice.Wrap(VaultId, Bob, 2))
            )
        ).ShouldSucceed(201);

        (await Own(Bob)).Select(w => (int)w!["dekVersion"]!).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Rekey_that_leaves_somebody_out_is_refused()
    {
        await ShareWithBob("READ");
        await Alice.Share("VAULT_ITEM", _scene.Item.Id, 1, (_circle.Carol, "READ"));

        await RefuseRekey(Rekey(Alice, Alice, Bob), 400, "invalid_request", "/wrappedDeks");
        (
            await Alice.Client.Post(RekeyPath, Rekey(Alice, Alice, Bob, _circle.Carol))
        ).ShouldSucceed();
    }

    [Fact]
    public async Task Rekey_for_a_stranger_is_refused() =>
        await RefuseRekey(
            Rekey(Alice, Alice, Bob),
            400,
            "invalid_request",
            "/wrappedDeks/1/recipientKeyId"
        );

    [Fact]
    public async Task Rekey_with_keys_of_the_wrong_version_is_refused()
    {
        var body = Rekey(Alice, Alice);
        body["wrappedDeks"] = new JsonArray(Alice.Wrap(VaultId, Alice, 1));

        await RefuseRekey(body, 409, "dek_version_conflict", "/wrappedDeks/0");
    }

    [Fact]
    public async Task Rekey_with_a_summary_that_keeps_the_version_is_a_mismatch()
    {
        var body = Rekey(Alice, Alice);
        body["summaryCheckpoint"] = Alice.Signer.Wrap(
            _scene.Vault.Summary(_scene.Vault.SummaryVersion + 1)
        );

        await RefuseRekey(
            body,
            400,
            "checkpoint_mismatch",
            "/summaryCheckpoint/checkpoint/currentDekVersion"
        );
    }

    [Fact]
    public async Task Rekey_with_a_wrapped_key_signed_wrongly_is_refused_before_its_version()
    {
        var body = Rekey(Alice, Alice);
        body["summaryCheckpoint"] = Alice.Signer.Wrap(
            (_scene.Vault with { DekVersion = 2 }).Summary(9)
        );
        body["wrappedDeks"]![0]!["signature"] = Convert.ToBase64String(new byte[64]);

        await RefuseRekey(body, 400, "checkpoint_invalid_signature", "/wrappedDeks/0/signature");
    }

    [Fact]
    public async Task Rekey_takes_ADMIN_and_the_permission()
    {
        await ShareWithBob("WRITE");
        (await Bob.Client.Post(RekeyPath, Rekey(Bob, Alice, Bob))).ShouldBeRefused(
            403,
            "forbidden"
        );
        var email = (string)(await Alice.Client.Get("me")).Json.At("/owner/name")!;
        using var other = portal.Client(
            await portal.KeyOf(email, "machine.vault.all"),
            Alice.Id,
            Alice.Signer
        );

        (await other.Post(RekeyPath, Rekey(Alice, Alice, Bob))).ShouldBeRefused(403, "forbidden");
        (await other.Post(AddPath, Body(Alice.Wrap(VaultId, Alice)))).ShouldBeRefused(
            403,
            "forbidden"
        );
        (await other.Get($"vault/{VaultId}/wrapped-key")).ShouldSucceed();
    }

    [Fact]
    public async Task Of_rekeys_at_once_one_is_done()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Alice.Client.Post(RekeyPath, Rekey(Alice, Alice)))
        );

        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers
            .Where(a => a.Status != 200)
            .ShouldAllBe(a => a.Code == "checkpoint_version_conflict");
        (await Own(Alice)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Rekey_that_meets_a_new_member_leaves_nobody_without_the_key()
    {
        for (var round = 0; round < 10; round++)
        {
            var scene = await _circle.Scene();
            (_scene, var rekey) = (scene, $"vault/{scene.Vault.Id}/rekey");

            var answers = await Task.WhenAll(
                Alice.Client.Post(
                    $"permissions/VAULT/{VaultId}/set-permissions",
                    Alice.SetBody("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, "READ"))
                ),
                Alice.Client.Post(rekey, Rekey(Alice, Alice))
            );

            answers[0].ShouldSucceed();
            // Either the member came later, or the rekey that did not know him was refused.
            if (answers[1].Status != 200)
            {
                answers[1].ShouldBeRefused(400, "invalid_request", "/wrappedDeks");
            }
        }
    }

    [Fact]
    public async Task Directory_names_every_key_of_members_and_of_those_who_left()
    {
        await ShareWithBob("WRITE");
        (
            await Bob.Client.Patch(_scene.ItemPath, _scene.Change().Add().Body(Bob.Signer))
        ).ShouldSucceed();
        await Alice.Share("VAULT", VaultId, 3, (Alice, "ADMIN"));

        var keys = (await Alice.Client.Get($"vault/{VaultId}/public-keys")).ShouldSucceed().Json[
            "keys"
        ]!.AsArray();

        keys[0]
            .ShouldHaveMembers(
                "id ownerType ownerId ownerName algorithm publicKey fingerprint encryptionPublicKey encryptionKeySignature state createdAt expiresAt retiredAt retireReason proof endorsement"
            );
        keys.Select(k => (string)k!["id"]!)
            .ShouldBe([Alice.Signer.Id, Bob.Signer.Id], ignoreOrder: true);
        keys.ShouldAllBe(k => k!["proof"] != null && k["encryptionPublicKey"] != null);
    }

    [Fact]
    public async Task Directory_tells_endorsements_and_what_was_compromised()
    {
        using var client = await portal.Stranger();
        using var dave = await new Party(client, client.OwnerId).Register();
        var first = dave.Signer;
        var vault = await dave.Client.CreateVault();
        var (second, _) = await Another(dave, endorser: first);
        (
            await dave.Client.Post(
                $"user-key-pair/{first.Id}/retire",
                new JsonObject { ["reason"] = "compromised" }
            )
        ).ShouldSucceed();

        var keys = (await dave.Client.Get($"vault/{vault.Id}/public-keys")).Json["keys"]!.AsArray();
        var read = (await dave.Client.Get($"vault/{vault.Id}")).Json;

        // What is to be signed again: a newest checkpoint by a key with this reason.
        var signer = (string)read.At("/summaryCheckpoint/signerUserKeyPairId")!;
        var old = keys.Single(k => (string)k!["id"]! == signer)!;
        ((string?)old["state"], (string?)old["retireReason"]).ShouldBe(("retired", "compromised"));
        var next = keys.Single(k => (string)k!["id"]! == second.Id)!;
        next["endorsement"].ShouldHaveMembers("previousKeyId signature");
        ((string?)next.At("/endorsement/previousKeyId")).ShouldBe(first.Id);
        ((string?)next.At("/endorsement/signature")).ShouldBe(dave.Rotation(first, second));
    }

    [Fact]
    public async Task Holder_of_an_item_grant_gets_the_keys_that_he_needs_and_no_others()
    {
        await Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (_circle.Carol, "READ"));
        await Alice.Share("VAULT_ITEM", _scene.Item.Id, 1, (Bob, "READ"));

        (await Bob.Client.Get($"vault/{VaultId}/public-keys")).ShouldSucceed().Json["keys"]!
            .AsArray()
            .Select(k => (string)k!["id"]!)
            .ShouldBe([Alice.Signer.Id, Bob.Signer.Id], ignoreOrder: true);
    }

    [Fact]
    public async Task Auditor_reads_the_directory_and_has_no_wrapped_key()
    {
        (await _circle.Auditor.Get($"vault/{VaultId}/public-keys")).ShouldSucceed().Json["keys"]!
            .AsArray()
            .Count.ShouldBe(1);
        (await _circle.Auditor.Get($"vault/{VaultId}/wrapped-key")).ShouldSucceed().Json[
            "wrappedKeys"
        ]!
            .AsArray()
            .ShouldBeEmpty();
        (await _circle.Auditor.Post(AddPath, Body(Alice.Wrap(VaultId, Alice)))).ShouldBeRefused(
            403,
            "forbidden"
        );
    }

    [Fact]
    public async Task Foreign_and_absent_vaults_are_one_answer()
    {
        var answers = new List<string>();
        foreach (var id in new[] { VaultId, VaultState.NewId(), "nonsense" })
        {
            answers.Add((await Bob.Client.Get($"vault/{id}/wrapped-key")).Text);
            answers.Add((await Bob.Client.Get($"vaults/{id}/public-keys")).Text);
            answers.Add(
                (
                    await Bob.Client.Post($"vault/{id}/wrapped-keys", Body(Bob.Wrap(VaultId, Bob)))
                ).Text
            );
            answers.Add((await Bob.Client.Post($"vault/{id}/rekey", Rekey(Bob, Bob))).Text);
        }

        answers.Distinct().Count().ShouldBe(1);
        answers[0].ShouldContain("vault_not_found");
    }

    [Fact]
    public async Task Archived_vault_has_neither()
    {
        (
            await Alice.Client.Delete(
                $"vault/{VaultId}",
                Alice.Client.ArchiveVaultBody(_scene.Vault)
            )
        ).ShouldSucceed(204);

        (await Alice.Client.Get($"vault/{VaultId}/wrapped-key")).ShouldBeRefused(
            404,
            "vault_not_found"
        );
        (await Alice.Client.Get($"vault/{VaultId}/public-keys")).ShouldBeRefused(
            404,
            "vault_not_found"
        );
        (await Alice.Client.Post(AddPath, Body(Alice.Wrap(VaultId, Alice)))).ShouldBeRefused(
            404,
            "vault_not_found"
        );
        (await Alice.Client.Post(RekeyPath, Rekey(Alice, Alice))).ShouldBeRefused(
            404,
            "vault_not_found"
        );
    }

    private static JsonObject Body(params JsonObject[] wraps) =>
        new() { ["wrappedDeks"] = new JsonArray([.. wraps]) };

    private JsonObject Rekey(Party by, params Party[] recipients)
    {
        var body = Body([.. recipients.Select(r => by.Wrap(VaultId, r, 2))]);
        body["summaryCheckpoint"] = by.Signer.Wrap(
            (_scene.Vault with { DekVersion = 2 }).Summary(_scene.Vault.SummaryVersion + 1)
        );
        return body;
    }

    /// <summary>Registers another key of the person's without changing to it.</summary>
    private static async Task<(Signer Key, byte[] Encryption)> Another(Party who, Signer endorser)
    {
        var key = Signer.Ed25519();
        var encryption = Party.NewEncryptionKey();
        var answer = await who.Client.Post(
            "user-key-pair",
            who.RegisterBody(key, encryption, endorser)
        );
        key.Id = (string)answer.ShouldSucceed(201).Json["id"]!;
        ((string?)answer.Json["state"]).ShouldBe("active");
        return (key, encryption);
    }

    private Task ShareWithBob(string level) =>
        Alice.Share("VAULT", VaultId, 2, (Alice, "ADMIN"), (Bob, level));

    private async Task<JsonArray> Own(Party who)
    {
        var answer = (await who.Client.Get($"vault/{VaultId}/wrapped-key")).ShouldSucceed().Json;
        answer.ShouldHaveMembers("wrappedKeys");
        return answer["wrappedKeys"]!.AsArray();
    }

    private async Task<bool> RekeyDue() =>
        (bool)(await Alice.Client.Get($"vault/{VaultId}")).Json["rekeyDue"]!;

    private async Task RefuseWrap(JsonObject wrap, int status, string code, string? path = null)
    {
        (await Alice.Client.Post(AddPath, Body(wrap))).ShouldBeRefused(status, code, path);
        (await Own(Alice)).ShouldBeEmpty();
    }

    private async Task RefuseRekey(JsonObject body, int status, string code, string? path = null)
    {
        var before = (await Alice.Client.Get($"vault/{VaultId}")).Text;
        (await Alice.Client.Post(RekeyPath, body)).ShouldBeRefused(status, code, path);
        (await Alice.Client.Get($"vault/{VaultId}")).Text.ShouldBe(before);
        (await Own(Alice)).ShouldBeEmpty();
    }
}
