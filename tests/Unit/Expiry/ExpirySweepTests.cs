using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class ExpirySweepTests : IDisposable
{
    private readonly ExpiryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Reminders_come_thirty_seven_and_one_day_before_and_at_the_expiry()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(31));

        var made = new List<(int Day, long Offset)>();
        for (var day = 0; day <= 33; day++)
        {
            var before = _world.Count("reminder");
            await _world.Sweep();
            if (_world.Count("reminder") > before)
            {
                made.Add(
                    (
                        day,
                        _world.Store.Number(
                            "SELECT offset_seconds FROM reminder ORDER BY id DESC LIMIT 1"
                        ) / 86_400
                    )
                );
            }

            _world.Clock.Advance(TimeSpan.FromDays(1));
        }

        made.ShouldBe([(1, 30), (24, 7), (30, 1), (31, 0)]);
        _world.Store.Audited("expiry.due_soon").ShouldHaveSingleItem().ShouldContain("system");
        _world
            .Store.Audited("expiry.expired")
            .ShouldHaveSingleItem()
            .ShouldContain("secret_key:KEY");
    }

    [Fact]
    public async Task Reminder_is_made_at_the_very_instant_and_not_a_millisecond_before()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(40));
        _world.Clock.Advance(TimeSpan.FromDays(10) - TimeSpan.FromMilliseconds(1));

        (await _world.Sweep()).ShouldBe(0);
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await _world.Sweep()).ShouldBe(1);

        (await _world.Sweep()).ShouldBe(0);
    }

    [Fact]
    public async Task Of_several_that_are_due_at_once_the_last_is_made()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(3));

        await _world.Sweep();

        _world.Count("reminder").ShouldBe(1);
        _world.Store.Number("SELECT offset_seconds FROM reminder").ShouldBe(7 * 86_400);
    }

    [Fact]
    public async Task New_expiry_begins_anew()
    {
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        await _world.Sweep();
        await _world.Secrets.Update("KEY", new() { ExpiresAt = new(_world.Now.AddDays(60)) });
        await _world.Sweep();
        _world.Count("known_lifetime").ShouldBe(0);

        _world.Clock.Advance(TimeSpan.FromDays(60));
        await _world.Sweep();

        _world.Store.Audited("expiry.expired").Count.ShouldBe(2);
        _world.Count("reminder").ShouldBe(2);
    }

    [Fact]
    public async Task Rotation_is_reminded_of_once_for_each_moment()
    {
        _world.Person();
        _world.AddPolicy(p =>
        {
            p.Kind = (int)LifetimeKind.EnvironmentSecret;
            p.RotateEvery = 86_400;
        });
        await _world.Secrets.Create("KEY");
        _world.Clock.Advance(TimeSpan.FromDays(1));
        await _world.Sweep();
        await _world.Sweep();
        _world.Count("reminder").ShouldBe(1);

        await _world.Secrets.Update("KEY", new() { Value = Secrets.SecretWorld.Bytes("new") });
        await _world.Sweep();
        _world.Clock.Advance(TimeSpan.FromDays(1));
        await _world.Sweep();

        _world.Store.Number("SELECT count(*) FROM reminder WHERE reason = 2").ShouldBe(2);
        _world.Store.Audited("expiry.overdue").Count.ShouldBe(2);
    }

    [Fact]
    public async Task Rotation_is_reminded_of_before_at_the_offsets_that_are_shorter_than_its_interval()
    {
        _world.Person();
        _world.AddPolicy(p =>
        {
            p.Kind = (int)LifetimeKind.EnvironmentSecret;
            p.RotateEvery = 30 * 86_400;
            p.ReminderOffsets = $"{30 * 86_400},{7 * 86_400},{86_400}";
        });
        _world.Store.Add(
            new Webhook
            {
                PublicId = PublicId.New(_world.Now),
                Url = "https://example.org",
                Events = "expiry.due_soon,expiry.overdue",
            }
        );
        await _world.Secrets.Create("KEY");

        var made = new List<(int Day, long Offset)>();
        for (var day = 0; day <= 32; day++)
        {
            var before = _world.Count("reminder");
            await _world.Sweep();
            if (_world.Count("reminder") > before)
            {
                made.Add(
                    (
                        day,
                        _world.Store.Number(
                            "SELECT offset_seconds FROM reminder WHERE reason = 2 ORDER BY id DESC LIMIT 1"
                        ) / 86_400
                    )
                );
            }

            (await _world.Sweep()).ShouldBe(0);
            _world.Clock.Advance(TimeSpan.FromDays(1));
        }

        made.ShouldBe([(23, 7), (29, 1), (30, 0)]);
        _world
            .Store.Number(
                """SELECT count(*) FROM delivery WHERE event_type = 'expiry.due_soon' AND body LIKE '%"reason":"rotation","rotateAt":%"state":"active"%'"""
            )
            .ShouldBe(2);
        _world.Store.Audited("expiry.due_soon").ShouldBeEmpty();
        _world.Store.Audited("expiry.overdue").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_has_expired_is_not_announced_for_rotation()
    {
        _world.Person();
        _world.AddPolicy(p =>
        {
            p.Kind = (int)LifetimeKind.EnvironmentSecret;
            p.RotateEvery = 30 * 86_400;
            p.ReminderOffsets = $"{7 * 86_400}";
        });
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(10));

        for (var day = 0; day <= 29; day++)
        {
            await _world.Sweep();
            _world.Clock.Advance(TimeSpan.FromDays(1));
        }

        _world.Store.Number("SELECT count(*) FROM reminder WHERE reason = 2").ShouldBe(0);
        await _world.Sweep();
        _world.Store.Number("SELECT count(*) FROM reminder WHERE reason = 2").ShouldBe(1);
    }

    [Fact]
    public async Task New_value_is_announced_for_its_own_rotation()
    {
        _world.Person();
        _world.AddPolicy(p =>
        {
            p.Kind = (int)LifetimeKind.EnvironmentSecret;
            p.RotateEvery = 30 * 86_400;
            p.ReminderOffsets = $"{7 * 86_400}";
        });
        await _world.Secrets.Create("KEY");
        _world.Clock.Advance(TimeSpan.FromDays(23));
        await _world.Sweep();
        await _world.Secrets.Update("KEY", new() { Value = Secrets.SecretWorld.Bytes("new") });
        await _world.Sweep();
        _world.Count("reminder").ShouldBe(1);

        _world.Clock.Advance(TimeSpan.FromDays(23));
        await _world.Sweep();

        _world
            .Store.Number($"SELECT count(*) FROM reminder WHERE offset_seconds = {7 * 86_400}")
            .ShouldBe(2);
    }

    [Fact]
    public async Task Of_any_number_of_reminders_each_comes_once_at_its_time()
    {
        _world.Person();
        _world.AddPolicy(p =>
            p.ReminderOffsets = string.Join(
                ',',
                Enumerable.Range(1, 20_000).Select(minute => (20_001 - minute) * 60)
            )
        );
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddMinutes(20_000));
        (await _world.Sweep()).ShouldBe(1);

        for (var minute = 1; minute <= 20; minute++)
        {
            _world.Clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
            (await _world.Sweep()).ShouldBe(0);
            _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
            (await _world.Sweep()).ShouldBe(1);
        }

        _world.Store.Number("SELECT min(offset_seconds) FROM reminder").ShouldBe(19_980 * 60);
        _world.Count("reminder").ShouldBe(21);
    }

    [Fact]
    public async Task After_a_reminder_none_of_the_same_expiry_comes_that_says_less()
    {
        _world.Person();
        var expiresAt = _world.Now.AddDays(5);
        await _world.Secrets.Create("KEY", expiresAt: expiresAt);
        await _world.Sweep();
        Reminded().ShouldBe([7]);

        // What is known of it is forgotten, and by another rule an earlier one would be due.
        await _world.Secrets.Update("KEY", new() { ExpiresAt = new(_world.Now.AddDays(90)) });
        await _world.Sweep();
        _world.AddPolicy(p => p.ReminderOffsets = $"{30 * 86_400}");
        await _world.Secrets.Update("KEY", new() { ExpiresAt = new(expiresAt) });
        await _world.Sweep();

        Reminded().ShouldBe([7]);
    }

    [Fact]
    public async Task What_a_wrong_clock_told_of_an_expiry_that_comes_back_is_told_at_its_time()
    {
        _world.Person();
        var expiresAt = _world.Now.AddDays(60);
        await _world.Secrets.Create("KEY", expiresAt: expiresAt);
        _world.Clock.Jump(TimeSpan.FromDays(61));
        await _world.Sweep();
        // Whoever saw it expired extended it, and took that back when the clock was right again.
        await _world.Secrets.Update("KEY", new() { ExpiresAt = new(_world.Now.AddDays(90)) });
        await _world.Sweep();
        _world.Clock.Jump(TimeSpan.FromDays(-61));
        await _world.Secrets.Update("KEY", new() { ExpiresAt = new(expiresAt) });

        for (var day = 0; day <= 60; day++)
        {
            await _world.Sweep();
            _world.Clock.Advance(TimeSpan.FromDays(1));
        }

        Reminded().ShouldBe([0, 1, 7, 30]);
        _world
            .Store.Number("SELECT max(made_at) FROM reminder")
            .ShouldBe(UtcTime.ToMicroseconds(expiresAt));
    }

    [Fact]
    public async Task Webhook_about_a_field_says_in_which_item_it_is()
    {
        _world.Store.Add(
            new Webhook
            {
                PublicId = PublicId.New(_world.Now),
                Url = "https://example.org",
                Events = "expiry.expired",
            }
        );
        var item = _world.AddItem(_world.AddVault(), null);
        _world.AddField(item, _world.Now);

        await _world.Sweep();

        _world
            .Store.Number(
                $"SELECT count(*) FROM delivery WHERE body ->> '$.data.itemId' = '{item.PublicId}'"
            )
            .ShouldBe(1);
    }

    [Fact]
    public async Task Clock_that_steps_back_and_forward_makes_nothing_twice_and_loses_nothing()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(40));
        _world.Clock.Advance(TimeSpan.FromDays(33));
        await _world.Sweep();

        // Two years ahead and back again.
        _world.Clock.Advance(TimeSpan.FromDays(700));
        await _world.Sweep();
        _world.Clock.Advance(TimeSpan.FromDays(-733));
        await _world.Sweep();
        for (var day = 0; day < 50; day++)
        {
            _world.Clock.Advance(TimeSpan.FromDays(1));
            await _world.Sweep();
        }

        Reminded().ShouldBe([0, 1, 7, 30]);
        // Once by the clock that was wrong, and once at its time.
        _world.Store.Audited("expiry.expired").Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_wrong_clock_told_is_taken_back_and_told_again_at_its_time()
    {
        var owner = _world.Person();
        await _world.Secrets.Environment.CreateAsync(
            owner,
            new()
            {
                Key = "KEY",
                Value = Secrets.SecretWorld.Bytes("value"),
                ExpiresAt = _world.Now.AddDays(60),
            }
        );
        _world.Clock.Jump(TimeSpan.FromDays(60));
        await _world.Sweep();
        var wrong = (await Reminders(owner)).Reminders.ShouldHaveSingleItem();
        await _world.Reminders.AcknowledgeAsync(owner, [wrong.Id], default);

        _world.Clock.Jump(TimeSpan.FromDays(-60));
        await _world.Sweep();
        (await Reminders(owner, openOnly: false)).Reminders.ShouldBeEmpty();
        (await _world.Sweep()).ShouldBe(0);
        _world.Clock.Advance(TimeSpan.FromDays(60));
        await _world.Sweep();

        (await Reminders(owner))
            .Reminders.ShouldHaveSingleItem()
            .Reason.ShouldBe(ReminderReason.Expired);
    }

    [Fact]
    public async Task Clock_that_steps_back_by_seconds_reminds_once()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(1));
        _world.Clock.Advance(TimeSpan.FromDays(1));
        await _world.Sweep();
        _world.Clock.Jump(TimeSpan.FromSeconds(-5));
        await _world.Sweep();
        _world.Clock.Advance(TimeSpan.FromSeconds(5));
        await _world.Sweep();

        _world.Count("reminder").ShouldBe(1);
        _world.Store.Audited("expiry.expired").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Clock_that_jumps_ahead_erases_nothing_before_a_day_has_passed()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        await _world.Secrets.Create("GONE");
        await _world.Secrets.Environment.DeleteAsync(_world.Secrets.Machine, "GONE");
        await _world.Sweep();

        _world.Clock.Jump(TimeSpan.FromDays(500));
        await _world.Sweep();
        (_world.Count("reminder"), _world.Count("secret")).ShouldBe((1, 2));
        // A server that is started again doubts it as well.
        await _world.Sweep(static _ => true);
        _world.Clock.Advance(TimeSpan.FromHours(23));
        await _world.Sweep();
        (_world.Count("reminder"), _world.Count("secret")).ShouldBe((1, 2));

        _world.Clock.Advance(TimeSpan.FromHours(1));
        await _world.Sweep();
        (_world.Count("reminder"), _world.Count("secret")).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Rows_of_a_step_stay_within_their_bound_however_many_are_reminded()
    {
        using var world = new ExpiryWorld(
            new MailOptions { Host = "mail", From = "portal@example.org" }
        );
        var vault = world.AddVault();
        for (var i = 0; i < 210; i++)
        {
            world.Grant(world.Person(Role.Administrator), vault, AccessLevel.Admin);
        }

        world.AddItem(vault, world.Now, "one");
        world.AddItem(vault, world.Now, "other");
        var steps = new List<long>();

        await world.Sweep(_ =>
        {
            steps.Add(world.Count("reminder_copy") + world.Count("delivery"));
            return true;
        });

        world.Count("reminder_copy").ShouldBe(2 * 190);
        // Seen before each step: what the one before has written.
        steps.Zip(steps.Skip(1)).ShouldAllBe(step => step.Second - step.First <= 500);
    }

    [Fact]
    public async Task Everybody_who_is_to_know_is_told_once()
    {
        var (maker, admin, named) = (_world.Person(), _world.Person(), _world.Person());
        var (reader, disabled) = (_world.Person(), _world.Person());
        var vault = _world.AddVault(maker.AccountId);
        _world.Grant(maker, vault, AccessLevel.Admin);
        _world.Grant(admin, vault, AccessLevel.Admin);
        _world.Grant(disabled, vault, AccessLevel.Admin);
        _world.Grant(reader, vault, AccessLevel.Write);
        _world.Grant(named, vault, AccessLevel.Read);
        _world.Store.Execute($"UPDATE account SET disabled_at = 1 WHERE id = {disabled.AccountId}");
        _world.AddPolicy(p =>
            p.RemindedPeople = $"{named.AccountPublicId},{maker.AccountPublicId}"
        );
        _world.AddItem(vault, _world.Now, creator: maker.AccountId);

        await _world.Sweep();

        Receivers().ShouldBe([maker.AccountId, admin.AccountId, named.AccountId]);
    }

    [Fact]
    public async Task With_nobody_left_every_Owner_is_told()
    {
        var (owner, other) = (_world.Person(), _world.Person());
        _world.Person(Role.Administrator);
        _world.Person(Role.Auditor);
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        _world.AddPolicy(p => p.RemindsCreator = false);
        // The account of the machine that made the secret is an Owner, too.
        _world.Store.Execute(
            $"UPDATE account SET role = 2 WHERE id NOT IN ({owner.AccountId}, {other.AccountId})"
        );

        await _world.Sweep();

        Receivers().ShouldBe([owner.AccountId, other.AccountId]);
    }

    [Fact]
    public async Task Secret_reminds_whoever_made_its_newest_version_and_an_agent_its_owner()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        await _world.Secrets.Environment.UpdateAsync(owner, "KEY", new() { IsReserved = true });
        var agent = _world.Store.AddAgent(ExpiryWorld.AccountOf(owner));
        _world.AddAgentKey(agent, _world.Now);

        await _world.Sweep();

        Receivers().ShouldBe([owner.AccountId]);
        _world.Count("reminder").ShouldBe(2);
    }

    [Fact]
    public async Task Muted_object_comes_by_no_way_to_who_muted_it()
    {
        var (maker, admin) = (_world.Person(), _world.Person());
        var vault = _world.AddVault(maker.AccountId);
        _world.Grant(maker, vault, AccessLevel.Write);
        _world.Grant(admin, vault, AccessLevel.Admin);
        var item = _world.AddItem(vault, _world.Now.AddDays(5), creator: maker.AccountId);
        await _world.Sweep();
        var reminder = (await Reminders(maker)).Reminders.ShouldHaveSingleItem();
        await _world.Reminders.MuteAsync(maker, reminder.Id, true, default);

        _world.Clock.Advance(TimeSpan.FromDays(5));
        await _world.Sweep();

        (await Reminders(maker, openOnly: false))
            .Reminders.ShouldHaveSingleItem()
            .Muted.ShouldBeTrue();
        (await Open(admin)).ShouldBe(2);
        reminder.ItemId.ShouldBe(item.PublicId);
    }

    [Fact]
    public async Task Webhooks_and_mails_are_put_on_their_way_with_the_reminder()
    {
        using var world = new ExpiryWorld(
            new MailOptions { Host = "mail", From = "portal@example.org" }
        );
        var owner = world.Person();
        world.Store.Add(
            new Webhook
            {
                PublicId = owner.AccountPublicId,
                Url = "https://example.org",
                Events = "expiry.due_soon,expiry.expired",
            }
        );
        await world.Secrets.Environment.CreateAsync(
            owner,
            new()
            {
                Key = "KEY",
                Value = Secrets.SecretWorld.Bytes("never told"),
                ExpiresAt = world.Now,
            }
        );

        await world.Sweep();

        world.Count("delivery").ShouldBe(2);
        world
            .Store.Number(
                "SELECT count(*) FROM delivery WHERE event_type = 'expiry.expired' AND body LIKE '%\"id\":\"KEY\"%' AND body NOT LIKE '%never told%'"
            )
            .ShouldBe(2);
    }

    [Fact]
    public async Task Whoever_may_not_see_an_item_is_not_told_of_it()
    {
        var (maker, named) = (_world.Person(Role.Administrator), _world.Person(Role.Administrator));
        var (reader, auditor) = (_world.Person(Role.Administrator), _world.Person(Role.Auditor));
        var vault = _world.AddVault(maker.AccountId);
        _world.Grant(reader, vault, AccessLevel.Read);
        var people = new[] { named, reader, auditor }.Select(p => p.AccountPublicId);
        _world.AddPolicy(p => p.RemindedPeople = string.Join(',', people));
        var item = _world.AddItem(vault, _world.Now, creator: maker.AccountId);
        _world.AddField(item, _world.Now);

        await _world.Sweep();

        Receivers().ShouldBe([reader.AccountId, auditor.AccountId]);
    }

    [Fact]
    public async Task Agents_owner_is_told_of_its_items_with_a_grant_of_his_own_only()
    {
        var owner = _world.Person(Role.Administrator);
        var agent = _world.Store.AddAgent(ExpiryWorld.AccountOf(owner));
        var (hidden, shared) = (_world.AddVault(), _world.AddVault());
        _world.Grant(owner, shared, AccessLevel.Read);
        _world.AddItem(hidden, _world.Now, "hidden", agent.Id);
        _world.AddItem(shared, _world.Now, "shared", agent.Id);
        _world.Store.Execute("UPDATE vault_item SET created_by_kind = 2");

        await _world.Sweep();

        (await Reminders(owner)).Reminders.ShouldHaveSingleItem().Title.ShouldBe("shared");
    }

    [Fact]
    public async Task Owners_in_the_place_of_others_are_told_of_the_vault_and_not_of_the_name()
    {
        using var world = new ExpiryWorld(
            new MailOptions { Host = "mail", From = "portal@example.org" }
        );
        var owner = world.Person();
        var vault = world.AddVault(name: "payroll");
        var item = world.AddItem(vault, world.Now, "Atlas takeover");
        world.AddField(item, world.Now, "Atlas password");

        await world.Sweep();
        var seen = (await world.Reminders.ListAsync(owner, new(), default)).Value;

        seen.Open.ShouldBe(2);
        seen.Reminders.Select(r => r.Title).Order().ShouldBe(["A field", "An item"]);
        seen.Reminders.ShouldAllBe(r => r.VaultName == "payroll" && r.ItemId == null);
        world
            .Store.Number("SELECT count(*) FROM delivery WHERE body LIKE '%payroll%'")
            .ShouldBe(world.Count("delivery"));
        world
            .Store.Number(
                $"SELECT count(*) FROM delivery WHERE body LIKE '%Atlas%' OR body LIKE '%{item.PublicId}%'"
            )
            .ShouldBe(0);
        world.Grant(owner, vault, AccessLevel.Read);
        (await world.Reminders.ListAsync(owner, new(), default))
            .Value.Reminders.Select(r => r.Title)
            .Order()
            .ShouldBe(["Atlas takeover", "Atlas takeover / Atlas password"]);
    }

    [Fact]
    public async Task Grant_that_ended_takes_the_reminder_out_of_list_and_bell()
    {
        var reader = _world.Person(Role.Administrator);
        var vault = _world.AddVault(reader.AccountId);
        _world.Grant(reader, vault, AccessLevel.Admin);
        _world.AddItem(vault, _world.Now, creator: reader.AccountId);
        await _world.Sweep();
        var key = _world.Store.AddMachine(
            ExpiryWorld.AccountOf(reader),
            Permissions.MonitoringRead
        );
        (await Reminders(reader)).Reminders.ShouldHaveSingleItem().Title.ShouldBe("item");
        (await Reminders(key)).Reminders.ShouldHaveSingleItem().Title.ShouldBe("An item");

        _world.Store.Execute("UPDATE access_grant SET ended = 1");

        var after = await Reminders(reader, openOnly: false);
        (after.Reminders.Count, after.Open).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Webhooks_are_told_no_name_of_what_is_in_a_vault()
    {
        var owner = _world.Person();
        _world.Store.Add(
            new Webhook
            {
                PublicId = owner.AccountPublicId,
                Url = "https://example.org",
                Events = "expiry.expired",
            }
        );
        var vault = _world.AddVault(name: "payroll");
        _world.Grant(owner, vault, AccessLevel.Admin);
        var item = _world.AddItem(vault, _world.Now, "Atlas takeover");
        _world.AddField(item, _world.Now, "Atlas password");

        await _world.Sweep();

        _world
            .Store.Number(
                $"SELECT count(*) FROM delivery WHERE body LIKE '%\"vaultId\":\"{vault.PublicId}\"%' AND body LIKE '%\"state\":\"expired\"%'"
            )
            .ShouldBe(2);
        _world
            .Store.Number(
                "SELECT count(*) FROM delivery WHERE body LIKE '%Atlas%' OR body LIKE '%payroll%' OR body LIKE '%title%'"
            )
            .ShouldBe(0);
    }

    [Fact]
    public async Task Step_without_the_lease_writes_nothing()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        await _world.Secrets.Create("GONE");
        await _world.Secrets.Environment.DeleteAsync(_world.Secrets.Machine, "GONE");
        _world.Clock.Advance(SecretTrash.Kept);

        await _world.Sweep(static _ => false);

        (_world.Count("reminder"), _world.Count("known_lifetime"), _world.Count("secret")).ShouldBe(
            (0, 0, 2)
        );
        await _world.Sweep();
        (_world.Count("reminder"), _world.Count("known_lifetime"), _world.Count("secret")).ShouldBe(
            (1, 1, 1)
        );
    }

    [Fact]
    public async Task What_is_kept_of_gone_objects_and_old_reminders_is_erased()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        await _world.Sweep();
        await _world.Secrets.Environment.DeleteAsync(_world.Secrets.Machine, "KEY");
        await _world.Sweep();
        (_world.Count("known_lifetime"), _world.Count("reminder")).ShouldBe((0, 1));

        _world.Clock.Advance(ExpirySweep.RemindersKept);
        await _world.Sweep();
        _world.Count("reminder").ShouldBe(1);
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await _world.Sweep();

        (_world.Count("reminder"), _world.Count("reminder_copy")).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Policy_without_offsets_still_tells_of_the_expiry()
    {
        _world.Person();
        _world.AddPolicy(p => p.ReminderOffsets = "");
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(1));
        await _world.Sweep();
        _world.Count("reminder").ShouldBe(0);

        _world.Clock.Advance(TimeSpan.FromDays(1));
        await _world.Sweep();

        Reminded().ShouldBe([0]);
    }

    private long[] Reminded() =>
        [
            .. new long[] { 0, 1, 7, 30 }.Where(day =>
                _world.Store.Number(
                    $"SELECT count(*) FROM reminder WHERE offset_seconds = {day * 86_400}"
                ) == 1
            ),
        ];

    private long[] Receivers() =>
        [
            .. Enumerable
                .Range(1, 20)
                .Select(id => (long)id)
                .Where(id =>
                    _world.Store.Number(
                        $"SELECT count(*) FROM reminder_copy WHERE account_id = {id}"
                    ) > 0
                ),
        ];

    private async Task<ReminderPage> Reminders(Caller caller, bool openOnly = true) =>
        (await _world.Reminders.ListAsync(caller, new() { OpenOnly = openOnly }, default)).Value;

    private async Task<int> Open(Caller caller) => (await Reminders(caller)).Open;
}
