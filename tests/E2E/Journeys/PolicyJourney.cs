using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>A policy is made after a look at what it affects, shown where dates are set, changed, and deleted.</summary>
public sealed class PolicyJourney(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private readonly List<string> _violations = [];

    private Browser Browser => demo.Browser;

    private IPage Page => Browser.Page;

    [Fact]
    public async Task Policy_is_made_obeyed_by_forms_changed_and_deleted()
    {
        await Browser.OpenRoots();
        await demo.SignIn();
        await Find("nav-policies").ClickAsync();
        await Expect(Find("policies-empty")).ToBeVisibleAsync();
        await Look("policies-empty");

        await Find("policy-new").ClickAsync();
        await Find("policy-name").FillAsync("Secrets of machines");
        await Find("policy-kind").SelectOptionAsync("environment-secret");
        await Expect(Find("policy-vault")).ToBeHiddenAsync();
        await Find("policy-default").FillAsync("60d");
        await Find("policy-longest").FillAsync("ninety");
        await Find("policy-preview").ClickAsync();
        await Expect(Page.Locator("[data-testid=fault][data-field=longest]"))
            .ToContainTextAsync("90d");
        await Look("policy-fault");
        await Find("policy-longest").FillAsync("90d");
        await Expect(Page.Locator("[data-testid=fault][data-field=longest]")).ToHaveCountAsync(0);
        await Find("policy-offsets").FillAsync("14d, 1d, 12h");
        await Find("policy-person").FillAsync("nobody@example.org");
        await Find("policy-person-add").ClickAsync();
        await Expect(Page.Locator("[data-testid=fault][data-field=person]")).ToBeVisibleAsync();
        await Find("policy-person").FillAsync(demo.Email);
        await Find("policy-person-add").ClickAsync();
        await Expect(Find("policy-people")).ToContainTextAsync(demo.Email);
        await Look("policy-new");

        await Find("policy-preview").ClickAsync();
        await Expect(Find("effect-decides")).ToContainTextAsync("object");
        demo.Value("SELECT count(*) FROM expiry_policy").ShouldBe(0L);
        await Look("policy-preview");
        await Find("policy-back").ClickAsync();
        await Find("policy-preview").ClickAsync();
        await Find("policy-save").ClickAsync();
        await Expect(Find("said")).ToContainTextAsync("Created");
        await Expect(Find("policy-title")).ToHaveTextAsync("Secrets of machines");
        demo.Value("SELECT count(*) FROM expiry_policy").ShouldBe(1L);

        await ObeyedByForms();

        await Find("nav-policies").ClickAsync();
        await Expect(Find("policy-match")).ToHaveTextAsync("Environment secrets");
        await Expect(Find("policy-decides")).ToContainTextAsync("at most 90 days");
        await Look("policies");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Secrets of machines" }).ClickAsync();
        await Find("policy-warn").CheckAsync();
        await Find("policy-preview").ClickAsync();
        await Find("policy-save").ClickAsync();
        await Expect(Find("said")).ToContainTextAsync("Saved");

        await Find("policy-delete").ClickAsync();
        await Expect(Find("confirm")).ToContainTextAsync("Secrets of machines");
        await Look("policy-delete");
        await Find("confirm-typed").FillAsync("Secrets of machines");
        await Find("confirm-yes").ClickAsync();
        await Expect(Find("policies-empty")).ToBeVisibleAsync();

        Browser.Complaints.ShouldBeEmpty();
        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keys_get_another_expiry_on_their_own_pages_after_the_password()
    {
        await Browser.OpenRoots();
        await demo.SignIn();
        var key = demo.IdOf("api_key WHERE name = 'Demo'");
        await Browser.GoTo($"/api-keys/{key}");
        await Find("expiry-change").ClickAsync();
        await Find("form-expiresAt-30").ClickAsync();
        await Look("key-expiry");
        demo.Tamper("UPDATE portal_session SET step_up_at = NULL");
        await Find("form-submit").ClickAsync();
        await Find("step-up-password").FillAsync(demo.Password);
        await Find("step-up-submit").ClickAsync();
        await Expect(Find("said")).ToHaveTextAsync("Another expiry is set.");
        await Expect(Find("object-expires")).ToContainTextAsync("days");
        await Expect(Find("expiry-form")).ToBeHiddenAsync();

        await Browser.GoTo("/account/keys");
        await Find("expiry-change").First.ClickAsync();
        await Find("form-expiresAt-365").ClickAsync();
        await Look("own-keys-expiry");
        await Find("form-submit").ClickAsync();
        await Expect(Find("object-expires").First).ToContainTextAsync("in 1");
        demo.Value("SELECT count(*) FROM registered_key WHERE expires_at > 0").ShouldBe(1L);
        await Find("expiry-change").First.ClickAsync();
        await Find("form-expiresAt-none").ClickAsync();
        await Find("form-submit").ClickAsync();
        await Expect(Find("object-expires").First).ToHaveTextAsync("never");

        Browser.Complaints.ShouldBeEmpty();
        _violations.ShouldBeEmpty();
    }

    private async Task ObeyedByForms()
    {
        await Browser.GoTo("/secrets/environment/-/new");
        await Expect(Find("form-expiresAt-policy")).ToHaveTextAsync("In 60 days, as the policy");
        await Expect(Find("form-expiresAt")).Not.ToHaveValueAsync("");
        await Find("form-key").FillAsync("JOURNEY_POLICY");
        await Find("form-value").FillAsync("value");
        await Find("form-expiresAt-365").ClickAsync();
        await Find("form-submit").ClickAsync();
        await Expect(Find("fault-expiresAt")).ToContainTextAsync("at most 90 days");
        await Look("policy-form-refused");
        await Find("form-expiresAt-policy").ClickAsync();
        await Find("form-submit").ClickAsync();
        await Expect(Find("secret-key")).ToHaveTextAsync("JOURNEY_POLICY");
        await Expect(Find("expiry").First).ToBeVisibleAsync();
    }

    private ILocator Find(string testId) => Browser.Find(testId);

    private async Task Look(string name) =>
        _violations.AddRange(await Browser.InspectAtAllWidths(name));
}
