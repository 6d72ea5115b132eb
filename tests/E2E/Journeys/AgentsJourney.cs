using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>An agent is made in the portal, given its API key, and archived; a pending key is approved.</summary>
public sealed class AgentsJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private Browser Browser => demo.Browser;

    [Fact]
    public async Task Agent_gets_its_key_once_and_ends_with_its_typed_name()
    {
        await Browser.OpenRoots();
        await demo.SignIn();
        await Browser.Find("nav-agents").ClickAsync();
        await Browser.Find("agent-new").ClickAsync();
        await Browser.Find("form-name").FillAsync("journey bot");
        await Browser.Find("form-submit").ClickAsync();
        await Expect(Browser.Find("agent-name")).ToHaveTextAsync("journey bot");
        await Expect(Browser.Find("agent-state")).ToContainTextAsync("No API key");

        var first = await MakeKey();
        await Expect(Browser.Find("agent-state")).ToContainTextAsync("Calls only");
        (await StatusOf(first)).ShouldBe(200);

        var second = await MakeKey();
        (await StatusOf(first)).ShouldBe(401);
        (await StatusOf(second)).ShouldBe(200);

        await Browser.Find("agent-archive").ClickAsync();
        await Expect(Browser.Find("confirm-yes")).ToBeDisabledAsync();
        await Browser.Find("confirm-typed").FillAsync("journey bot");
        await Browser.Find("confirm-yes").ClickAsync();
        await Expect(Browser.Page).ToHaveURLAsync(new Regex("/agents$"));
        await Expect(Browser.Page.GetByText("journey bot")).ToHaveCountAsync(0);
        (await StatusOf(second)).ShouldBe(401);
        Browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pending_key_is_approved_by_its_owner_in_a_session()
    {
        await demo.SignIn();
        var key = await demo.Process.Commands.CreateApiKey(demo.Email);
        using var anonymous = new MachineClient(demo.Process.Address, key);
        var owner = (string)(await anonymous.Get("me")).Json.At("/owner/id")!;
        using var machine = new MachineClient(demo.Process.Address, key, owner);
        var made = await machine.Post("user-key-pair", machine.RegisterBody(Signer.Ed25519()));
        ((string?)MachineClient.Expect(made, 201).Json["state"]).ShouldBe("pending");
        var id = (string)made.Json["id"]!;
        var path = $"/api/v1/portal/user-key-pairs/{id}/approve";

        (await Post(path, token: null)).Status.ShouldBe(403);
        demo.Tamper("UPDATE portal_session SET step_up_at = NULL");
        (await Post(path, await Token())).Status.ShouldBe(403);
        demo.Tamper("UPDATE portal_session SET step_up_at = unixepoch() * 1000000");
        var approved = await Post(path, await Token());

        approved.Status.ShouldBe(200);
        JsonNode.Parse(await approved.TextAsync())!["state"]!.ToString().ShouldBe("active");
        (
            await Post(
                path.Replace(id, VaultState.NewId(), StringComparison.Ordinal),
                await Token()
            )
        ).Status.ShouldBe(404);
    }

    private async Task<string> MakeKey()
    {
        await Browser.Find("agent-key").ClickAsync();
        await Browser.Find("form-submit").ClickAsync();
        var key = await Browser.Find("shown-once-value").InnerTextAsync();
        await Browser.Find("shown-once-stored").CheckAsync();
        await Browser.Find("shown-once-continue").ClickAsync();
        await Browser.Find("agent-keys").WaitForAsync();
        return key.Trim();
    }

    private async Task<int> StatusOf(string key)
    {
        using var machine = new MachineClient(demo.Process.Address, key);
        return (await machine.Get("me")).Status;
    }

    private IAPIRequestContext Requests => Browser.Page.Context.APIRequest;

    private async Task<string> Token()
    {
        var answer = await Requests.GetAsync("/api/v1/portal/antiforgery");
        return (await answer.JsonAsync())!.Value.GetProperty("token").GetString()!;
    }

    private Task<IAPIResponse> Post(string path, string? token) =>
        Requests.PostAsync(
            path,
            new APIRequestContextOptions
            {
                DataString = "{}",
                Headers = new Dictionary<string, string>
                {
                    ["Content-Type"] = "application/json",
                    ["Origin"] = demo.Process.Address.GetLeftPart(UriPartial.Authority),
                    ["RequestVerificationToken"] = token ?? "none",
                },
            }
        );
}
