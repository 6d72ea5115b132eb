using Microsoft.Playwright;
using VaultPortal.Client;
using VaultPortal.Tests.E2E.Journeys;
using static Microsoft.Playwright.Assertions;

namespace VaultPortal.Tests.E2E.A11y;

/// <summary>The dialogs that sign and the verified members, looked at as <see cref="PageStatesTests"/> looks at pages.</summary>
public sealed class SignedStatesTests(SharedPortal portal) : IClassFixture<SharedPortal>
{
    private readonly List<string> _violations = [];

    [Fact]
    public async Task Dialogs_that_sign_hold()
    {
        var vault = await portal.NewVault("Production Database", "Primary", "Replica", "Backup");
        string[] items = [.. vault.Items.Select(item => item.Id)];
        await portal.GoTo($"/vaults/{vault.Id}");
        await Ask("create-vault");
        await Find("form-name").WaitForAsync();
        await Look("sign-create");
        await Find("dialog-review").ClickAsync();
        await Find("fault-name").WaitForAsync();
        await Look("sign-create-fault");
        await Find("form-name").FillAsync(new string('W', 255));
        await Find("dialog-review").ClickAsync();
        await Expect(Find("dialog-sign")).ToBeEnabledAsync();
        await Find("review-open").First.ClickAsync();
        await Look("sign-create-review");
        await Find("dialog-cancel").ClickAsync();

        await Ask("move-items", vault.Id, items);
        await Find("form-group").SelectOptionAsync("new");
        await Find("form-newGroup").FillAsync("Postgres");
        await Find("dialog-review").ClickAsync();
        await Expect(Find("dialog-sign")).ToBeEnabledAsync();
        await Look("sign-move");
        await vault.Groups.CreateAsync("Theirs");
        await Find("dialog-sign").ClickAsync();
        await Find("conflict").WaitForAsync();
        await Expect(Find("form-newGroup")).ToHaveValueAsync("Postgres");
        await Look("sign-conflict");
        await Find("dialog-cancel").ClickAsync();

        await Ask("expire-items", vault.Id, items);
        await Find("form-expiresAt").WaitForAsync();
        await Look("sign-expire");
        await Find("dialog-cancel").ClickAsync();
        await Ask("archive-vault", vault.Id);
        await Expect(Find("dialog-typed")).ToBeFocusedAsync();
        await Look("sign-archive");
        await Find("dialog-cancel").ClickAsync();
        portal.Tamper(
            $"""
            UPDATE checkpoint SET signature = zeroblob(64)
            WHERE sequence = (SELECT summary_checkpoint FROM vault WHERE public_id = x'{vault.Id}')
            """
        );
        await Ask("edit-vault", vault.Id);
        await Find("not-verified").WaitForAsync();
        await Look("sign-not-verified");
        await Find("dialog-cancel").ClickAsync();

        _violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task Verified_members_hold()
    {
        var carol = await portal.Join("carol@example.com");
        var vault = await portal.NewVault("Shared", "Router");
        await vault.Members.ShareAsync(
            PrincipalType.User,
            carol.Id,
            AccessLevel.Write,
            [carol.Fingerprint]
        );
        var next = await portal.Register(carol.ApiKey, KeyPair.Generate(), carol.Key);
        var other = await portal.Register(carol.ApiKey, KeyPair.Generate());
        var members = $"/vaults/{vault.Id}?tab=members";
        await portal.GoTo(members, unlocked: false);
        await Find("locked-unlock").WaitForAsync();
        await Look("members-locked");
        await Find("locked-unlock").ClickAsync();
        await portal.Unlock();
        await Find("members-verified").WaitForAsync();
        await Find("compare-creator").FillAsync(portal.Bob.Fingerprint);
        await Look("members-verified");
        await Find("member-add").ClickAsync();
        await Find("form-principal").FillAsync("bob");
        await Find($"principal-{portal.Bob.Id}").CheckAsync();
        await Find("compare").FillAsync(portal.Alice.Fingerprint);
        await Look("members-compare");
        await Find("compare").FillAsync(portal.Bob.Fingerprint);
        await Find("dialog-review").ClickAsync();
        await Expect(Find("dialog-sign")).ToBeEnabledAsync();
        await Look("members-add-review");
        await Find("dialog-cancel").ClickAsync();
        await Find($"key-{next.Pair.Fingerprint}").GetByTestId("member-wrap").ClickAsync();
        await Expect(Find("dialog-sign")).ToBeEnabledAsync();
        await Look("members-wrap");
        await Find("dialog-cancel").ClickAsync();
        portal.Tamper($"UPDATE vault SET rekey_due = 1 WHERE public_id = x'{vault.Id}'");
        portal.Tamper($"UPDATE registered_key SET state = 1 WHERE public_id = x'{other.Id}'");
        await portal.GoTo(members);
        await Find("rekey-now").WaitForAsync();
        await Look("members-rekey-due");

        _violations.ShouldBeEmpty();
    }

    private ILocator Find(string testId) => portal.Browser.Find(testId);

    private async Task Look(string name) =>
        _violations.AddRange(await portal.Browser.InspectAtAllWidths(name));

    private async Task Ask(string action, string? vault = null, string[]? ids = null) =>
        await portal.Page.EvaluateAsync(
            "detail => document.dispatchEvent(new CustomEvent('vaultportal:sealed-action', { detail }))",
            new
            {
                action,
                vault,
                ids = ids ?? [],
            }
        );
}
