using VaultPortal.Client;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>Two people edit the same item at the same time; what they both changed is decided, the rest is put together.</summary>
[Collection("Demos")]
public sealed class ConflictWalk
{
    private const string Passphrase = "unlikely gravel saffron tuba quartz mitten";

    [Fact]
    public async Task Two_editors_of_one_item_are_merged_field_by_field_into_one_signed_version()
    {
        await using var stage = await Stage.SeededAsync("conflict");
        var email = Stage.Email("grace");
        await Share(stage, email);
        var owner = await stage.EnterAsync("Demo owner");
        var grace = await stage.EnterAsync("Grace");
        await owner.SignIn(stage.OwnerEmail, stage.OwnerPassword);
        await owner.Say("two people open the same item");
        await owner.OpenExample(stage.OwnerPassphrase);
        await grace.SignIn(email, PortalCommand.Password);
        await grace.OpenExample(Passphrase);
        var before = await Read(stage, item => item.Version);

        await owner.Say("changes the user name and adds the port; does not save yet");
        await owner.EditField("Username", "app_owner");
        await owner.AddField("NUMBER", "Port", "5432");
        await owner.Picture("first-editor");
        await grace.Say("changes the user name too, adds the host, and saves first");
        await grace.EditField("Username", "app_grace");
        await grace.AddField("TEXT", "Host", "db.example.com");
        await grace.Save(grace.Saved);
        await grace.Picture("second-editor");

        await owner.Say("saves second: nothing is overwritten, both sides are shown");
        await owner.Save(owner.Find("conflicts"));
        await Expect(owner.Find("conflict")).ToHaveCountAsync(1);
        await Expect(owner.Find("save")).ToBeDisabledAsync();
        var values = owner.Find("conflict").GetByTestId("value");
        await owner.Click(owner.Find("conflict").GetByTestId("reveal").Nth(0));
        await Expect(values.Nth(0)).ToHaveTextAsync("app_owner");
        await owner.Click(owner.Find("conflict").GetByTestId("reveal").Nth(1));
        await Expect(values.Nth(1)).ToHaveTextAsync("app_grace");
        await owner.Picture("conflict", inDocs: true);
        await owner.Say("one field needs a decision; the two new ones are put together");
        await owner.Click("take-mine");
        await owner.Save(owner.Saved, "sign-merge");
        await owner.Picture("merged");

        (await Read(stage, Values)).ShouldBe([
            "Host=db.example.com",
            "Port=5432",
            "Username=app_owner",
        ]);
        (await Read(stage, item => item.Version)).ShouldBe(before + 2);
        await owner.Say("one new version has both, signed");
        // The browser itself notes the refusal that begins the merge; nothing else may be complained of.
        owner.Complaints.ShouldHaveSingleItem().ShouldContain("409 (Conflict)");
        grace.Complaints.ShouldBeEmpty();
    }

    /// <summary>A second account with a key that a passphrase opens, and WRITE on the vault.</summary>
    private static async Task Share(Stage stage, string email)
    {
        var id = await stage.Commands.CreateAccount(email);
        using var program = stage.Program(await stage.Commands.CreateApiKey(email));
        var pair = KeyPair.Generate();
        await program.Keys.RegisterAsync(pair, wrappedPrivateKey: pair.Wrap(Passphrase));
        using var owner = stage.Owner();
        using var vault = await owner.OpenVaultAsync(DemoPortal.Vault);
        await vault.Members.ShareAsync(
            PrincipalType.User,
            id,
            AccessLevel.Write,
            [pair.Fingerprint]
        );
    }

    private static string[] Values(OpenItem item) =>
        [
            .. item
                .Fields.Select(field => $"{field.Name}={field.Reveal()}")
                .Order(StringComparer.Ordinal),
        ];

    private static async Task<T> Read<T>(Stage stage, Func<OpenItem, T> answer)
    {
        using var owner = stage.Owner();
        using var vault = await owner.OpenVaultAsync(DemoPortal.Vault);
        return answer(await vault.OpenItemAsync(DemoPortal.Item));
    }
}
