using VaultPortal.Client;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>A vault is shared with a person and with an agent; the person opens a value in a browser of her own.</summary>
[Collection("Demos")]
public sealed class SharingWalk
{
    [Fact]
    public async Task Vault_is_shared_with_a_person_and_an_agent_who_then_open_its_values()
    {
        await using var stage = await Stage.SeededAsync("sharing");
        var email = Stage.Email("grace");
        var graceId = await stage.Commands.CreateAccount(email);
        var grace = await stage.EnterAsync("Grace");
        await grace.GoTo("/sign-in");
        await grace.Say("has an account, and makes a key pair of her own");
        await grace.SignIn(email, PortalCommand.Password);
        var (passphrase, _) = await grace.MakeKeyPair();
        await grace.Say("tells the fingerprint of her key by telephone");
        var fingerprint = await grace.Fingerprint();
        await grace.Picture("fingerprint");

        var agentName = Stage.Email("deployer").Split('@')[0];
        using var account = stage.Owner();
        var agentId = (await account.Agents.CreateAsync(agentName)).Id;
        var apiKey = await account.Agents.RegenerateApiKeyAsync(agentId);
        using var unknown = stage.Program(apiKey);
        var agentKey = await unknown.Keys.RegisterAgentAsync(KeyPair.Generate());

        var owner = await stage.EnterAsync("Demo owner");
        await owner.SignIn(stage.OwnerEmail, stage.OwnerPassword);
        await owner.Click(owner.Find($"vault-row-{DemoPortal.Vault}").GetByTestId("row-link"));
        await owner.Click("tab-members");
        await owner.Say("members are believed once their signatures are verified: unlock");
        await owner.Unlock(stage.OwnerPassphrase);
        await Expect(owner.Find("members-verified")).ToBeVisibleAsync();

        await owner.Say("add Grace, and compare what she said with what the server says");
        await owner.Click("member-add");
        await owner.Type("form-principal", email);
        await owner.Check($"principal-{graceId}");
        await owner.Type("compare", fingerprint);
        await Expect(owner.Find("compare-said")).ToContainTextAsync("It is the fingerprint");
        await owner.Picture("compare");
        await owner.Sign("review", inDocs: true);
        await Expect(owner.Find($"member-{graceId}").GetByTestId("key-trust"))
            .ToHaveTextAsync("Named");

        await owner.Say("add an agent: a program with a key of its own");
        await owner.Click("member-add");
        await owner.Type("form-principal", agentName);
        await owner.Check($"principal-{agentId}");
        await owner.Type("compare", agentKey.Pair.Fingerprint);
        await owner.Sign("sign-agent");
        await Expect(owner.Find($"member-{agentId}").GetByTestId("key-trust"))
            .ToHaveTextAsync("Named");
        await owner.Say("every member, level and key is signed");
        await owner.Picture("members", inDocs: true);

        await grace.Click("nav-vaults");
        await grace.Say("sees the vault, and opens a value with her own key");
        await grace.Click(grace.Find($"vault-row-{DemoPortal.Vault}").GetByTestId("row-link"));
        await grace.Click(grace.Find($"item-row-{DemoPortal.Item}").GetByTestId("row-link"));
        await Expect(grace.Find("item-editor")).ToBeVisibleAsync();
        (await grace.Reveal("Username")).ShouldBe("app");
        await grace.Picture("opened");
        await Expect(grace.Find("field-edit")).ToHaveCountAsync(0);

        using var agent = stage.Program(apiKey, agentKey);
        using var vault = await agent.OpenVaultAsync(DemoPortal.Vault);
        (await vault.OpenItemAsync(DemoPortal.Item)).Field("Username").Reveal().ShouldBe("app");
        vault.AccessLevel.ShouldBe(AccessLevel.Read);
        passphrase.ShouldNotBeEmpty();
        owner.Complaints.ShouldBeEmpty();
        grace.Complaints.ShouldBeEmpty();
    }
}
