using System.Text.RegularExpressions;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>An administrator's first look: set-up, sign-in, and what a machine made, down to the signed state of an item.</summary>
public sealed partial class FirstLookJourney : IAsyncLifetime
{
    private PortalProcess _process = null!;
    private Browser _browser = null!;

    public async Task InitializeAsync()
    {
        _process = await PortalProcess.StartAsync();
        _browser = await Browser.OpenAsync(_process.Address);
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Set_up_to_item_page_shows_what_a_machine_signed()
    {
        var violations = new List<string>();

        await SetUp(violations);
        await SignIn(violations);
        var (machine, vault) = await MachineWrites();
        using (machine)
        {
            await SeeVaultList(vault, violations);
            await SeeVault(vault, violations);
            await SeeItem(machine, vault, violations);
        }

        violations.ShouldBeEmpty();
        _browser.Complaints.ShouldBeEmpty();
    }

    private async Task SetUp(List<string> violations)
    {
        await _browser.Page.GotoAsync("/");
        await _browser.Find("setup-token").WaitForAsync();
        violations.AddRange(await _browser.Inspect("setup"));

        await FillSetUp("00000000000000000000000000000000");
        await Assertions.Expect(_browser.Page.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();
        violations.AddRange(await _browser.InspectAtAllWidths("setup-fault"));
        _browser.Complaints.Clear();

        var token = Token().Match(_process.Log);
        token.Success.ShouldBeTrue("The console shows no set-up token: " + _process.Log);
        await FillSetUp(token.Groups[1].Value);
        await _browser.Find("signin-email").WaitForAsync();
    }

    private async Task FillSetUp(string token)
    {
        await _browser.Find("setup-token").FillAsync(token);
        await _browser.Find("setup-email").FillAsync(Portal.OwnerEmail);
        await _browser.Find("setup-password").FillAsync(PortalCommand.Password);
        await _browser.Find("setup-password-repeat").FillAsync(PortalCommand.Password);
        await _browser.Find("setup-submit").ClickAsync();
    }

    private async Task SignIn(List<string> violations)
    {
        violations.AddRange(await _browser.Inspect("sign-in"));
        await _browser.Find("signin-email").FillAsync(Portal.OwnerEmail);
        await _browser.Find("signin-password").FillAsync(PortalCommand.Password);
        await _browser.Find("signin-submit").ClickAsync();
        await _browser.Find("vaults-empty").WaitForAsync();
        // The circuit takes the title of the prerendered page away and sets its own.
        await _browser.CircuitReady();
        violations.AddRange(await _browser.Inspect("vaults-empty"));
    }

    private async Task<(MachineClient Machine, VaultState Vault)> MachineWrites()
    {
        var key = await _process.Commands.CreateApiKey(Portal.OwnerEmail);
        using var stranger = new MachineClient(_process.Address, key);
        var owner = (string)(await stranger.Get("me")).Json.At("/owner/id")!;
        var machine = new MachineClient(_process.Address, key, owner);
        await machine.Register(Signer.Ed25519());
        await machine.CreateVault(new VaultState { Name = "Another vault" });
        var vault = await machine.CreateVaultWithItem(
            new VaultState { Name = "Production Secrets", Classification = "CONFIDENTIAL" }
        );
        vault = await machine.Apply(
            new ItemChange(vault, vault.Items[0]).Add("API token", "SECRET"),
            vault
        );
        return (machine, vault);
    }

    private async Task SeeVaultList(VaultState vault, List<string> violations)
    {
        await _browser.GoTo("/vaults");
        var row = _browser.Find($"vault-row-{vault.Id}");
        await Assertions.Expect(row).ToContainTextAsync("Production Secrets");
        await Assertions.Expect(row).ToContainTextAsync("Confidential");
        violations.AddRange(await _browser.Inspect("vaults"));

        await _browser.Find("vault-search").FillAsync("another");
        await Assertions.Expect(row).ToBeHiddenAsync();
        await _browser.Find("vault-search").FillAsync("production");
        await Assertions.Expect(row).ToBeVisibleAsync();
        await row.GetByRole(AriaRole.Link, new() { Name = "Production Secrets" }).ClickAsync();
    }

    private async Task SeeVault(VaultState vault, List<string> violations)
    {
        await Assertions.Expect(_browser.Find("vault-name")).ToHaveTextAsync("Production Secrets");
        await Assertions.Expect(_browser.Find("vault-standing")).ToContainTextAsync("Verified");
        var row = _browser.Find($"item-row-{vault.Items[0].Id}");
        await Assertions.Expect(row).ToContainTextAsync("Production Database");
        violations.AddRange(await _browser.Inspect("vault"));

        await _browser.Find("tab-checkpoints").ClickAsync();
        await Assertions
            .Expect(_browser.Find("checkpoint-summary"))
            .ToHaveAttributeAsync("data-version", "2");
        await Assertions
            .Expect(_browser.Find("checkpoint-directory"))
            .ToHaveAttributeAsync("data-version", "1");
        violations.AddRange(await _browser.Inspect("vault-checkpoints"));
        await _browser.Find("tab-items").ClickAsync();
        await row.GetByRole(AriaRole.Link, new() { Name = "Production Database" }).ClickAsync();
    }

    private async Task SeeItem(MachineClient machine, VaultState vault, List<string> violations)
    {
        var item = vault.Items[0];
        await Assertions.Expect(_browser.Find("item-name")).ToHaveTextAsync("Production Database");
        await Assertions.Expect(_browser.Find("item-standing")).ToContainTextAsync("Verified");
        foreach (var field in item.Fields)
        {
            var row = _browser.Find($"field-row-{field.Id}");
            await Assertions.Expect(row).ToContainTextAsync(field.Name);
            await Assertions.Expect(row.GetByTestId("field-value")).ToContainTextAsync("Sealed");
            await Assertions.Expect(row).ToContainTextAsync(field.InstanceId);
        }

        await _browser.Find("tab-checkpoints").ClickAsync();
        var checkpoint = _browser.Find("checkpoint-detail");
        await Assertions.Expect(checkpoint).ToHaveAttributeAsync("data-version", "2");
        await Assertions.Expect(checkpoint).ToContainTextAsync(Portal.OwnerEmail);
        var fingerprint = await checkpoint.GetByTestId("checkpoint-fingerprint").TextContentAsync();
        fingerprint!
            .Replace(" ", "", StringComparison.Ordinal)
            .ShouldBe(machine.Signer.Fingerprint);
        await checkpoint.GetByTestId("checkpoint-open").ClickAsync();
        (await checkpoint.GetByTestId("checkpoint-canonical").TextContentAsync()).ShouldBe(
            System.Text.Encoding.UTF8.GetString(Signer.Canonical(item.Detail(2)))
        );
        violations.AddRange(await _browser.Inspect("item"));

        var html = await _browser.Page.ContentAsync();
        foreach (var field in item.Fields)
        {
            html.ShouldNotContain(field.Value![^24..^2]);
        }
    }

    [GeneratedRegex("token\\W+([0-9A-Za-z_-]{16,})", RegexOptions.IgnoreCase)]
    private static partial Regex Token();
}
