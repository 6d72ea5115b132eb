using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.Unit.Components;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class PrincipalDirectoryTests
{
    [Theory]
    [InlineData(Role.Owner)]
    [InlineData(Role.Administrator)]
    public async Task Owners_and_administrators_find_people_and_agents(Role role)
    {
        await using var world = await PageWorld.CreateAsync(role: role);
        await AddAgentAsync(world, "Deploy bot");

        var found = (await Find(world, "")).Value;

        found.HasMore.ShouldBeFalse();
        found
            .Principals.Select(p => (p.Kind, p.Name, p.Role, p.OwnerName))
            .ShouldBe([
                (PrincipalKind.User, AccountWorld.Email, role, null),
                (PrincipalKind.Agent, "Deploy bot", null, AccountWorld.Email),
            ]);
    }

    [Fact]
    public async Task An_auditor_finds_nobody_also_with_a_grant_of_ADMIN()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, role: Role.Auditor);

        (await Find(world, "")).Error!.Code.ShouldBe("forbidden");
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("UPDATE access_grant SET level = 2", false)]
    [InlineData("UPDATE access_grant SET ended = 1", false)]
    [InlineData("UPDATE vault SET archived_at = 1", false)]
    public async Task Whoever_holds_no_office_has_to_be_ADMIN_of_some_vault(
        string change,
        bool finds
    )
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        // A role that the product does not know yet, without an office.
        world.Tamper($"UPDATE account SET role = 99; {change}");

        (await Find(world, "")).Succeeded.ShouldBe(finds);
    }

    [Fact]
    public async Task A_machine_is_refused_whatever_its_key_may_do()
    {
        using var store = new AccessStore();
        var machine = store.AddMachine(store.AddAccount());

        var answer = await new PrincipalDirectory(store.Gate).FindAsync(machine, "", default);

        answer.Error!.Code.ShouldBe("forbidden");
        store.Audited("principal.list").Single().ShouldContain("\"outcome\":\"forbidden\"");
    }

    [Fact]
    public async Task An_ended_session_is_refused()
    {
        await using var world = await PageWorld.CreateAsync();
        await world.Accounts.Sessions.SignOutAsync(world.Visitor);

        (await Find(world, "")).Error!.Kind.ShouldBe(ErrorKind.Unauthenticated);
    }

    [Fact]
    public async Task Disabled_accounts_archived_agents_and_those_of_disabled_owners_are_left_out()
    {
        await using var world = await PageWorld.CreateAsync();
        await world.Accounts.CreateAsync("gone@example.org");
        await AddAgentAsync(world, "Archived bot");
        await AddAgentAsync(world, "Orphan bot");
        world.Tamper(
            """
            UPDATE account SET disabled_at = 1 WHERE email = 'gone@example.org';
            UPDATE agent SET archived_at = 1 WHERE name = 'Archived bot';
            UPDATE agent SET owner_id = (SELECT id FROM account WHERE email = 'gone@example.org') WHERE name = 'Orphan bot';
            """
        );

        (await Names(world, "")).ShouldBe([AccountWorld.Email]);
    }

    [Theory]
    [InlineData("BOT", "100%_bot", @"back\slash bot", "Über bot")]
    [InlineData(" 0%_b ", "100%_bot")]
    [InlineData("%", "100%_bot")]
    [InlineData("%%")]
    [InlineData("_", "100%_bot")]
    [InlineData(@"\", @"back\slash bot")]
    [InlineData("Über", "Über bot")]
    [InlineData("' OR 1=1 --")]
    [InlineData("\ud800")]
    public async Task Text_is_looked_for_as_it_stands(string text, params string[] agents)
    {
        await using var world = await PageWorld.CreateAsync();
        foreach (var name in new[] { "100%_bot", @"back\slash bot", "Über bot" })
        {
            await AddAgentAsync(world, name);
        }

        (await Names(world, text)).Except([AccountWorld.Email]).ShouldBe(agents);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\n")]
    [InlineData(null)]
    public async Task Text_that_is_too_long_or_has_controls_is_refused(string? text)
    {
        await using var world = await PageWorld.CreateAsync();

        var refused = (
            await Find(world, text ?? new string('x', PrincipalDirectory.LongestText + 1))
        ).Error!;

        (refused.Kind, refused.Path).ShouldBe((ErrorKind.Invalid, "/q"));
    }

    [Fact]
    public async Task No_more_are_answered_than_the_limit_and_it_is_said()
    {
        await using var world = await PageWorld.CreateAsync();
        await AddAgentAsync(world, "bot");
        world.Tamper(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PrincipalDirectory.MostFound})
            INSERT INTO agent (public_id, owner_id, name, created_at) SELECT randomblob(12), owner_id, name || i, created_at FROM agent, n
            """
        );

        var found = (await Find(world, "bot")).Value;

        found.Principals.Count.ShouldBe(PrincipalDirectory.MostFound);
        found.HasMore.ShouldBeTrue();
    }

    [Fact]
    public async Task Active_keys_are_told_with_what_they_are_judged_by()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1);
        world.Tamper(
            """
            UPDATE registered_key SET proof = x'01', encryption_spki = x'02', encryption_key_signature = x'03', endorsement = x'04',
                endorsed_by = id;
            INSERT INTO registered_key (public_id, owner_kind, owner_id, algorithm, spki, fingerprint, state, created_at)
                SELECT randomblob(12), owner_kind, owner_id, algorithm, spki, randomblob(32), 2, created_at FROM registered_key
                UNION ALL
                SELECT randomblob(12), owner_kind, owner_id, algorithm, spki, randomblob(32), 3, created_at FROM registered_key;
            """
        );

        var key = (await Find(world, "")).Value.Principals.Single().Keys.ShouldHaveSingleItem();

        key.PublicKey.ShouldStartWith("-----BEGIN PUBLIC KEY-----");
        key.EncryptionPublicKey.ShouldNotBeNull();
        (key.Proof, key.EncryptionKeySignature, key.Endorsement).ShouldBe(("AQ==", "Aw==", "BA=="));
        key.EndorsedBy.ShouldBe(key.Id);
        key.Fingerprint.Length.ShouldBe(64);
    }

    private static Task<Result<FoundPrincipals>> Find(PageWorld world, string text) =>
        new PrincipalDirectory(world.Gate).FindAsync(world.Visitor, text, default);

    private static async Task<IEnumerable<string>> Names(PageWorld world, string text) =>
        (await Find(world, text)).Value.Principals.Select(principal => principal.Name);

    private static async Task AddAgentAsync(PageWorld world, string name) =>
        (
            await world.Agents.CreateAsync(world.Visitor, new NewAgent(name))
        ).Succeeded.ShouldBeTrue();
}
