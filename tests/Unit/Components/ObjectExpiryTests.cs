using Bunit;
using Microsoft.AspNetCore.Components;
using Shouldly;
using VaultPortal.Components.Pages.Account;
using VaultPortal.Components.Pages.Agents;
using VaultPortal.Components.Pages.Issuers;
using VaultPortal.Components.Pages.Keys;
using VaultPortal.Components.Pages.Secrets;
using VaultPortal.Components.Pages.Vaults;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Tokens;
using VaultPortal.Tests.Unit.Policies;
using VaultPortal.Tests.Unit.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Components;

/// <summary>On its own page an object says where it stands, by the same rules as on the expiry page, and keys and issuers get another expiry there.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "xunit calls DisposeAsync."
)]
public sealed class ObjectExpiryTests : IAsyncLifetime
{
    private readonly ForeignKey _foreign = new();
    private PageWorld _world = null!;

    private DateTimeOffset Now => _world.Accounts.Time.GetUtcNow();

    public async Task InitializeAsync() =>
        _world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

    public async Task DisposeAsync()
    {
        _foreign.Dispose();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Secret_says_its_state_its_rotation_and_its_policy()
    {
        _world.Accounts.Queue.Add(
            LifetimeKind.EnvironmentSecret,
            policy =>
                (policy.Name, policy.ReminderOffsets, policy.RotateEvery) = (
                    "Machines",
                    $"{60 * TestPolicies.Day}",
                    10 * TestPolicies.Day
                )
        );
        await _world.Secrets.CreateAsync(
            _world.Visitor,
            new NewEnvironmentSecret
            {
                Key = "KEY",
                Value = "value"u8.ToArray(),
                ExpiresAt = Now.AddDays(50),
            }
        );

        var soon = _world.Open<EnvironmentSecretPage>("secrets/environment/KEY", ("Key", "KEY"));
        State(soon).ShouldBe("due-soon");
        soon.Find("[data-testid=secret-head] [data-testid=expiry]")
            .GetAttribute("data-expiry")
            .ShouldBe("due");
        soon.Find("[data-testid=object-policy]").TextContent.ShouldContain("Machines");
        soon.Find("[data-testid=object-rotates]").ShouldNotBeNull();
        soon.FindAll("[data-testid=expiry-change]").ShouldBeEmpty();
        _world.Tamper("UPDATE secret_version SET created_at = 1");
        var overdue = _world.Open<EnvironmentSecretPage>("secrets/environment/KEY", ("Key", "KEY"));

        State(overdue).ShouldBe("overdue");
        overdue.FindAll("[data-testid=secret-head] [data-testid=expiry-state]").Count.ShouldBe(1);
    }

    [Fact]
    public void Item_names_the_fields_that_are_overdue()
    {
        _world.Accounts.Queue.Add(
            LifetimeKind.Field,
            policy =>
                (policy.FieldType, policy.RotateEvery) = (
                    (int)Core.Vaults.FieldType.Password,
                    TestPolicies.Day
                )
        );
        _world.Tamper("UPDATE field SET updated_at = 1");

        var page = _world.Open<VaultItemPage>(
            "vaults",
            ("Id", SampleVaults.VaultId(0).ToString()),
            ("ItemId", SampleVaults.ItemId(0, 0).ToString())
        );

        page.Find("[data-testid=item-overdue]").TextContent.ShouldContain("Password");
        page.FindAll("[data-testid=fields] [data-testid=expiry-state]").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Key_agent_issuer_and_own_key_pair_get_another_expiry_on_their_pages()
    {
        var key = await _world.Keys.CreateAsync(
            _world.Visitor,
            new NewApiKey
            {
                Owner = _world.Session.Email,
                Name = "Web shop",
                Permissions = ["secrets.read"],
                ExpiresAt = Now.AddDays(90),
            }
        );
        var id = key.Value.Id.ToString();

        var page = _world.Open<KeyPage>($"api-keys/{id}", ("Id", id));
        page.Find("[data-testid=expiry-change]")
            .GetAttribute("href")
            .ShouldBe($"api-keys/{id}?tab=expiry");
        page.FindAll("[data-testid=expiry-form]").ShouldBeEmpty();
        Form(_world.Open<KeyPage>($"api-keys/{id}?tab=expiry", ("Id", id)))
            .ShouldBe(("api-key", id, UtcTime.ToText(Now.AddDays(90))));

        var issuer = (
            await _world.Issuers.CreateAsync(
                _world.Visitor,
                new TrustedIssuerDraft
                {
                    Name = "CI",
                    Issuer = "https://ci.example.org",
                    Audience = "vaultportal",
                    JwksDocument = ForeignKey.Set(_foreign.Jwk()),
                    Mappings = [new ClaimMapping("sub", "repo:shop/web", ["secrets.read"])],
                }
            )
        ).Value.ToString();
        Form(_world.Open<IssuerPage>($"settings/issuers/{issuer}?tab=expiry", ("Id", issuer)))
            .ShouldBe(("trusted-issuer", issuer, null));

        var agent = (await _world.Agents.CreateAsync(_world.Visitor, new NewAgent("bot"))).Value;
        var signs = AddKey(PrincipalKind.Agent, "SELECT id FROM agent");
        Form(_world.Open<AgentPage>($"agents/{agent.Id}?tab=expiry", ("Id", agent.Id.ToString())))
            .ShouldBe(("agent-key", signs.ToString(), null));

        var own = AddKey(PrincipalKind.User, "SELECT id FROM account");
        Form(_world.Open<OwnKeysPage>($"account/keys?expiry={own}"))
            .ShouldBe(("user-key", own.ToString(), null));
    }

    private PublicId AddKey(PrincipalKind owner, string of)
    {
        var id = PublicId.New(Now);
        _world.Tamper(
            $"""
            INSERT INTO registered_key (public_id, owner_kind, owner_id, algorithm, spki, fingerprint, state, created_at)
            VALUES (x'{id}', {(int)owner}, ({of}), 1, randomblob(44), randomblob(32), 1, {UtcTime.ToMicroseconds(
                Now
            )})
            """
        );
        return id;
    }

    private static string? State(IRenderedComponent<EnvironmentSecretPage> page) =>
        page.Find("[data-testid=object-expiry]").GetAttribute("data-state");

    private static (string? Kind, string? Key, string? Expires) Form<T>(IRenderedComponent<T> page)
        where T : IComponent
    {
        var form = page.Find("[data-testid=expiry-form]");
        return (
            form.GetAttribute("data-kind"),
            form.GetAttribute("data-key"),
            form.GetAttribute("data-expires")
        );
    }
}
