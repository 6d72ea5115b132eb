using VaultPortal.Tests.E2E.Journeys;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>A field of the documentation's example item is added, changed and deleted; each save is one signed version.</summary>
[Collection("Demos")]
public sealed class FieldWalk
{
    [Fact]
    public async Task Field_is_added_updated_and_deleted_by_three_signed_versions()
    {
        await using var stage = await Stage.SeededAsync("fields");
        var owner = await stage.EnterAsync("Demo owner");
        await owner.SignIn(stage.OwnerEmail, stage.OwnerPassword);
        await Expect(owner.Find("vault-table")).ToContainTextAsync("Production");
        await owner.Say("these are the vaults, and who signed them last");
        await owner.Picture("vaults", inDocs: true);
        await owner.Say("open the item; its values are locked until the key is unlocked");
        await owner.OpenExample(stage.OwnerPassphrase);
        var before = await Version(stage);

        await owner.Say("add a field; the value is encrypted before it leaves the browser");
        await owner.AddField("PASSWORD", "Password", "first-of-two");
        await owner.Picture("item-editor", dark: true, inDocs: true);
        await owner.Save(owner.Saved, "sign-item");
        (await Values(stage)).ShouldBe(["Username=app", "Password=first-of-two"]);

        await owner.Say("update the field");
        await owner.EditField("Password", "second-of-two");
        await owner.Save(Saved(owner, before + 2));
        await owner.Reveal("Password", "second-of-two");
        (await Values(stage)).ShouldBe(["Username=app", "Password=second-of-two"]);

        await owner.Say("the history has both values; each version says who signed it");
        await owner.Click(owner.Field("Password").GetByTestId("field-history"));
        await Expect(owner.Find("history-row")).ToHaveCountAsync(2);
        await owner.Picture("history", inDocs: true);
        await owner.Click("tab-fields");

        await owner.Say("delete the field; until it is saved it can be taken back");
        await owner.Click(owner.Field("Password").GetByTestId("field-delete"));
        await Expect(owner.Field("Password").GetByTestId("field-changed"))
            .ToHaveTextAsync("Deleted");
        await owner.Picture("deleted");
        await owner.Save(Saved(owner, before + 3));
        await Expect(owner.Find("edit-row")).ToHaveCountAsync(1);
        await owner.Picture("saved");
        (await Values(stage)).ShouldBe(["Username=app"]);
        (await Version(stage)).ShouldBe(before + 3);
        owner.Complaints.ShouldBeEmpty();
    }

    private static Microsoft.Playwright.ILocator Saved(Actor actor, long version) =>
        actor.Find("item-status").Filter(new() { HasText = $"Saved: version {version}" });

    private static async Task<long> Version(Stage stage)
    {
        using var owner = stage.Owner();
        using var vault = await owner.OpenVaultAsync(DemoPortal.Vault);
        return (await vault.OpenItemAsync(DemoPortal.Item)).Version;
    }

    /// <summary>What a program opens that verifies every signature.</summary>
    private static async Task<string[]> Values(Stage stage)
    {
        using var owner = stage.Owner();
        using var vault = await owner.OpenVaultAsync(DemoPortal.Vault);
        var item = await vault.OpenItemAsync(DemoPortal.Item);
        return [.. item.Fields.Select(field => $"{field.Name}={field.Reveal()}")];
    }
}
