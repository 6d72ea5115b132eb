using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>Several writers with the same next version (machine.md section 4).</summary>
[Collection(PortalCollection.Name)]
public sealed class RaceTests(Portal portal)
{
    private const int Rounds = 1_000;

    [Fact]
    public async Task Two_writers_of_one_version_exactly_one_succeeds()
    {
        using var second = portal.Client(
            portal.Owner.Key,
            portal.Owner.OwnerId,
            portal.Owner.Signer
        );
        var scene = await Scene.MakeAsync(portal.Owner);
        for (var round = 0; round < Rounds; round++)
        {
            var one = scene.Change().Update(scene.Username);
            var two = scene.Change().Update(scene.Password);

            var answers = await Task.WhenAll(
                portal.Owner.Patch(scene.ItemPath, one.Body(portal.Owner.Signer)),
                second.Patch(scene.ItemPath, two.Body(second.Signer))
            );

            answers
                .Select(answer => answer.Status)
                .ShouldBe([200, 409], ignoreOrder: true, $"round {round}");
            var lost = answers.Single(answer => answer.Status == 409);
            lost.ShouldBeRefused(409, "checkpoint_version_conflict");
            ((long)lost.Error!.At("/details/currentVersion")!).ShouldBe(round + 2);
            scene.Vault = answers[0].Status == 200 ? one.Vault : two.Vault;
        }

        var item = (await portal.Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")).Json;
        ((long)item.At("/detailCheckpoint/checkpoint/version")!).ShouldBe(Rounds + 1);
        item["fields"]!
            .AsArray()
            .Select(field => (string?)field!["value"])
            .ShouldBe(scene.Item.Fields.Select(field => field.Value), ignoreOrder: true);
    }

    [Fact]
    public async Task Writers_of_one_summary_exactly_one_succeeds()
    {
        var vault = await portal.Owner.CreateVault();
        for (var i = 0; i < 4; i++)
        {
            vault = await portal.Owner.CreateItem(vault, MachineClient.NewItem(vault));
        }

        for (var round = 0; round < 50; round++)
        {
            var changes = vault
                .Items.Select(
                    (item, index) => new ItemChange(vault, item).Name($"round {round} item {index}")
                )
                .ToArray();

            var answers = await Task.WhenAll(
                changes.Select(change =>
                    portal.Owner.Patch(change.Path, change.Body(portal.Owner.Signer))
                )
            );

            answers.Count(answer => answer.Status == 200).ShouldBe(1, $"round {round}");
            answers
                .Where(answer => answer.Status != 200)
                .ShouldAllBe(answer => answer.Code == "checkpoint_version_conflict");
            vault = changes[Array.FindIndex(answers, answer => answer.Status == 200)].Vault with
            {
                SummaryVersion = vault.SummaryVersion + 1,
            };
        }
    }

    [Fact]
    public async Task Id_that_two_choose_at_once_is_given_to_one()
    {
        for (var round = 0; round < 50; round++)
        {
            var body = portal.Owner.CreateVaultBody(new VaultState());

            var answers = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => portal.Owner.Post("vault", body))
            );

            answers.Count(answer => answer.Status == 201).ShouldBe(1);
            answers
                .Where(answer => answer.Status != 201)
                .ShouldAllBe(answer => answer.Code == "id_conflict");
        }
    }
}
