using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Components.Pages.Policies;
using VaultPortal.Core.Access;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

public sealed class PolicyPageTests
{
    [Fact]
    public async Task Empty_list_says_what_holds_without_a_policy()
    {
        await using var world = await World();

        var list = world.Open<PoliciesPage>("settings/policies");

        list.Find("[data-testid=policies-empty]").TextContent.ShouldContain("refused");
        list.Find("[data-testid=policy-new]")
            .GetAttribute("href")
            .ShouldBe("settings/policies/new");
    }

    [Fact]
    public async Task Policies_are_listed_in_words()
    {
        await using var world = await World();
        await Policies(world)
            .CreateAsync(
                world.Visitor,
                new ExpiryPolicyDraft
                {
                    Name = "Passwords",
                    Match = new()
                    {
                        FieldType = FieldType.Password,
                        ItemType = ItemType.Database,
                        VaultId = SampleVaults.VaultId(0),
                        Classification = DataClassification.Cui,
                    },
                    DefaultLifetime = TimeSpan.FromDays(90),
                    LongestLifetime = TimeSpan.FromHours(36_000),
                    OnExpiry = OnExpiry.Warn,
                    RotateEvery = TimeSpan.FromHours(12),
                    ReminderOffsets = [TimeSpan.FromDays(1), TimeSpan.FromMinutes(1)],
                }
            );

        var list = world.Open<PoliciesPage>("settings/policies");

        list.Find("[data-testid=policy-match]")
            .TextContent.ShouldBe(
                $"Fields of type Password in items of type Database in the vault {SampleVaults.Name(0)} in vaults classified CUI"
            );
        list.Find("[data-testid=policy-decides]")
            .TextContent.ShouldBe(
                "expires after 90 days by default · at most 1,500 days · warns only · to be rotated every 12 hours · reminds 1 day, 1 minute before"
            );
    }

    [Fact]
    public async Task Nothing_is_saved_before_its_effect_was_shown()
    {
        await using var world = await World();
        var page = world.Open<PolicyPage>("settings/policies/new");
        page.Find("[data-testid=policy-name]").Change("Keys");
        page.Find("[data-testid=policy-kind]").Change("api-key");
        page.FindAll("[data-testid=policy-vault]").ShouldBeEmpty();
        page.Find("[data-testid=policy-longest]").Change("90d");
        page.FindAll("[data-testid=policy-save]").ShouldBeEmpty();

        page.Find("[data-testid=policy-form]").Submit();

        page.WaitForElement("[data-testid=effect-decides]").TextContent.ShouldBe("0 objects");
        (await Policies(world).ListAsync(world.Visitor)).Value.ShouldBeEmpty();
        page.Find("[data-testid=policy-save]").Click();
        page.WaitForAssertion(() =>
            world.Navigation.Uri.ShouldMatch("/settings/policies/[0-9a-f]{24}$")
        );
        var made = (await Policies(world).ListAsync(world.Visitor)).Value.ShouldHaveSingleItem();
        (made.Name, made.Match.Kind, made.LongestLifetime).ShouldBe(
            ("Keys", LifetimeKind.ApiKey, TimeSpan.FromDays(90))
        );
    }

    [Fact]
    public async Task Keys_cannot_be_only_warned_of()
    {
        await using var world = await World();
        var page = world.Open<PolicyPage>("settings/policies/new");
        page.Find("[data-testid=policy-warn]").Change("on");

        page.Find("[data-testid=policy-kind]").Change("api-key");

        page.Find("[data-testid=policy-warn]").HasAttribute("disabled").ShouldBeTrue();
        page.Find("[data-testid=policy-block]").HasAttribute("checked").ShouldBeTrue();
        page.Find("[data-testid=policy-kind]").Change("field");
        page.Find("[data-testid=policy-warn]").HasAttribute("disabled").ShouldBeFalse();
    }

    [Theory]
    [InlineData("policy-default", "soon", "default")]
    [InlineData("policy-longest", "1s", "longest")]
    [InlineData("policy-offsets", "30d, x", "offsets")]
    [InlineData("policy-rotate", "0d", "rotate")]
    [InlineData("policy-name", " ", "name")]
    public async Task Fault_stands_beside_its_field(string testId, string text, string field)
    {
        await using var world = await World();
        var page = world.Open<PolicyPage>("settings/policies/new");
        page.Find("[data-testid=policy-name]").Change("Keys");
        page.Find($"[data-testid={testId}]").Change(text);

        page.Find("[data-testid=policy-form]").Submit();

        page.WaitForElement($"[data-testid=fault][data-field={field}]");
        page.FindAll("[data-testid=preview]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Auditor_reads_and_changes_nothing()
    {
        await using var world = await World(Role.Auditor);

        var list = world.Open<PoliciesPage>("settings/policies");

        list.WaitForElement("[data-testid=policies-empty]");
        list.FindAll("[data-testid=policy-new]").ShouldBeEmpty();
        world.Open<PolicyPage>("settings/policies/new").WaitForElement("[data-testid=refusal]");
    }

    [Fact]
    public async Task Policy_that_was_changed_meanwhile_is_not_written_over()
    {
        await using var world = await World();
        var draft = new ExpiryPolicyDraft { Name = "mine", Match = new() };
        var made = (await Policies(world).CreateAsync(world.Visitor, draft)).Value;
        var page = world.Open<PolicyPage>(
            $"settings/policies/{made.Id}",
            ("Id", made.Id.ToString())
        );
        await Policies(world).UpdateAsync(world.Visitor, made.Id, draft with { Name = "theirs" });

        page.Find("[data-testid=policy-form]").Submit();
        page.WaitForElement("[data-testid=policy-save]").Click();

        page.WaitForElement("[data-testid=policy-fault]")
            .GetAttribute("data-code")
            .ShouldBe("version_conflict");
    }

    private static Task<PageWorld> World(Role role = Role.Owner) =>
        PageWorld.CreateAsync(vaults: 1, items: _ => 1, role: role);

    private static ExpiryPolicyService Policies(PageWorld world) =>
        world.Context.Services.GetRequiredService<ExpiryPolicyService>();
}
