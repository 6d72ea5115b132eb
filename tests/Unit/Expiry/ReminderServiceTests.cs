using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class ReminderServiceTests : IDisposable
{
    private readonly ExpiryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Acknowledged_reminder_leaves_the_bell_and_stays_in_the_list()
    {
        var owner = await Reminded(3);
        var first = (await List(owner)).Reminders[0];

        (
            await _world.Reminders.AcknowledgeAsync(owner, [first.Id], default)
        ).Succeeded.ShouldBeTrue();

        (await List(owner)).Open.ShouldBe(2);
        (await List(owner)).Reminders.ShouldNotContain(r => r.Id == first.Id);
        (await List(owner, new() { OpenOnly = false }))
            .Reminders.Single(r => r.Id == first.Id)
            .AcknowledgedAt.ShouldBe(_world.Now);
    }

    [Fact]
    public async Task Snoozed_reminder_comes_back_at_its_time()
    {
        var owner = await Reminded(1);
        var id = (await List(owner)).Reminders[0].Id;

        await _world.Reminders.SnoozeAsync(owner, [id], _world.Now.AddDays(2), default);

        (await List(owner)).Open.ShouldBe(0);
        _world.Clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromMilliseconds(1));
        (await List(owner)).Open.ShouldBe(0);
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await List(owner)).Open.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(366)]
    public async Task Snooze_ends_in_the_future_within_a_year(int days)
    {
        var owner = await Reminded(1);
        var id = (await List(owner)).Reminders[0].Id;

        (
            await _world.Reminders.SnoozeAsync(owner, [id], _world.Now.AddDays(days), default)
        ).Error!.Path.ShouldBe("/until");
    }

    [Fact]
    public async Task Muted_object_is_taken_up_again()
    {
        var owner = await Reminded(1);
        var id = (await List(owner)).Reminders[0].Id;

        await _world.Reminders.MuteAsync(owner, id, true, default);
        await _world.Reminders.MuteAsync(owner, id, true, default);
        (await List(owner)).Open.ShouldBe(0);
        await _world.Reminders.MuteAsync(owner, id, false, default);

        (await List(owner)).Open.ShouldBe(1);
    }

    [Fact]
    public async Task Muted_objects_are_listed_and_taken_up_again_also_when_their_reminders_are_gone()
    {
        var owner = await Reminded(2);
        var first = (await List(owner)).Reminders[0];
        await _world.Reminders.MuteAsync(owner, first.Id, true, default);
        _world.Store.Execute("DELETE FROM reminder_copy; DELETE FROM reminder");

        var muted = (await Muted(owner)).ShouldHaveSingleItem();
        (muted.Object, muted.Title, muted.MutedAt).ShouldBe(
            (first.Object, first.Title, _world.Now)
        );
        (await Muted(_world.Person())).ShouldBeEmpty();

        (
            await _world.Reminders.UnmuteAsync(_world.Person(), muted.Object, default)
        ).Error!.Code.ShouldBe("not_found");
        (await _world.Reminders.UnmuteAsync(owner, muted.Object, default)).Succeeded.ShouldBeTrue();
        (await Muted(owner)).ShouldBeEmpty();
        (await _world.Reminders.UnmuteAsync(owner, muted.Object, default)).Error!.Code.ShouldBe(
            "not_found"
        );
    }

    [Fact]
    public async Task Name_of_a_muted_object_is_shown_as_long_as_its_reminders_are()
    {
        var reader = _world.Person(Role.Administrator);
        var vault = _world.AddVault(reader.AccountId, "payroll");
        _world.Grant(reader, vault, AccessLevel.Admin);
        _world.AddItem(vault, _world.Now, "Atlas", reader.AccountId);
        await _world.Sweep();
        await _world.Reminders.MuteAsync(
            reader,
            (await List(reader)).Reminders[0].Id,
            true,
            default
        );
        (await Muted(reader)).ShouldHaveSingleItem().Title.ShouldBe("Atlas");
        var key = _world.Store.AddMachine(
            ExpiryWorld.AccountOf(reader),
            Permissions.MonitoringRead
        );
        var unnamed = (await Muted(key)).ShouldHaveSingleItem();
        (unnamed.Title, unnamed.VaultName, unnamed.ItemId).ShouldBe(("An item", null, null));

        _world.Store.Execute("UPDATE access_grant SET ended = 1");
        (await Muted(reader)).ShouldBeEmpty();

        _world.Store.Execute($"UPDATE account SET role = 1 WHERE id = {reader.AccountId}");
        var asOwner = (await Muted(reader)).ShouldHaveSingleItem();
        (asOwner.Title, asOwner.VaultName, asOwner.ItemId).ShouldBe(("An item", "payroll", null));
    }

    [Fact]
    public async Task Somebody_elses_reminder_is_not_there_and_nothing_else_is_answered_with_it()
    {
        var owner = await Reminded(2);
        var other = _world.Person(Role.Administrator);
        var ids = (await List(owner)).Reminders.Select(r => r.Id).ToArray();

        (await _world.Reminders.AcknowledgeAsync(other, [ids[0]], default)).Error!.Code.ShouldBe(
            "not_found"
        );
        (
            await _world.Reminders.AcknowledgeAsync(
                owner,
                [ids[0], PublicId.New(_world.Now)],
                default
            )
        ).Error!.Code.ShouldBe("not_found");

        (await List(owner)).Open.ShouldBe(2);
        (await List(other)).Reminders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pages_are_newest_first_and_follow_each_other()
    {
        var owner = await Reminded(5);
        var all = (await List(owner)).Reminders.Select(r => r.Id).ToArray();

        var first = await List(owner, new() { Take = 3 });
        var second = await List(owner, new() { Take = 3, Cursor = first.Next });

        first.Reminders.Concat(second.Reminders).Select(r => r.Id).ShouldBe(all);
        second.Next.ShouldBeNull();
        first.Open.ShouldBe(5);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AQAAAAAAAAAA")]
    [InlineData("AgAAAAAAAAAB")]
    [InlineData("nonsense")]
    public async Task Malformed_cursor_is_refused(string cursor) =>
        (
            await _world.Reminders.ListAsync(_world.Person(), new() { Cursor = cursor }, default)
        ).Error!.Code.ShouldBe("invalid_request");

    [Fact]
    public async Task Auditor_answers_what_is_his_own()
    {
        var auditor = _world.Person(Role.Auditor);
        _world.AddPolicy(p => p.RemindedPeople = auditor.AccountPublicId.ToString());
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        await _world.Sweep();
        var id = (await List(auditor)).Reminders.ShouldHaveSingleItem().Id;

        (await _world.Reminders.AcknowledgeAsync(auditor, [id], default)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Key_reads_with_one_permission_and_answers_with_the_other()
    {
        var owner = await Reminded(1);
        var account = ExpiryWorld.AccountOf(owner);
        var reader = _world.Store.AddMachine(account, Permissions.MonitoringRead);
        var writer = _world.Store.AddMachine(
            account,
            Permissions.MonitoringRead | Permissions.MonitoringAll
        );
        var id = (await List(reader)).Reminders.ShouldHaveSingleItem().Id;

        (await _world.Reminders.AcknowledgeAsync(reader, [id], default)).Error!.Code.ShouldBe(
            "forbidden"
        );
        (await _world.Reminders.AcknowledgeAsync(writer, [id], default)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Agent_has_no_reminders()
    {
        var account = ExpiryWorld.AccountOf(_world.Person());
        var agent = _world.Store.AddMachine(
            account,
            Permissions.MonitoringRead,
            _world.Store.AddAgent(account)
        );

        (await _world.Reminders.ListAsync(agent, new(), default)).Error!.Code.ShouldBe("forbidden");
    }

    /// <summary>A person with so many reminders.</summary>
    private async Task<Caller> Reminded(int count)
    {
        var owner = _world.Person();
        for (var i = 0; i < count; i++)
        {
            await _world.Secrets.Environment.CreateAsync(
                owner,
                new()
                {
                    Key = $"KEY_{i}",
                    Value = Secrets.SecretWorld.Bytes("value"),
                    ExpiresAt = _world.Now,
                }
            );
        }

        await _world.Sweep();
        return owner;
    }

    private async Task<MutedObject[]> Muted(Caller caller) =>
        (await _world.Reminders.ListMutedAsync(caller, default)).Value;

    private async Task<ReminderPage> List(Caller caller, ReminderQuery? query = null)
    {
        var result = await _world.Reminders.ListAsync(caller, query ?? new(), default);
        return result.Succeeded
            ? result.Value
            : throw new InvalidOperationException(result.Error.Code);
    }
}
