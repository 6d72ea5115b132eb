using Microsoft.Playwright;
using VaultPortal.Client;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>
/// Vaults, groups and items changed in the browser: each change is shown before it is signed, and the .NET client verifies what came
/// of it.
/// </summary>
public sealed class VaultActionsJourney(SharedPortal portal) : IClassFixture<SharedPortal>
{
    private IPage Page => portal.Page;

    private IKeyboard Keyboard => portal.Page.Keyboard;

    [Fact]
    public async Task Vault_is_made_and_renamed_by_the_keyboard_alone()
    {
        await portal.GoTo("/vaults", unlocked: false);
        await Keyboard.PressAsync("n");
        await Expect(Find("unlock-passphrase")).ToBeFocusedAsync();
        await Keyboard.TypeAsync(SharedPortal.Passphrase);
        await Keyboard.PressAsync("Enter");
        await Expect(Find("form-name")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Find("fault-name")).ToBeVisibleAsync();
        await Keyboard.TypeAsync("Mail servers");
        await Keyboard.PressAsync("Enter");
        await Expect(Find("review-permission")).ToContainTextAsync(Grouped(portal.Alice));
        await Expect(Find("review-directory")).ToContainTextAsync("“Mail servers”");
        await Expect(Find("dialog-sign")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Find("saved-notice")).ToContainTextAsync("The vault was made.");
        var id = (await Find("saved-open").GetAttributeAsync("href"))!.Split('/')[^1];

        var made = await portal.Seen(id);
        (made.Name, made.CreatorFingerprint).ShouldBe(("Mail servers", portal.Alice.Fingerprint));

        await portal.GoTo($"/vaults/{id}");
        await Find("vault-name").FocusAsync();
        await Keyboard.PressAsync("e");
        await Expect(Find("form-name")).ToBeFocusedAsync();
        await Keyboard.TypeAsync("Post");
        await Keyboard.PressAsync("Tab");
        await Keyboard.PressAsync("ArrowDown");
        await Expect(Find("form-classification")).ToHaveValueAsync("PUBLIC");
        await Keyboard.PressAsync("Shift+Tab");
        await Keyboard.PressAsync("Enter");
        await Expect(Find("review-directory"))
            .ToContainTextAsync("The vault “Mail servers” is called “Post”.");
        await Expect(Find("review-directory")).ToContainTextAsync("from none to Public");
        await Expect(Find("review-directory").GetByTestId("review-difference"))
            .ToContainTextAsync("+   \"name\": \"Post\"");
        await Expect(Find("dialog-sign")).ToBeFocusedAsync();
        await Keyboard.PressAsync("Enter");
        await Expect(Find("vault-name")).ToHaveTextAsync("Post");

        var renamed = await portal.Seen(id);
        (renamed.Name, renamed.DataClassification).ShouldBe(("Post", DataClassification.Public));
        portal.Browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_reviewed_is_the_exact_text_that_is_signed()
    {
        var vault = await portal.NewVault("Exact");
        await portal.GoTo($"/vaults/{vault.Id}");
        await Ask("create-group", vault.Id);
        await Find("form-name").FillAsync("Ωmega");
        await Find("dialog-review").ClickAsync();
        await Find("review-open").ClickAsync();
        var shown = await Find("review-canonical").InnerTextAsync();
        await portal.Sign();

        var group = (await portal.Seen(vault.Id)).GroupList.ShouldHaveSingleItem();
        shown.ShouldBe(
            $$"""{"currentDekVersion":1,"dataClassification":"INTERNAL","groups":[{"id":"{{group.Id}}","name":"Ωmega"}],"items":[],"name":"Exact","vaultId":"{{vault.Id}}","version":2}"""
        );
    }

    [Fact]
    public async Task Items_are_moved_expired_archived_and_brought_back()
    {
        var vault = await portal.NewVault("Databases", "Primary", "Replica", "Backup");
        await portal.GoTo($"/vaults/{vault.Id}");
        await Find("select-all").CheckAsync();
        await Find("selection-move").ClickAsync();
        await Find("form-group").SelectOptionAsync("new");
        await Find("form-newGroup").FillAsync("Postgres");
        await Find("dialog-review").ClickAsync();
        await Expect(Find("review").GetByRole(AriaRole.Heading)).ToHaveCountAsync(4);
        await Expect(Find("review")).ToContainTextAsync("The group “Postgres” is new.");
        await portal.Sign();
        var moved = await portal.Seen(vault.Id);
        var group = moved.GroupList.ShouldHaveSingleItem();
        moved.Items.ShouldAllBe(item => item.GroupId == group.Id);

        await Expect(Find($"group-row-{group.Id}")).ToBeVisibleAsync();
        var first = vault.Items[0].Id;
        await Ask("expire-items", vault.Id, [first]);
        await Find("form-expiresAt-90").ClickAsync();
        await portal.Sign();
        await Expect(Find("saved-notice")).ToContainTextAsync("expiry");
        await Ask("archive-items", vault.Id, [.. vault.Items.Select(item => item.Id)]);
        await Expect(Find("readers")).ToContainTextAsync("read by 1 person: alice@example.com");
        await portal.Sign();
        (await portal.Seen(vault.Id)).Items.ShouldBeEmpty();

        await Find("undo").ClickAsync();
        await portal.Sign();
        await Expect(Find("saved-notice")).ToContainTextAsync("3 items were restored.");
        var back = await portal.Seen(vault.Id);
        back.Items.Select(item => item.Name)
            .ShouldBe(["Primary", "Replica", "Backup"], ignoreOrder: true);
        var item = await back.OpenItemAsync(first);
        item.Field("Password").Reveal().ShouldBe(SharedPortal.ValueOf(item.Name));
        (await Expiry(first)).ShouldNotBeNull();
        portal.Browser.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Group_is_renamed_and_goes_only_when_it_is_empty()
    {
        var vault = await portal.NewVault("Grouped", "One");
        var group = await vault.Groups.CreateAsync("Full");
        await vault.Groups.MoveAsync(group, [vault.Items[0].Id]);
        await portal.GoTo($"/vaults/{vault.Id}");
        await Ask("rename-group", vault.Id, group: group);
        await Find("form-name").FillAsync("Fuller");
        await Find("form-name").PressAsync("Enter");
        await portal.Sign();
        await Ask("archive-group", vault.Id, group: group);
        await Expect(Find("group-said")).ToContainTextAsync("1 item is in it.");
        await Expect(Find("dialog-sign")).ToBeHiddenAsync();
        await Find("dialog-cancel").ClickAsync();
        (await portal.Seen(vault.Id)).GroupList.ShouldHaveSingleItem().Name.ShouldBe("Fuller");

        await Ask("move-items", vault.Id, [vault.Items[0].Id]);
        await Find("form-group").SelectOptionAsync("none");
        await Find("dialog-review").ClickAsync();
        await portal.Sign();
        await Ask("archive-group", vault.Id, group: group);
        await portal.Sign();
        (await portal.Seen(vault.Id)).GroupList.ShouldBeEmpty();
    }

    [Fact]
    public async Task Vault_is_archived_by_its_typed_name_and_restored_from_where_it_stood()
    {
        var vault = await portal.NewVault("Old billing", "Card");
        await portal.GoTo($"/vaults/{vault.Id}");
        await Find("vault-menu").Locator("summary").ClickAsync();
        await Find("vault-archive").ClickAsync();
        await Expect(Find("readers")).ToContainTextAsync("alice@example.com");
        await Expect(Find("review-statement")).ToContainTextAsync("archived");
        await Expect(Find("dialog-typed")).ToBeFocusedAsync();
        await Find("dialog-typed").FillAsync("old billing");
        await Expect(Find("dialog-sign")).ToBeDisabledAsync();
        await Find("dialog-typed").FillAsync("Old billing");
        await portal.Sign();
        await Expect(Find("vault-archived")).ToBeVisibleAsync();
        (await Should.ThrowAsync<VaultPortalException>(() => portal.Seen(vault.Id))).Code.ShouldBe(
            "vault_not_found"
        );

        // A page that never saw it: what is signed is built on what the server still shows to those with ADMIN, verified.
        await portal.GoTo($"/vaults/{vault.Id}");
        await Find("vault-restore").ClickAsync();
        await Expect(Find("review-statement")).ToContainTextAsync("active again");
        await portal.Sign();
        await Expect(Find("vault-archived")).ToHaveCountAsync(0);
        (await portal.Seen(vault.Id)).Items.ShouldHaveSingleItem().Name.ShouldBe("Card");
    }

    [Fact]
    public async Task Several_vaults_are_archived_by_one_consent_to_all_of_them()
    {
        var one = await portal.NewVault("Twin one");
        var two = await portal.NewVault("Twin two");
        await portal.GoTo("/vaults?q=Twin");
        await Find("select-all").CheckAsync();
        await Find("selection-archive").ClickAsync();
        await Expect(Find("review-statement")).ToHaveCountAsync(2);
        await Find("dialog-typed").FillAsync("archive 2");
        await portal.Sign();
        foreach (var vault in (OpenVault[])[one, two])
        {
            await Should.ThrowAsync<VaultPortalException>(() => portal.Seen(vault.Id));
        }

        await Find("undo").ClickAsync();
        await portal.Sign();
        (await portal.Seen(one.Id)).Name.ShouldBe("Twin one");
        (await portal.Seen(two.Id)).Name.ShouldBe("Twin two");
    }

    [Fact]
    public async Task Click_that_a_script_makes_signs_nothing()
    {
        var vault = await portal.NewVault("Kept");
        await portal.GoTo($"/vaults/{vault.Id}");
        var writes = new List<string>();
        Page.Request += Keep;
        await Ask("create-group", vault.Id);
        await Find("form-name").FillAsync("Slipped in");
        await Find("dialog-review").ClickAsync();
        var sign = Find("dialog-sign");
        await Expect(sign).ToBeEnabledAsync();
        await sign.EvaluateAsync(
            """
            button => {
              button.click();
              button.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
              button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true }));
              button.form.requestSubmit();
            }
            """
        );
        // Whatever it set off has had its turn when a request that comes after it is answered.
        await Page.EvaluateAsync("fetch('/api/v1/portal/antiforgery').then(a => a.text())");
        writes.ShouldBeEmpty();
        (await portal.Seen(vault.Id)).GroupList.ShouldBeEmpty();

        await portal.Sign();
        writes.ShouldHaveSingleItem();
        (await portal.Seen(vault.Id)).GroupList.ShouldHaveSingleItem();
        Page.Request -= Keep;

        void Keep(object? page, IRequest request)
        {
            if (
                request.Method != "GET"
                && request.Url.Contains("/sealed/", StringComparison.Ordinal)
            )
            {
                writes.Add($"{request.Method} {request.Url}");
            }
        }
    }

    [Theory]
    [InlineData("""{ action: "archive-vault", vault: "../../x" }""")]
    [InlineData("""{ action: "archive-vault", vault: null, ids: [] }""")]
    [InlineData("""{ action: "constructor", vault: "507f1f77bcf86cd799439011" }""")]
    [InlineData("""{ action: "move-items", vault: "507f1f77bcf86cd799439011", ids: [{}] }""")]
    [InlineData("null")]
    public async Task Event_of_another_form_opens_nothing(string detail)
    {
        await portal.GoTo("/vaults");
        await Page.EvaluateAsync(
            $"document.dispatchEvent(new CustomEvent('vaultportal:sealed-action', {{ detail: {detail} }}))"
        );
        await Ask("create-vault", null);
        await Expect(Find("signing")).ToHaveCountAsync(1);
        await Expect(Find("form-name")).ToBeFocusedAsync();
        await Find("dialog-cancel").ClickAsync();
    }

    [Fact]
    public async Task Change_of_somebody_else_is_shown_before_it_is_offered_again()
    {
        var vault = await portal.NewVault("Contested");
        await portal.GoTo($"/vaults/{vault.Id}");
        await Ask("create-group", vault.Id);
        await Find("form-name").FillAsync("Mine");
        await Find("dialog-review").ClickAsync();
        await Expect(Find("dialog-sign")).ToBeEnabledAsync();
        await vault.Groups.CreateAsync("Theirs");
        await Find("dialog-sign").ClickAsync();
        await Expect(Find("conflict")).ToContainTextAsync("The group “Theirs” is new.");
        await Expect(Find("form-name")).ToHaveValueAsync("Mine");
        await Expect(Find("dialog-sign")).ToBeHiddenAsync();

        await Find("dialog-review").ClickAsync();
        await portal.Sign();
        (await portal.Seen(vault.Id))
            .GroupList.Select(group => group.Name)
            .ShouldBe(["Theirs", "Mine"], ignoreOrder: true);
    }

    [Fact]
    public async Task State_that_does_not_verify_is_said_loudly_and_nothing_is_offered_to_sign()
    {
        var vault = await portal.NewVault("Forged");
        portal.Tamper(
            $"""
            UPDATE checkpoint SET signature = zeroblob(64)
            WHERE sequence = (SELECT summary_checkpoint FROM vault WHERE public_id = x'{vault.Id}')
            """
        );
        await portal.GoTo($"/vaults/{vault.Id}");
        await Ask("edit-vault", vault.Id);
        await Expect(Find("not-verified")).ToContainTextAsync("A signature does not hold");
        await Expect(Find("not-verified")).ToContainTextAsync("What to do:");
        await Expect(Find("dialog-sign")).ToBeHiddenAsync();
        await Expect(Find("dialog-review")).ToBeHiddenAsync();
        await Keyboard.PressAsync("Escape");
        await Expect(Find("signing")).ToHaveCountAsync(0);
    }

    private static string Grouped(Clients.Person person) =>
        string.Join(' ', person.Fingerprint.Chunk(4).Select(block => new string(block)));

    private async Task<DateTimeOffset?> Expiry(string itemId)
    {
        var found = portal.Client(portal.Alice).SearchAsync(new SearchFilter("Primary"));
        await foreach (var item in found)
        {
            if (item.Id == itemId)
            {
                return item.ExpiresAt;
            }
        }

        return null;
    }

    private ILocator Find(string testId) => portal.Browser.Find(testId);

    /// <summary>What the buttons of pages do, without the way there.</summary>
    private async Task Ask(
        string action,
        string? vault,
        string[]? ids = null,
        string? group = null
    ) =>
        await Page.EvaluateAsync(
            "detail => document.dispatchEvent(new CustomEvent('vaultportal:sealed-action', { detail }))",
            new
            {
                action,
                vault,
                ids = ids ?? [],
                group,
            }
        );
}
