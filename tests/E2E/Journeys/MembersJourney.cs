using Microsoft.Playwright;
using VaultPortal.Client;
using VaultPortal.Tests.E2E.Clients;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// A vault shared in the browser with people and agents: fingerprints are compared, members and keys judged by the chain of trust, and
/// the other side opens values with the .NET client.
/// </summary>
public sealed class MembersJourney(SharedPortal portal) : IClassFixture<SharedPortal>
{
    private IPage Page => portal.Page;

    private IKeyboard Keyboard => portal.Page.Keyboard;

    [Fact]
    public async Task Vault_is_shared_with_a_person_after_a_comparison_and_the_level_is_changed()
    {
        var vault = await portal.NewVault("Shared", "Router");
        await Members(vault.Id);
        await Find("member-add").ClickAsync();
        await Find("form-principal").FillAsync("bob@");
        await Find($"principal-{portal.Bob.Id}").CheckAsync();
        await Expect(Find("fingerprint-to-compare"))
            .ToHaveTextAsync(Grouped(portal.Bob.Fingerprint));
        await Find("dialog-review").ClickAsync();
        await Expect(Find("dialog-fault")).ToContainTextAsync("Compare every key");
        await Find("compare").FillAsync(portal.Alice.Fingerprint);
        await Expect(Find("compare-said")).ToContainTextAsync("Do not go on");
        await Find($"compared-{portal.Bob.Fingerprint}").CheckAsync();
        await Find("dialog-review").ClickAsync();
        await Expect(Find("dialog-fault")).ToContainTextAsync("Compare every key");

        await Find("compare").FillAsync(Grouped(portal.Bob.Fingerprint).ToUpperInvariant());
        await Expect(Find("compare-said")).ToContainTextAsync("It is the fingerprint");
        await Find("compare").PressAsync("Enter");
        await Expect(Find("review-permission"))
            .ToContainTextAsync($"gets READ, with the key {Grouped(portal.Bob.Fingerprint)}");
        await portal.Sign();
        var card = Find($"member-{portal.Bob.Id}");
        await Expect(card.GetByTestId("key-trust")).ToHaveTextAsync("Named");
        await Expect(card)
            .ToContainTextAsync(
                "Named by permission checkpoint version 2, signed by alice@example.com"
            );
        await Expect(card.GetByTestId("cannot-open")).ToHaveCountAsync(0);
        await Opens(vault.Id, "Router", portal.Bob);

        await card.GetByTestId("member-level-change").ClickAsync();
        await Find("form-level").SelectOptionAsync("WRITE");
        await Find("dialog-review").ClickAsync();
        await Expect(Find("review-permission")).ToContainTextAsync("gets WRITE instead of READ");
        await portal.Sign();
        await Expect(card.GetByTestId("member-level")).ToHaveTextAsync("WRITE");
        await Expect(card.GetByTestId("member-level-change")).ToBeFocusedAsync();
        var seen = await portal.Seen(vault.Id, portal.Bob);
        seen.AccessLevel.ShouldBe(AccessLevel.Write);
        portal.Browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Vault_is_shared_with_an_agent_by_the_keyboard_alone()
    {
        var vault = await portal.NewVault("For machines", "Deploy");
        var (agent, apiKey, key) = await NewAgent("deployer");
        await Members(vault.Id);
        await Find("member-add").FocusAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Find("form-principal")).ToBeFocusedAsync();
        await Keyboard.TypeAsync("deployer");
        await Expect(Find($"principal-{agent}")).ToBeVisibleAsync();
        await Expect(Page.Locator(".principal")).ToHaveCountAsync(1);
        await Keyboard.PressAsync("Tab");
        await Keyboard.PressAsync("Space");
        await Expect(Find("compare")).ToBeVisibleAsync();
        await Keyboard.PressAsync("Tab");
        await Keyboard.PressAsync("Tab");
        await Expect(Find($"compared-{key.Pair.Fingerprint}")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Tab");
        await Keyboard.TypeAsync(key.Pair.Fingerprint);
        await Keyboard.PressAsync("Enter");
        await Expect(Find("dialog-sign")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Find("signing")).ToHaveCountAsync(0);
        await Expect(Find($"member-{agent}")).ToContainTextAsync("Agent");

        using var vaultOfAgent = await portal.Client(apiKey, key).OpenVaultAsync(vault.Id);
        var item = await vaultOfAgent.OpenItemAsync(vault.Items[0].Id);
        item.Field("Password").Reveal().ShouldBe(SharedPortal.ValueOf("Deploy"));
    }

    [Fact]
    public async Task Somebody_without_a_key_is_told_apart_and_cannot_be_added()
    {
        var id = await portal.Process.Commands.CreateAccount("keyless@example.com");
        var vault = await portal.NewVault("Not yet");
        await Members(vault.Id);
        await Find("member-add").ClickAsync();
        await Find("form-principal").FillAsync("keyless");
        await Find($"principal-{id}").CheckAsync();
        await Expect(Find("fault-principal")).ToContainTextAsync("has to make a key pair first");
        await Find("dialog-review").ClickAsync();
        await Expect(Find("dialog-sign")).ToBeHiddenAsync();
        await Find("dialog-cancel").ClickAsync();
    }

    [Fact]
    public async Task Last_person_with_admin_stays()
    {
        var vault = await portal.NewVault("Kept");
        await Members(vault.Id);
        var card = Find($"member-{portal.Alice.Id}");
        await card.GetByTestId("member-remove").ClickAsync();
        await Expect(Find("last-admin")).ToContainTextAsync("give somebody else ADMIN first");
        await Expect(Find("dialog-sign")).ToBeHiddenAsync();
        await Find("dialog-cancel").ClickAsync();
        await card.GetByTestId("member-level-change").ClickAsync();
        await Find("form-level").SelectOptionAsync("READ");
        await Find("dialog-review").ClickAsync();
        await Expect(Find("dialog-fault")).ToContainTextAsync("at least one person with ADMIN");
        await Find("dialog-cancel").ClickAsync();
    }

    [Fact]
    public async Task Removal_ends_in_a_rekey_that_can_be_stopped_and_taken_up_again()
    {
        string[] names = [.. Enumerable.Range(1, 8).Select(number => $"Item {number}")];
        var vault = await portal.NewVault("Left", names);
        await Share(vault, portal.Bob, AccessLevel.Write);
        await Opens(vault.Id, names[0], portal.Bob);
        await Members(vault.Id);
        await Find($"member-{portal.Bob.Id}").GetByTestId("member-remove").ClickAsync();
        await Find("dialog-typed").FillAsync("bob@example.com");
        await portal.Sign();
        await Expect(Find("members-rekey-due")).ToBeVisibleAsync();
        await Expect(Find("rekey-now")).ToBeFocusedAsync();

        // Every update waits until it is let through, so that Stop comes between two of them.
        var updates = 0;
        await Page.RouteAsync(
            "**/vault-item/*/update",
            async route =>
            {
                if (++updates == 3)
                {
                    await Expect(Find("dialog-status")).ToHaveTextAsync("2 of 8 values");
                    await Find("dialog-stop").ClickAsync();
                }

                await route.ContinueAsync();
            }
        );
        await Keyboard.PressAsync("Enter");
        await Expect(Find("review-recipients"))
            .ToContainTextAsync(Grouped(portal.Alice.Fingerprint));
        await Expect(Find("review-recipients")).Not.ToContainTextAsync("bob@example.com");
        await Find("dialog-sign").ClickAsync();
        await Expect(Find("dialog-after"))
            .ToContainTextAsync("3 values sealed anew. 5 values still stand");
        await Find("dialog-cancel").ClickAsync();
        await Page.UnrouteAsync("**/vault-item/*/update");
        (await portal.Seen(vault.Id)).StaleInstances.ShouldBe(5);

        await Expect(Find("members-stale")).ToContainTextAsync("5 values stand");
        await Find("seal-anew").ClickAsync();
        await portal.Sign();
        await Expect(Find("members-stale")).ToHaveCountAsync(0);
        var rekeyed = await portal.Seen(vault.Id);
        (rekeyed.DekVersion, rekeyed.StaleInstances, rekeyed.RekeyDue).ShouldBe((2, 0, false));
        foreach (var name in names)
        {
            await Opens(vault.Id, name, portal.Alice);
        }

        await Should.ThrowAsync<VaultPortalException>(() => portal.Seen(vault.Id, portal.Bob));
    }

    [Fact]
    public async Task New_key_of_a_member_is_followed_by_endorsement_and_gets_the_data_key()
    {
        var carol = await portal.Join("carol@example.com");
        var vault = await portal.NewVault("Two devices", "Phone");
        await Share(vault, carol, AccessLevel.Read);
        var next = await portal.Register(carol.ApiKey, KeyPair.Generate(), carol.Key);
        await Members(vault.Id);
        var row = Find($"key-{next.Pair.Fingerprint}");
        await Expect(row.GetByTestId("key-trust")).ToHaveTextAsync("Followed");
        await Expect(row).ToContainTextAsync("Followed by endorsement");
        await Expect(row.GetByTestId("cannot-open")).ToBeVisibleAsync();
        await row.GetByTestId("member-wrap").ClickAsync();
        await Expect(Find("review-recipients")).ToContainTextAsync(Grouped(next.Pair.Fingerprint));
        await portal.Sign();
        await Expect(row.GetByTestId("cannot-open")).ToHaveCountAsync(0);
        await Opens(vault.Id, "Phone", carol with { Key = next });
    }

    [Fact]
    public async Task Key_that_only_the_server_vouches_for_is_not_followed_until_it_was_compared_and_named()
    {
        var dave = await portal.Join("dave@example.com");
        var vault = await portal.NewVault("Slipped in", "Safe");
        await Share(vault, dave, AccessLevel.Read);
        var other = await portal.Register(dave.ApiKey, KeyPair.Generate());
        portal.Tamper($"UPDATE registered_key SET state = 1 WHERE public_id = x'{other.Id}'");
        await Members(vault.Id);
        var row = Find($"key-{other.Pair.Fingerprint}");
        await Expect(row.GetByTestId("key-trust")).ToHaveTextAsync("Not followed");
        await Expect(row).ToContainTextAsync("named by nobody");
        await Expect(row.GetByTestId("member-wrap")).ToHaveCountAsync(0);

        await row.GetByTestId("member-name-key").ClickAsync();
        await Find("compare").FillAsync(other.Pair.Fingerprint);
        await Find("dialog-review").ClickAsync();
        await Expect(Find("review-permission"))
            .ToContainTextAsync($"is now known by the key {Grouped(other.Pair.Fingerprint)}");
        await portal.Sign();
        await Expect(row.GetByTestId("key-trust")).ToHaveTextAsync("Named");
        await Opens(vault.Id, "Safe", dave with { Key = other });
    }

    [Fact]
    public async Task Another_beginning_than_the_pinned_one_is_said_loudly_and_begun_anew_only_after_a_comparison()
    {
        var vault = await portal.NewVault("Pinned");
        await Members(vault.Id);
        await Find("compare-creator").FillAsync(portal.Bob.Fingerprint);
        await Expect(Find("compare-creator-said")).ToContainTextAsync("It does not match.");
        await Find("compare-creator").FillAsync(Grouped(portal.Alice.Fingerprint));
        await Expect(Find("compare-creator-said")).ToContainTextAsync("It matches");
        await Page.EvaluateAsync(
            """
            id => new Promise((done, failed) => {
              const request = indexedDB.open("vaultportal-pins");
              request.onerror = failed;
              request.onsuccess = () => {
                const store = request.result.transaction("vaults", "readwrite").objectStore("vaults");
                const read = store.get(id);
                read.onsuccess = () => (store.put({ ...read.result, creator: "f".repeat(64) }, id).onsuccess = () => done());
              };
            })
            """,
            vault.Id
        );
        await portal.GoTo($"/vaults/{vault.Id}?tab=members");
        await Expect(Find("not-verified")).ToContainTextAsync("This is not what was seen before");
        await Expect(Find("member-add")).ToHaveCountAsync(0);

        await Find("begin-anew-open").ClickAsync();
        await Find("anew-fingerprint").FillAsync(portal.Bob.Fingerprint);
        await Find("anew-go").ClickAsync();
        await Expect(Find("anew-fingerprint-said")).ToContainTextAsync("Change nothing");
        await Expect(Find("not-verified")).ToBeVisibleAsync();
        await Find("anew-fingerprint").FillAsync(portal.Alice.Fingerprint);
        await Find("anew-go").EvaluateAsync("button => button.click()");
        await Expect(Find("not-verified")).ToBeVisibleAsync();
        await Find("anew-go").ClickAsync();
        await Expect(Find("members-verified")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Locked_key_leaves_the_servers_list_and_says_so()
    {
        var vault = await portal.NewVault("Locked again");
        await portal.GoTo($"/vaults/{vault.Id}?tab=members", unlocked: false);
        await Expect(Find("member-table")).ToBeVisibleAsync();
        await Find("locked-unlock").ClickAsync();
        await portal.Unlock();
        await Expect(Find("members-verified")).ToBeVisibleAsync();
        await Expect(Find("member-table")).ToBeHiddenAsync();
        await Find("key-state").ClickAsync();
        await Expect(Find("member-table")).ToBeVisibleAsync();
        await Expect(Find("members-verified")).ToHaveCountAsync(0);
    }

    private async Task Members(string vaultId)
    {
        await portal.GoTo($"/vaults/{vaultId}?tab=members");
        await Expect(Find("members-verified")).ToBeVisibleAsync();
    }

    private static Task Share(OpenVault vault, Person person, AccessLevel level) =>
        vault.Members.ShareAsync(PrincipalType.User, person.Id, level, [person.Fingerprint]);

    private async Task Opens(string vaultId, string name, Person person)
    {
        using var vault = await portal.Client(person).OpenVaultAsync(vaultId);
        var item = await vault.OpenItemAsync(vault.Items.Single(item => item.Name == name).Id);
        item.Field("Password").Reveal().ShouldBe(SharedPortal.ValueOf(name));
    }

    private async Task<(string Id, string ApiKey, MemberKey Key)> NewAgent(string name)
    {
        var owner = portal.Client(portal.Alice);
        var made = await owner.Agents.CreateAsync(name);
        var apiKey = await owner.Agents.RegenerateApiKeyAsync(made.Id);
        using var agent = new VaultPortalClient(portal.Process.Address, apiKey);
        return (made.Id, apiKey, await agent.Keys.RegisterAgentAsync(KeyPair.Generate()));
    }

    private static string Grouped(string fingerprint) =>
        string.Join(' ', fingerprint.Chunk(4).Select(block => new string(block)));

    private ILocator Find(string testId) => portal.Browser.Find(testId);
}
