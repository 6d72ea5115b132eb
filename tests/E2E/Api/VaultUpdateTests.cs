using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>PATCH /vault/{id}/update (machine.md section 6).</summary>
[Collection(PortalCollection.Name)]
public sealed class VaultUpdateTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    [Fact]
    public async Task Update_renames_and_classifies()
    {
        var scene = await Scene.MakeAsync(Owner);

        (await Owner.Patch(scene.VaultPath, scene.VaultUpdate()))
            .ShouldSucceed()
            .ShouldHaveNoBody();

        var vault = (await Owner.Get($"vault/{scene.Vault.Id}")).Json;
        ((string?)vault["name"], (string?)vault["dataClassification"]).ShouldBe(
            ("Renamed", "CONFIDENTIAL")
        );
        ((int)vault.At("/directoryCheckpoint/checkpoint/version")!).ShouldBe(2);
        ((int)vault.At("/summaryCheckpoint/checkpoint/version")!).ShouldBe(3);
    }

    [Theory]
    [InlineData("PUBLIC")]
    [InlineData("INTERNAL")]
    [InlineData("CONFIDENTIAL")]
    [InlineData("CUI")]
    public async Task Classification_of_each_kind_is_kept(string classification)
    {
        var scene = await Scene.MakeAsync(Owner);
        var after = scene.Vault with { Classification = classification };

        (await Owner.Patch(scene.VaultPath, Owner.UpdateVaultBody(after, true))).ShouldSucceed();

        ((string?)(await Owner.Get($"vault/{scene.Vault.Id}")).Json["dataClassification"]).ShouldBe(
            classification
        );
    }

    [Fact]
    public async Task Classification_absent_keeps_the_current_one()
    {
        var scene = await Scene.MakeAsync(Owner, new VaultState { Classification = "CUI" });
        var after = scene.Vault with { Name = "Renamed" };

        (await Owner.Patch(scene.VaultPath, Owner.UpdateVaultBody(after))).ShouldSucceed();

        ((string?)(await Owner.Get($"vault/{scene.Vault.Id}")).Json["dataClassification"]).ShouldBe(
            "CUI"
        );
    }

    [Fact]
    public async Task Classification_absent_from_the_request_but_new_in_the_checkpoints_is_a_mismatch()
    {
        var scene = await Scene.MakeAsync(Owner, new VaultState { Classification = "CUI" });
        var after = scene.Vault with { Classification = "PUBLIC" };

        await scene.RefusePatch(
            scene.VaultPath,
            Owner.UpdateVaultBody(after),
            400,
            "checkpoint_mismatch",
            "*/dataClassification"
        );
    }

    [Theory]
    [InlineData("/directoryCheckpoint", "absent")]
    [InlineData("/directoryCheckpoint", "null")]
    [InlineData("/summaryCheckpoint", "absent")]
    [InlineData("/summaryCheckpoint", "null")]
    [InlineData("/name", "absent")]
    [InlineData("/name", "null")]
    [InlineData("/name", "\"\"")]
    [InlineData("/name", "\"\\t\"")]
    [InlineData("/name", "7")]
    [InlineData("/dataClassification", "null")]
    [InlineData("/dataClassification", "\"confidential\"")]
    [InlineData("/dataClassification", "\"SECRET\"")]
    [InlineData("/dataClassification", "3")]
    [InlineData("/groupId", "null")]
    [InlineData("/extra", "true")]
    [InlineData("/directoryCheckpoint/checkpoint/extra", "1")]
    [InlineData("/directoryCheckpoint/checkpoint/vaultId", "absent")]
    [InlineData("/directoryCheckpoint/checkpoint/version", "absent")]
    [InlineData("/directoryCheckpoint/checkpoint/version", "\"2\"")]
    [InlineData("/directoryCheckpoint/checkpoint/name", "absent")]
    [InlineData("/directoryCheckpoint/checkpoint/groupId", "5")]
    public async Task Member_out_of_form_is_invalid(string pointer, string json)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.VaultUpdate();
        body.Set(pointer, json == "absent" ? Json.Absent : JsonNode.Parse(json));
        if (pointer.StartsWith("/directoryCheckpoint/", StringComparison.Ordinal))
        {
            Owner.Signer.SignAgain(body["directoryCheckpoint"]!);
        }

        await scene.RefusePatch(scene.VaultPath, body, 400, "invalid_request", pointer);

        (await Owner.Patch(scene.VaultPath, scene.VaultUpdate())).ShouldSucceed();
    }

    [Theory]
    [InlineData("directoryCheckpoint", "vaultId", "\"507f1f77bcf86cd799439011\"")]
    [InlineData("directoryCheckpoint", "name", "\"renamed\"")]
    [InlineData("directoryCheckpoint", "groupId", "\"507f1f77bcf86cd799439051\"")]
    [InlineData("directoryCheckpoint", "dataClassification", "\"PUBLIC\"")]
    [InlineData("directoryCheckpoint", "dataClassification", "null")]
    [InlineData("summaryCheckpoint", "vaultId", "\"507f1f77bcf86cd799439011\"")]
    [InlineData("summaryCheckpoint", "name", "\"Production Secrets\"")]
    [InlineData("summaryCheckpoint", "dataClassification", "null")]
    [InlineData("summaryCheckpoint", "currentDekVersion", "3")]
    [InlineData("summaryCheckpoint", "items", "[]")]
    public async Task Checkpoint_that_differs_from_the_state_is_a_mismatch(
        string wrapper,
        string member,
        string json
    )
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.VaultUpdate();
        body.Set($"/{wrapper}/checkpoint/{member}", JsonNode.Parse(json));
        Owner.Signer.SignAgain(body[wrapper]!);

        var answer = await scene.RefusePatch(scene.VaultPath, body, 400, "checkpoint_mismatch");

        answer.Path.ShouldNotBeNull();
        answer.Path.ShouldContain(member);
    }

    [Theory]
    [InlineData("directoryCheckpoint")]
    [InlineData("summaryCheckpoint")]
    public async Task Signature_of_either_checkpoint_is_verified(string wrapper)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.VaultUpdate();
        body.Set($"/{wrapper}/signature", Convert.ToBase64String(new byte[64]));

        await scene.RefusePatch(scene.VaultPath, body, 400, "checkpoint_invalid_signature");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Version_of_the_directory_other_than_the_next_is_a_conflict(int version)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.VaultUpdate();
        foreach (var wrapper in new[] { "directoryCheckpoint", "summaryCheckpoint" })
        {
            // The summary is stale as well: the directory is named first.
            body.Set($"/{wrapper}/checkpoint/version", version);
            Owner.Signer.SignAgain(body[wrapper]!);
        }

        var answer = await Owner.Patch(scene.VaultPath, body);

        answer.ShouldBeRefused(409, "checkpoint_version_conflict");
        ((string?)answer.Error!.At("/details/kind")).ShouldBe("directory");
        ((long)answer.Error!.At("/details/currentVersion")!).ShouldBe(1);
    }

    [Fact]
    public async Task Vault_that_is_unknown_is_not_found()
    {
        var unknown = new VaultState { DirectoryVersion = 1, SummaryVersion = 1 };

        (
            await Owner.Patch($"vault/{unknown.Id}/update", Owner.UpdateVaultBody(unknown))
        ).ShouldBeRefused(404, "vault_not_found");
    }
}
