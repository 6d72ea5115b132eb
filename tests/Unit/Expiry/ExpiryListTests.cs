using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class ExpiryListTests : IDisposable
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    private readonly ExpiryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Owner_with_a_grant_sees_every_kind_with_its_lifetime()
    {
        var owner = _world.Person();
        var all = _world.AddEverything(owner, _world.Now.AddDays(60));
        _world.Grant(owner, all.Vault, AccessLevel.Read);

        var page = await _world.List(owner);

        page.Entries.Select(e => e.Object).ShouldBe(all.All, ignoreOrder: true);
        page.Total.ShouldBe(8);
        page.Next.ShouldBeNull();
        page.Entries.ShouldAllBe(e => e.State == ExpiryState.Active && e.Since == null);
        var field = page.Entries.Single(e => e.Object.Kind == LifetimeKind.Field);
        field.Title.ShouldBe("item / password");
        field.ItemId!.Value.ToString().ShouldBe(all.Item.Id);
        field.VaultName.ShouldBe("vault");
        field.OwnerId.ShouldBe(owner.AccountPublicId);
        field.MayChange.ShouldBeFalse();
        page.Entries.Single(e => e.Object == all.ApiKey).MayChange.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Role.Owner)]
    [InlineData(Role.Administrator)]
    public async Task Office_without_a_grant_sees_no_items(Role role)
    {
        var all = _world.AddEverything(_world.Person(), _world.Now.AddDays(60));

        (await _world.List(_world.Person(role)))
            .Entries.Select(e => e.Object)
            .ShouldBe(
                [all.Environment, all.Workflow, all.ApiKey, all.AgentKey, all.Issuer],
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task Auditor_sees_metadata_of_vaults_and_stores_and_may_change_none()
    {
        _world.AddEverything(_world.Person(), _world.Now.AddDays(60));

        var page = await _world.List(_world.Person(Role.Auditor));

        page.Entries.Select(e => e.Object.Kind)
            .Order()
            .ShouldBe([
                LifetimeKind.VaultItem,
                LifetimeKind.Field,
                LifetimeKind.EnvironmentSecret,
                LifetimeKind.WorkflowSecret,
                LifetimeKind.AgentKey,
            ]);
        page.Entries.ShouldAllBe(e => !e.MayChange);
    }

    [Fact]
    public async Task Machine_sees_what_its_permissions_and_grants_give()
    {
        var owner = _world.Person();
        var all = _world.AddEverything(owner, _world.Now.AddDays(60));
        var account = ExpiryWorld.AccountOf(owner);
        var narrow = _world.Store.AddMachine(account, Permissions.MonitoringRead);
        var stores = _world.Store.AddMachine(
            account,
            Permissions.MonitoringRead | Permissions.SecretsList | Permissions.WorkflowsRead
        );
        var vaults = _world.Store.AddMachine(
            account,
            Permissions.MonitoringRead | Permissions.VaultRead
        );

        (await _world.Kinds(narrow)).ShouldBeEmpty();
        (await _world.Kinds(stores)).ShouldBe([
            LifetimeKind.EnvironmentSecret,
            LifetimeKind.WorkflowSecret,
        ]);
        (await _world.Kinds(vaults)).ShouldBeEmpty();
        _world.Grant(owner, all.Vault, AccessLevel.Read);
        (await _world.Kinds(vaults)).ShouldBe([LifetimeKind.VaultItem, LifetimeKind.Field]);
    }

    [Fact]
    public async Task Machine_needs_the_permission_to_watch()
    {
        var machine = _world.Store.AddMachine(
            ExpiryWorld.AccountOf(_world.Person()),
            Permissions.VaultRead
        );

        var result = await _world.Expiries.ListAsync(machine, new(), default);

        result.Error!.Code.ShouldBe("forbidden");
        _world.Store.Audited("lifetime.list").ShouldHaveSingleItem().ShouldContain("forbidden");
    }

    [Fact]
    public async Task What_is_ended_is_not_listed()
    {
        var owner = _world.Person();
        var all = _world.AddEverything(owner, _world.Now.AddDays(60));
        _world.Grant(owner, all.Vault, AccessLevel.Read);
        _world.Store.Execute(
            """
            UPDATE vault_item SET archived_at = 1;
            UPDATE secret SET deleted_at = 1 WHERE store = 1;
            UPDATE secret SET is_active = 0 WHERE store = 2;
            UPDATE api_key SET revoked_at = 1;
            UPDATE registered_key SET state = 3;
            UPDATE trusted_issuer SET disabled_at = 1;
            """
        );

        (await _world.List(owner)).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task State_changes_at_the_very_millisecond()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(60));
        async Task<ExpiryState> State() => (await _world.List(owner)).Entries[0].State;

        _world.Clock.Advance(TimeSpan.FromDays(30) - Instant);
        (await State()).ShouldBe(ExpiryState.Active);
        _world.Clock.Advance(Instant);
        (await State()).ShouldBe(ExpiryState.DueSoon);
        _world.Clock.Advance(TimeSpan.FromDays(30) - Instant);
        (await State()).ShouldBe(ExpiryState.DueSoon);
        _world.Clock.Advance(Instant);
        (await State()).ShouldBe(ExpiryState.Expired);
        (await _world.List(owner)).Entries[0].Since.ShouldBe(_world.Now);
    }

    [Fact]
    public async Task Secret_is_overdue_since_its_newest_value_grew_old_and_not_since_another_change()
    {
        var owner = _world.Person();
        _world.AddPolicy(p =>
        {
            p.Kind = (int)LifetimeKind.EnvironmentSecret;
            p.RotateEvery = 86_400;
        });
        await _world.Secrets.Create("KEY");
        _world.Clock.Advance(TimeSpan.FromHours(12));
        await _world.Secrets.Update("KEY", new() { IsReserved = true });
        _world.Clock.Advance(TimeSpan.FromHours(12) - Instant);
        (await _world.List(owner)).Entries[0].State.ShouldBe(ExpiryState.Active);
        _world.Clock.Advance(Instant);

        var entry = (await _world.List(owner)).Entries.ShouldHaveSingleItem();

        entry.State.ShouldBe(ExpiryState.OverdueForRotation);
        entry.Moment.ShouldBe(_world.Now);
        // A value that is noted beside the secret's row counts from its own time.
        await _world.Secrets.Update("KEY", new() { Value = SecretWorldBytes("new") });
        (await _world.List(owner)).Entries[0].State.ShouldBe(ExpiryState.Active);
    }

    [Fact]
    public async Task Items_have_nothing_to_rotate()
    {
        var owner = _world.Person();
        var vault = _world.AddVault(owner.AccountId);
        _world.Grant(owner, vault, AccessLevel.Read);
        _world.AddField(_world.AddItem(vault, null), null);
        _world.AddPolicy(p => p.RotateEvery = 60);

        (await _world.Kinds(owner)).ShouldBe([LifetimeKind.Field, LifetimeKind.ApiKey]);
    }

    [Fact]
    public async Task Filters_hold_together_and_by_themselves()
    {
        var owner = _world.Person();
        var all = _world.AddEverything(owner, _world.Now.AddDays(60));
        _world.Grant(owner, all.Vault, AccessLevel.Read);
        await _world.Secrets.Create("SOON_50", expiresAt: _world.Now.AddDays(10));
        await _world.Secrets.Create("GONE", expiresAt: _world.Now);
        async Task<string[]> Found(ExpiryQuery query) =>
            [.. (await _world.List(owner, query)).Entries.Select(e => e.Title)];

        (await Found(new() { States = [ExpiryState.DueSoon] })).ShouldBe(["SOON_50"]);
        (await Found(new() { States = [ExpiryState.Expired] })).ShouldBe(["GONE"]);
        (await Found(new() { States = [ExpiryState.OverdueForRotation] })).ShouldBeEmpty();
        (await Found(new() { States = [ExpiryState.Expired, ExpiryState.DueSoon] })).ShouldBe([
            "GONE",
            "SOON_50",
        ]);
        (await Found(new() { States = [ExpiryState.Active] })).Length.ShouldBe(8);
        (await Found(new() { Search = "N_5" })).ShouldBe(["SOON_50"]);
        (await Found(new() { Search = "SO_N" })).ShouldBeEmpty();
        (await Found(new() { Search = "S%5" })).ShouldBeEmpty();
        (await Found(new() { Search = "soon" })).ShouldBe(["SOON_50"]);
        (await Found(new() { Search = "\0" })).ShouldBeEmpty();
        (await Found(new() { VaultId = all.Vault.PublicId })).Length.ShouldBe(2);
        (await Found(new() { VaultId = owner.AccountPublicId })).ShouldBeEmpty();
        (await Found(new() { Kinds = [LifetimeKind.TrustedIssuer] })).ShouldBe(["builds"]);
        (await Found(new() { Before = _world.Now.AddDays(10) })).ShouldBe(["GONE"]);
        (
            await Found(new() { After = _world.Now.AddDays(10), Before = _world.Now.AddDays(60) })
        ).ShouldBe(["SOON_50"]);
    }

    [Fact]
    public async Task Owner_filter_knows_who_made_the_newest_version_and_whose_the_keys_are()
    {
        var owner = _world.Person();
        var all = _world.AddEverything(owner, _world.Now.AddDays(60));
        _world.Grant(owner, all.Vault, AccessLevel.Read);
        var query = new ExpiryQuery { OwnerId = owner.AccountPublicId };

        (await _world.List(owner, query))
            .Entries.Select(e => e.Object)
            .ShouldBe(
                [all.Item, all.Field, all.ApiKey, all.UserKey, all.AgentKey],
                ignoreOrder: true
            );
        await _world.Secrets.Environment.UpdateAsync(
            owner,
            "KEY",
            new() { Value = SecretWorldBytes("new") }
        );
        (await _world.List(owner, query)).Entries.ShouldContain(e => e.Object == all.Environment);
    }

    [Fact]
    public async Task Pages_follow_each_other_whatever_comes_and_goes()
    {
        var owner = _world.Person();
        for (var i = 0; i < 25; i++)
        {
            await _world.Secrets.Create($"KEY_{i:D2}", expiresAt: _world.Now.AddDays(1 + i / 3));
        }

        var first = await _world.List(owner, new() { Take = 10 });
        await _world.Secrets.Create("EARLIER", expiresAt: _world.Now);
        await _world.Secrets.Deactivate("KEY_00");
        var second = await _world.List(owner, new() { Take = 10, Cursor = first.Next });
        var third = await _world.List(owner, new() { Take = 10, Cursor = second.Next });

        first
            .Entries.Concat(second.Entries)
            .Concat(third.Entries)
            .Select(e => e.Title)
            .ShouldBe(Enumerable.Range(0, 25).Select(i => $"KEY_{i:D2}"));
        third.Next.ShouldBeNull();
        third.Total.ShouldBe(25);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AQAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AgAGP8tDqgAAAwAAAAAAAAAB")]
    [InlineData("AQAGP8tDqgAACQAAAAAAAAAB")]
    [InlineData("AQAGP8tDqgAAAwAAAAAAAAA=")]
    [InlineData("AQAGP8tDqgAAAwAAAAAAAAAB ")]
    public async Task Malformed_cursor_is_refused(string cursor) =>
        (
            await _world.Expiries.ListAsync(_world.Person(), new() { Cursor = cursor }, default)
        ).Error!.Code.ShouldBe("invalid_request");

    [Theory]
    [InlineData(0)]
    [InlineData(501)]
    public async Task Page_of_no_size_is_refused(int take) =>
        (
            await _world.Expiries.ListAsync(_world.Person(), new() { Take = take }, default)
        ).Error!.Code.ShouldBe("invalid_request");

    [Fact]
    public async Task Counts_are_those_of_the_list()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("A", expiresAt: _world.Now);
        await _world.Secrets.Create("B", expiresAt: _world.Now.AddDays(5));
        await _world.Secrets.Create("C", expiresAt: _world.Now.AddDays(6));
        await _world.Secrets.Create("NEVER");

        (await _world.Expiries.CountAsync(owner, default)).Value.ShouldBe([
            new(LifetimeKind.EnvironmentSecret, ExpiryState.DueSoon, 2),
            new(LifetimeKind.EnvironmentSecret, ExpiryState.Expired, 1),
        ]);
    }

    [Fact]
    public async Task Numbers_of_the_whole_installation_are_for_those_who_watch_over_it()
    {
        _world.AddEverything(_world.Person(), _world.Now.AddDays(1));
        var machine = _world.Store.AddMachine(
            ExpiryWorld.AccountOf(_world.Person()),
            Permissions.MonitoringRead
        );

        (await _world.Expiries.CountAllAsync(machine, default)).Value.Sum(c => c.Count).ShouldBe(8);
        (
            await _world.Expiries.CountAllAsync(_world.Person(Role.Administrator), default)
        ).Value.Count.ShouldBe(8);
        (
            await _world.Expiries.CountAllAsync(_world.Person(Role.Auditor), default)
        ).Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task Numbers_of_the_whole_installation_ask_of_a_key_what_they_ask_of_a_session()
    {
        var owner = ExpiryWorld.AccountOf(_world.Person());
        var auditor = ExpiryWorld.AccountOf(_world.Person(Role.Auditor));
        var keys = new[]
        {
            _world.Store.AddMachine(auditor, Permissions.MonitoringRead),
            _world.Store.AddMachine(
                owner,
                Permissions.MonitoringRead,
                _world.Store.AddAgent(owner)
            ),
        };

        foreach (var key in keys)
        {
            (await _world.Expiries.CountAllAsync(key, default)).Error!.Code.ShouldBe("forbidden");
        }
    }

    [Fact]
    public async Task Numbers_of_the_whole_installation_are_those_of_the_last_seconds()
    {
        var owner = _world.Person();
        async Task<int> Sum() =>
            (await _world.Expiries.CountAllAsync(owner, default)).Value.Sum(c => c.Count);
        (await Sum()).ShouldBe(0);
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(1));

        _world.Clock.Advance(KnownCounts.Kept - Instant);
        (await Sum()).ShouldBe(0);
        // The wall clock says nothing about how old they are.
        _world.Clock.Jump(TimeSpan.FromDays(-1));
        (await Sum()).ShouldBe(0);
        // Own numbers are those of the moment, and nobody reads the others because they are known.
        (await _world.Expiries.CountAsync(owner, default))
            .Value.Sum(c => c.Count)
            .ShouldBe(1);
        (
            await _world.Expiries.CountAllAsync(_world.Person(Role.Auditor), default)
        ).Error!.Code.ShouldBe("forbidden");
        _world.Clock.Advance(Instant);
        (await Sum()).ShouldBe(1);
    }

    [Fact]
    public async Task Policy_for_a_type_of_fields_decides_about_those_alone()
    {
        var owner = _world.Person();
        var vault = _world.AddVault(owner.AccountId);
        _world.Grant(owner, vault, AccessLevel.Read);
        var item = _world.AddItem(vault, null);
        _world.AddField(item, _world.Now.AddDays(60));
        var note = _world.AddField(item, _world.Now.AddDays(60), "note");
        _world.Store.Execute($"UPDATE field SET type = {(int)FieldType.Text} WHERE id = {note.Id}");
        _world.AddPolicy(p =>
        {
            p.FieldType = (int)FieldType.Password;
            p.ReminderOffsets = "7776000";
        });

        (await _world.List(owner, new() { States = [ExpiryState.DueSoon] }))
            .Entries.ShouldHaveSingleItem()
            .Title.ShouldBe("item / password");
        (await _world.Expiries.CountAsync(owner, default)).Value.ShouldBe([
            new(LifetimeKind.Field, ExpiryState.Active, 1),
            new(LifetimeKind.Field, ExpiryState.DueSoon, 1),
        ]);
    }

    [Theory]
    [InlineData("UPDATE field SET archived_at = 1")]
    [InlineData("UPDATE vault_item SET archived_at = 1")]
    [InlineData("UPDATE vault SET archived_at = 1")]
    public async Task Field_of_the_past_is_not_listed_whether_anything_is_rotated_or_not(
        string past
    )
    {
        var owner = _world.Person();
        var vault = _world.AddVault(owner.AccountId);
        _world.Grant(owner, vault, AccessLevel.Read);
        _world.AddField(_world.AddItem(vault, null), _world.Now.AddDays(1));
        (await _world.Kinds(owner)).ShouldBe([LifetimeKind.Field]);

        _world.Store.Execute(past);

        (await _world.Kinds(owner)).ShouldBeEmpty();
        _world.AddPolicy(p =>
        {
            p.Kind = (int)LifetimeKind.Field;
            p.RotateEvery = 60;
        });
        (await _world.Kinds(owner)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Warning_policy_is_told_with_its_name()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        _world.AddPolicy(p =>
        {
            p.Name = "lenient";
            p.OnExpiry = OnExpiry.Warn;
        });

        var entry = (await _world.List(owner)).Entries.ShouldHaveSingleItem();

        (entry.OnExpiry, entry.PolicyName).ShouldBe((OnExpiry.Warn, "lenient"));
    }

    private static ReadOnlyMemory<byte> SecretWorldBytes(string text) =>
        Secrets.SecretWorld.Bytes(text);
}
