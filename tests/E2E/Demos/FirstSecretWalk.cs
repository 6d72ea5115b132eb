using System.Text.RegularExpressions;
using VaultPortal.Client;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>From the first start to the first secret: account, key pair, vault, item, and an environment secret.</summary>
[Collection("Demos")]
public sealed partial class FirstSecretWalk
{
    private const string Password = "plum lantern 7 orbit cedar";

    [Fact]
    public async Task First_start_leads_to_a_first_item_and_a_first_environment_secret()
    {
        await using var stage = await Stage.EmptyAsync("first-secret");
        var email = Stage.Email("ada");
        var ada = await stage.EnterAsync("Ada");

        await ada.GoTo("/setup");
        await ada.Say("the set-up token is what the server printed to its console");
        await ada.Type("setup-token", Token().Match(stage.Console).Value);
        await ada.Type("setup-email", email);
        await ada.Type("setup-password", Password);
        await ada.Type("setup-password-repeat", Password);
        await ada.Picture("set-up");
        await ada.Click("setup-submit");
        await Expect(ada.Find("setup-done")).ToBeVisibleAsync();
        await ada.Say("sign in with the new account");
        await ada.SignIn(email, Password);

        await ada.Say("make a key pair: it signs changes and opens values, in this browser only");
        var (_, kit) = await ada.MakeKeyPair();
        var keyId = await ada.Find("key-card").GetAttributeAsync("data-key");
        await ada.Say("the key pair is unlocked in this tab; the lock in the bar locks it");
        await ada.Picture("keys", inDocs: true);

        await ada.Click("nav-vaults");
        await ada.Say("make the first vault; what will be signed is shown first");
        await ada.Click("vault-new");
        await ada.Type("form-name", "Team secrets");
        await ada.Choose("form-classification", "CONFIDENTIAL");
        await ada.Sign("new-vault");
        await ada.Click("saved-open");
        await Expect(ada.Find("vault-name")).ToHaveTextAsync("Team secrets");
        var vaultId = ada.Page.Url.Split('/')[^1];

        await ada.Say("make an item: a login, with a password that the browser draws");
        await ada.Click("item-new");
        await ada.Click("template-LOGIN");
        await ada.Type("edit-name", "Mail server");
        await ada.Type(ada.Field("Username").GetByTestId("value-input"), "postmaster");
        var drawn = await ada.Draw("Password");
        await ada.Picture("new-item");
        await ada.Save(
            ada.Find("item-name").Filter(new() { HasText = "Mail server" }),
            "sign-item"
        );
        await ada.Say("values are hidden until somebody asks for one");
        (await ada.Reveal("Password")).ShouldBe(drawn);
        await ada.Picture("item");

        // What the page showed is what the recovery kit opens, without the portal's pages.
        using var program = stage.Program(
            await stage.Commands.CreateApiKey(email),
            new MemberKey(keyId!, PairOf(kit))
        );
        using var vault = await program.OpenVaultAsync(vaultId);
        var item = await vault.OpenItemAsync(vault.Items.ShouldHaveSingleItem().Id);
        item.Field("Username").Reveal().ShouldBe("postmaster");
        item.Field("Password").Reveal().ShouldBe(drawn);
        vault.DataClassification.ShouldBe(DataClassification.Confidential);

        await ada.Click("nav-environment");
        await ada.Say("an environment secret is for programs: the server seals it");
        await ada.Click("secret-new");
        await ada.Type("form-key", "DATABASE_URL");
        await ada.Type("form-value", "postgres://app@db/app");
        await ada.Picture("new-secret");
        await ada.Click("form-submit");
        await Expect(ada.Find("secret-key")).ToHaveTextAsync("DATABASE_URL");
        await ada.Click("reveal");
        await Expect(ada.Find("value")).ToHaveTextAsync("postgres://app@db/app");
        await ada.Say("every look at a value is in the audit chain");
        await ada.Picture("secret");
        ada.Complaints.ShouldBeEmpty();
    }

    private static KeyPair PairOf(string kit)
    {
        var keys = Pem().Matches(kit).Select(match => match.Value).ToArray();
        return KeyPair.FromPem(keys[0], keys[1]);
    }

    [GeneratedRegex("(?m)(?<=^\\s*)[0-9a-f]{32}(?=\\s*$)")]
    private static partial Regex Token();

    [GeneratedRegex("-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----")]
    private static partial Regex Pem();
}
