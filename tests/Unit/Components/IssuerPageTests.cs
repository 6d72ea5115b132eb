using Bunit;
using Shouldly;
using VaultPortal.Components.Pages.Issuers;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Tokens;
using VaultPortal.Tests.Unit.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class IssuerPageTests : IDisposable
{
    private const string Iss = "https://ci.example.org";
    private const string Address = "https://ci.example.org/keys";

    private readonly ForeignKey _key = new();

    [Fact]
    public async Task Empty_list_says_what_an_issuer_is_for()
    {
        await using var world = await PageWorld.CreateAsync();

        var list = world.Open<IssuersPage>("settings/issuers");

        list.Find("[data-testid=issuers-empty]").TextContent.ShouldContain("CI job");
        list.Find("[data-testid=issuer-new]").GetAttribute("href").ShouldBe("settings/issuers/new");
    }

    [Fact]
    public async Task Issuers_are_listed_with_audience_keys_and_state()
    {
        await using var world = await PageWorld.CreateAsync();
        var id = await Make(world, Draft());
        await Make(world, Draft() with { Name = "Old CI", Issuer = "https://old.example.org" });

        var list = world.Open<IssuersPage>("settings/issuers");

        var row = list.Find($"[data-testid=issuer-row-{id}]");
        row.TextContent.ShouldContain("CI of the shop");
        row.TextContent.ShouldContain(Iss);
        row.TextContent.ShouldContain("vaultportal");
        row.TextContent.ShouldContain("1 key");
        row.TextContent.ShouldContain("Trusted");
        row.QuerySelector("a")!.GetAttribute("href").ShouldBe($"settings/issuers/{id}");
        list.Find("[data-testid=issuer-count]").TextContent.ShouldBe("2 issuers");
    }

    [Fact]
    public async Task Role_that_was_taken_since_the_session_began_counts()
    {
        await using var world = await PageWorld.CreateAsync();
        var id = await Make(world, Draft());
        world.Tamper($"UPDATE account SET role = {(int)Role.Auditor}");

        var list = world.Open<IssuersPage>("settings/issuers");

        list.WaitForElement("[data-testid=refusal]");
        list.FindAll($"[data-testid=issuer-row-{id}]").ShouldBeEmpty();
    }

    [Fact]
    public async Task New_issuer_is_stored_as_it_was_typed()
    {
        await using var world = await PageWorld.CreateAsync();
        var page = New(world);

        Type(page, ForeignKey.Set(_key.Jwk()));
        page.Find("[data-testid=issuer-form]").Submit();

        page.WaitForAssertion(() =>
            world.Navigation.Uri.ShouldMatch("/settings/issuers/[0-9a-f]{24}$")
        );
        var made = (await world.Issuers.ListAsync(world.Visitor)).Value.ShouldHaveSingleItem();
        (made.Name, made.Issuer, made.Audience).ShouldBe(("CI of the shop", Iss, "vaultportal"));
        var mapping = made.Mappings.ShouldHaveSingleItem();
        (mapping.Claim, mapping.Value).ShouldBe(("sub", "repo:shop/web"));
        mapping.Permissions.ShouldBe(["secrets.read"]);
    }

    [Fact]
    public async Task Fault_stands_at_its_field_and_keeps_what_was_typed()
    {
        await using var world = await PageWorld.CreateAsync();
        var page = New(world);

        Type(page, "no keys");
        page.Find("[data-testid=issuer-form]").Submit();

        page.WaitForElement("[data-testid=fault][data-field=document]")
            .TextContent.ShouldNotBeEmpty();
        page.Find("[data-testid=issuer-name]").GetAttribute("value").ShouldBe("CI of the shop");
        page.FindAll("[data-testid=fault][data-code]").ShouldBeEmpty();
        (await world.Issuers.ListAsync(world.Visitor)).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Issuer_that_stands_already_is_said_above_the_form()
    {
        await using var world = await PageWorld.CreateAsync();
        await Make(world, Draft());
        var page = New(world);

        Type(page, ForeignKey.Set(_key.Jwk()));
        page.Find("[data-testid=issuer-form]").Submit();

        page.WaitForElement("[data-testid=fault]")
            .GetAttribute("data-code")
            .ShouldBe("issuer_exists");
    }

    [Fact]
    public async Task Form_shows_what_is_stored_and_saves_what_is_changed()
    {
        await using var world = await PageWorld.CreateAsync();
        var id = await Make(world, Draft());
        var page = Open(world, id);
        page.Find("[data-testid=issuer-keys]").TextContent.ShouldBe("k1 (EdDSA)");
        page.Find("[data-testid='mapping-1-secrets.read']").HasAttribute("checked").ShouldBeTrue();
        page.Find("[data-testid='mapping-1-secrets.write']")
            .HasAttribute("checked")
            .ShouldBeFalse();

        page.Find("[data-testid=issuer-name]").Change("Another name");
        page.Find("[data-testid=issuer-form]").Submit();

        page.WaitForElement("[data-testid=said]").TextContent.ShouldContain("Saved");
        page.Find("[data-testid=issuer-title]").TextContent.ShouldBe("Another name");
        (await world.Issuers.GetAsync(world.Visitor, id)).Value.Name.ShouldBe("Another name");
    }

    [Fact]
    public async Task Row_of_claims_that_is_removed_gives_nothing_any_more()
    {
        await using var world = await PageWorld.CreateAsync();
        var id = await Make(
            world,
            Draft() with
            {
                Mappings =
                [
                    new ClaimMapping("sub", "one", ["secrets.read"]),
                    new ClaimMapping("sub", "two", ["secrets.write"]),
                ],
            }
        );
        var page = Open(world, id);

        page.Find("[data-testid=mapping-remove-1]").Click();
        page.Find("[data-testid=mapping-value-1]").GetAttribute("value").ShouldBe("two");
        page.Find("[data-testid=issuer-form]").Submit();

        page.WaitForElement("[data-testid=said]");
        var left = (await world.Issuers.GetAsync(world.Visitor, id)).Value.Mappings;
        left.ShouldHaveSingleItem().Value.ShouldBe("two");
    }

    [Fact]
    public async Task Save_over_the_change_of_somebody_else_is_refused()
    {
        await using var world = await PageWorld.CreateAsync();
        var id = await Make(world, Draft());
        var page = Open(world, id);
        var stored = (await world.Issuers.GetAsync(world.Visitor, id)).Value;
        var other = Draft() with { Name = "Changed meanwhile" };
        await world.Issuers.UpdateAsync(world.Visitor, id, stored.Revision, other);

        page.Find("[data-testid=issuer-name]").Change("Mine");
        page.Find("[data-testid=issuer-form]").Submit();

        page.WaitForElement("[data-testid=fault]")
            .GetAttribute("data-code")
            .ShouldBe("version_conflict");
        var now = (await world.Issuers.GetAsync(world.Visitor, id)).Value;
        now.Name.ShouldBe("Changed meanwhile");
    }

    [Fact]
    public async Task Issuer_is_disabled_and_enabled_again()
    {
        await using var world = await PageWorld.CreateAsync();
        var page = Open(world, await Make(world, Draft()));

        page.Find("[data-testid=issuer-disable]").Click();
        page.WaitForElement("[data-testid=issuer-enable]");
        page.Find("[data-testid=issuer-state]").TextContent.ShouldContain("Disabled");

        page.Find("[data-testid=issuer-enable]").Click();
        page.WaitForElement("[data-testid=issuer-disable]");
        page.Find("[data-testid=issuer-state]").TextContent.ShouldContain("Trusted");
    }

    [Fact]
    public async Task Issuer_is_deleted_by_its_typed_name()
    {
        await using var world = await PageWorld.CreateAsync();
        var page = Open(world, await Make(world, Draft()));

        page.Find("[data-testid=issuer-delete]").Click();
        page.Find("[data-testid=confirm-yes]").HasAttribute("disabled").ShouldBeTrue();
        page.Find("[data-testid=confirm-typed]").Input("CI of the shop");
        page.Find("[data-testid=confirm-yes]").Click();

        page.WaitForAssertion(() => world.Navigation.Uri.ShouldEndWith("/settings/issuers"));
        (await world.Issuers.ListAsync(world.Visitor)).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Address_whose_keys_cannot_be_fetched_says_why_at_the_address()
    {
        await using var world = await PageWorld.CreateAsync();
        world.Jwks.Set = ForeignKey.Set(_key.Jwk());
        var id = await Make(world, Draft() with { JwksDocument = null, JwksUri = Address });
        world.Jwks.Set = null;
        world.Jwks.Problem = "It answers with 503.";
        var page = Open(world, id);
        page.Find("[data-testid=issuer-address]").GetAttribute("value").ShouldBe(Address);

        page.Find("[data-testid=issuer-address]").Change("https://ci.example.org/other");
        page.Find("[data-testid=issuer-form]").Submit();

        page.WaitForAssertion(() =>
            page.Find("#address-note").TextContent.ShouldContain("It answers with 503.")
        );
    }

    [Fact]
    public async Task Name_with_markup_is_text()
    {
        await using var world = await PageWorld.CreateAsync();
        const string name = "<img src=x onerror=alert(1)>";
        await Make(world, Draft() with { Name = name });

        var list = world.Open<IssuersPage>("settings/issuers");

        list.FindAll("img").ShouldBeEmpty();
        list.Find(".row-link").TextContent.ShouldBe(name);
    }

    [Theory]
    [InlineData("65a1b2c3d4e5f1ffffffffff")]
    [InlineData("nonsense")]
    public async Task Issuer_that_is_not_there_is_said_to_be_missing(string id)
    {
        await using var world = await PageWorld.CreateAsync();

        var page = world.Open<IssuerPage>($"settings/issuers/{id}", ("Id", id));

        page.WaitForElement("[data-testid=refusal]");
        page.FindAll("[data-testid=issuer-form]").ShouldBeEmpty();
    }

    public void Dispose() => _key.Dispose();

    private TrustedIssuerDraft Draft() =>
        new()
        {
            Name = "CI of the shop",
            Issuer = Iss,
            Audience = "vaultportal",
            JwksDocument = ForeignKey.Set(_key.Jwk()),
            Mappings = [new ClaimMapping("sub", "repo:shop/web", ["secrets.read"])],
        };

    private static async Task<PublicId> Make(PageWorld world, TrustedIssuerDraft draft) =>
        (await world.Issuers.CreateAsync(world.Visitor, draft)).Value;

    private static void Type(IRenderedComponent<IssuerPage> page, string keys)
    {
        page.Find("[data-testid=issuer-name]").Change("CI of the shop");
        page.Find("[data-testid=issuer-issuer]").Change(Iss);
        page.Find("[data-testid=issuer-audience]").Change("vaultportal");
        page.Find("[data-testid=issuer-by-document]").Change("on");
        page.Find("[data-testid=issuer-document]").Change(keys);
        page.Find("[data-testid=mapping-claim-1]").Change("sub");
        page.Find("[data-testid=mapping-value-1]").Change("repo:shop/web");
        page.Find("[data-testid='mapping-1-secrets.read']").Change(true);
    }

    private static IRenderedComponent<IssuerPage> New(PageWorld world) =>
        world.Open<IssuerPage>("settings/issuers/new");

    private static IRenderedComponent<IssuerPage> Open(PageWorld world, PublicId id) =>
        world.Open<IssuerPage>($"settings/issuers/{id}", ("Id", id.ToString()));
}
