using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Notifications;

public sealed class RotationServiceTests : IDisposable
{
    private const string Key = "DB_PASSWORD";

    private readonly NotificationWorld _world = new();

    private RotationService Rotations => _world.Rotations;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Announcement_tells_the_webhook_and_leaves_the_value()
    {
        var webhook = await SceneAsync();

        var rotation = (await AnnounceAsync(webhook)).Value;

        (rotation.Phase, rotation.Secret, rotation.WebhookId, rotation.DoneAt).ShouldBe(
            (RotationPhase.Announced, Key, webhook, null)
        );
        rotation.ConfirmBy.ShouldBe(FakeClock.Start.AddHours(2));
        (await Value()).ShouldBe("old");
        var (type, data) = Events().ShouldHaveSingleItem();
        type.ShouldBe("rotation.announced");
        ((string)data["rotation"]!).ShouldBe(rotation.Id.ToString());
        ((string)data["id"]!).ShouldBe(Key);
        ((long)data["version"]!).ShouldBe(1);
        ((string)data["state"]!).ShouldBe("announced");
    }

    [Fact]
    public async Task Confirmation_switches_to_the_given_value_with_the_old_one_readable()
    {
        var rotation = (await AnnounceAsync(await SceneAsync())).Value;

        var switched = (
            await Rotations.ConfirmAsync(_world.Machine, rotation.Id, Bytes("new"))
        ).Value;

        (switched.Phase, switched.SwitchedAt).ShouldBe((RotationPhase.Switched, FakeClock.Start));
        switched.RetireAt.ShouldBe(FakeClock.Start.AddHours(1));
        (await Value(), await Value(previous: true)).ShouldBe(("new", "old"));
        Events().Select(told => told.Type).ShouldBe(["rotation.announced", "rotation.switched"]);
        ((long)Events()[1].Data["version"]!).ShouldBe(2);
        _world.Store.Audited("secret.rotate").ShouldHaveSingleItem();
        _world.Store.Audited("rotation.confirm").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Confirmation_without_a_value_switches_to_a_generated_one()
    {
        var rotation = (await AnnounceAsync(await SceneAsync())).Value;

        (await Rotations.ConfirmAsync(_world.Machine, rotation.Id)).Succeeded.ShouldBeTrue();

        var value = await Value();
        value.Length.ShouldBe(24);
        value.ShouldAllBe(c => char.IsAsciiLetterOrDigit(c));
        (await Value(previous: true)).ShouldBe("old");
    }

    [Fact]
    public async Task Old_value_ends_with_its_grace_to_the_millisecond()
    {
        var rotation = (await AnnounceAsync(await SceneAsync())).Value;
        await Rotations.ConfirmAsync(_world.Machine, rotation.Id, Bytes("new"));

        _world.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        (await Value(previous: true)).ShouldBe("old");
        (await Get(rotation.Id)).Phase.ShouldBe(RotationPhase.Switched);
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await Value(previous: true)).ShouldBe("secret_not_found");
        (await Get(rotation.Id)).Phase.ShouldBe(RotationPhase.Retired);
        (await Rotations.RetireAsync(_world.Machine, rotation.Id)).Error!.Code.ShouldBe(
            "rotation_not_switched"
        );
        await Sweep();
        await Sweep();
        (await Get(rotation.Id)).DoneAt.ShouldNotBeNull();
        Events()
            .Select(told => told.Type)
            .ShouldBe(["rotation.announced", "rotation.switched", "rotation.retired"]);
    }

    [Fact]
    public async Task Retiring_ends_the_grace_at_once()
    {
        var rotation = (await AnnounceAsync(await SceneAsync())).Value;
        await Rotations.ConfirmAsync(_world.Machine, rotation.Id, Bytes("new"));

        var retired = (await Rotations.RetireAsync(_world.Machine, rotation.Id)).Value;

        retired.Phase.ShouldBe(RotationPhase.Retired);
        (await Value(), await Value(previous: true)).ShouldBe(("new", "secret_not_found"));
        await Sweep();
        Events().Count(told => told.Type == "rotation.retired").ShouldBe(1);
        (await AnnounceAsync(rotation.WebhookId!.Value)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Retiring_leaves_the_grace_of_a_later_rotation_alone()
    {
        var rotation = (await AnnounceAsync(await SceneAsync())).Value;
        await Rotations.ConfirmAsync(_world.Machine, rotation.Id, Bytes("new"));
        await _world.Secrets.RotateAsync(
            _world.Machine,
            Key,
            new SecretRotation { Value = Bytes("newer"), GraceHours = 5 }
        );

        (await Rotations.RetireAsync(_world.Machine, rotation.Id)).Succeeded.ShouldBeTrue();

        (await Value(), await Value(previous: true)).ShouldBe(("newer", "new"));
    }

    [Fact]
    public async Task Rotation_without_a_confirmation_in_time_is_called_off()
    {
        var webhook = await SceneAsync();
        var rotation = (await AnnounceAsync(webhook)).Value;

        _world.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        await Sweep();
        (await Get(rotation.Id)).Phase.ShouldBe(RotationPhase.Announced);
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await Get(rotation.Id)).Phase.ShouldBe(RotationPhase.Cancelled);
        (
            await Rotations.ConfirmAsync(_world.Machine, rotation.Id, Bytes("late"))
        ).Error!.Code.ShouldBe("rotation_not_waiting");
        (await Value()).ShouldBe("old");
        await Sweep();
        await Sweep();
        Events().Select(told => told.Type).ShouldBe(["rotation.announced", "rotation.cancelled"]);
        ((string)Events()[1].Data["reason"]!).ShouldBe("not confirmed in time");
        _world.Store.Audited("rotation.cancel").ShouldHaveSingleItem().ShouldContain("system");
    }

    [Fact]
    public async Task One_rotation_of_a_secret_is_under_way()
    {
        var webhook = await SceneAsync();
        var first = (await AnnounceAsync(webhook)).Value;

        var second = await AnnounceAsync(webhook);

        (second.Error!.Kind, second.Error.Code).ShouldBe(
            (ErrorKind.Conflict, "rotation_under_way")
        );
        // Over by time, though nothing has written that down yet.
        _world.Clock.Advance(TimeSpan.FromHours(2));
        (await AnnounceAsync(webhook)).Succeeded.ShouldBeTrue();
        (await Get(first.Id)).DoneAt.ShouldNotBeNull();
        Events()
            .Select(told => told.Type)
            .ShouldBe(["rotation.announced", "rotation.cancelled", "rotation.announced"]);
    }

    [Fact]
    public async Task Cancelling_is_for_what_waits_only()
    {
        var webhook = await SceneAsync();
        var rotation = (await AnnounceAsync(webhook)).Value;

        (await Rotations.RetireAsync(_world.Machine, rotation.Id)).Error!.Code.ShouldBe(
            "rotation_not_switched"
        );
        (await Rotations.CancelAsync(_world.Machine, rotation.Id)).Value.Phase.ShouldBe(
            RotationPhase.Cancelled
        );
        (await Rotations.CancelAsync(_world.Machine, rotation.Id)).Error!.Code.ShouldBe(
            "rotation_not_waiting"
        );
        (
            await Rotations.ConfirmAsync(_world.Machine, rotation.Id, Bytes("new"))
        ).Error!.Code.ShouldBe("rotation_not_waiting");
        (await Value()).ShouldBe("old");
    }

    [Theory]
    [InlineData(7, 1, 2, "/generate/length")]
    [InlineData(4_097, 1, 2, "/generate/length")]
    [InlineData(24, -1, 2, "/graceHours")]
    [InlineData(24, 169, 2, "/graceHours")]
    [InlineData(24, 1, 0, "/confirmWithinHours")]
    [InlineData(24, 1, 169, "/confirmWithinHours")]
    public async Task Announcement_that_cannot_be_is_refused(
        int length,
        int grace,
        int confirm,
        string path
    )
    {
        var refused = await Rotations.AnnounceAsync(
            _world.Machine,
            Wanted(await SceneAsync()) with
            {
                GenerateLength = length,
                GraceHours = grace,
                ConfirmWithinHours = confirm,
            }
        );

        refused.Error!.Path.ShouldBe(path);
        Events().ShouldBeEmpty();
    }

    [Fact]
    public async Task Announcement_needs_a_secret_and_an_enabled_webhook()
    {
        var webhook = await SceneAsync();
        var wanted = Wanted(webhook);

        (
            await Rotations.AnnounceAsync(_world.Machine, wanted with { Secret = "NONE" })
        ).Error!.Code.ShouldBe("secret_not_found");
        (
            await Rotations.AnnounceAsync(
                _world.Machine,
                wanted with
                {
                    Webhook = PublicId.New(FakeClock.Start),
                }
            )
        ).Error!.Path.ShouldBe("/webhook");
        await _world.Webhooks.SetDisabledAsync(_world.Machine, webhook, true);
        (await Rotations.AnnounceAsync(_world.Machine, wanted)).Error!.Path.ShouldBe("/webhook");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Late_confirmation_leaves_a_deleted_secret_and_its_successor_alone(bool anew)
    {
        var rotation = (await AnnounceAsync(await SceneAsync())).Value;
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        (await _world.Secrets.DeleteAsync(_world.Machine, Key)).Succeeded.ShouldBeTrue();
        if (anew)
        {
            (
                await _world.Secrets.CreateAsync(
                    _world.Machine,
                    new NewEnvironmentSecret { Key = Key, Value = Bytes("successor") }
                )
            ).Succeeded.ShouldBeTrue();
        }

        (
            await Rotations.ConfirmAsync(_world.Machine, rotation.Id, Bytes("late"))
        ).Error!.Code.ShouldBe("rotation_not_waiting");
        (await Value()).ShouldBe(anew ? "successor" : "secret_not_found");
    }

    [Fact]
    public async Task Expired_secret_is_not_announced()
    {
        var webhook = await SceneAsync();
        await _world.Secrets.CreateAsync(
            _world.Machine,
            new NewEnvironmentSecret
            {
                Key = "OLD",
                Value = Bytes("x"),
                ExpiresAt = FakeClock.Start.AddHours(1),
            }
        );
        var wanted = Wanted(webhook) with { Secret = "OLD" };
        _world.Clock.Advance(TimeSpan.FromHours(1));

        var refused = await Rotations.AnnounceAsync(_world.Machine, wanted);

        (refused.Error!.Path, refused.Error.Message).ShouldBe(
            (
                "/secret",
                "This secret has expired: its new value could not be read either. Give it a new expiry first."
            )
        );
        Events().ShouldBeEmpty();
    }

    [Fact]
    public async Task Step_that_ends_rotations_stops_at_about_400_rows()
    {
        var webhook = await SceneAsync();
        for (var i = 0; i < 80; i++)
        {
            await _world.Webhooks.CreateAsync(
                _world.Machine,
                NotificationWorld.Draft() with
                {
                    Events = [EventTypes.RotationCancelled],
                }
            );
        }

        for (var i = 0; i < 10; i++)
        {
            await _world.Secrets.CreateAsync(
                _world.Machine,
                new NewEnvironmentSecret { Key = $"K{i}", Value = Bytes("x") }
            );
            (
                await Rotations.AnnounceAsync(
                    _world.Machine,
                    Wanted(webhook) with
                    {
                        Secret = $"K{i}",
                    }
                )
            ).Succeeded.ShouldBeTrue();
        }

        _world.Clock.Advance(TimeSpan.FromHours(2));
        Task<bool> Step() =>
            _world.Store.Queue.RunAsync(scope =>
                RotationService.EndStep(scope, Caller.System("sweep"))
            );

        (await Step()).ShouldBeTrue();
        // Each tells 81 webhooks and writes two rows besides.
        _world
            .Store.Number("SELECT count(*) FROM announced_rotation WHERE done_at IS NOT NULL")
            .ShouldBe(5);
        (await Step()).ShouldBeFalse();
        _world
            .Store.Number("SELECT count(*) FROM announced_rotation WHERE done_at IS NULL")
            .ShouldBe(0);
    }

    [Fact]
    public async Task Permissions_of_secrets_decide()
    {
        var webhook = await SceneAsync();
        var reader = _world.Store.AddMachine(_world.Owner, Permissions.SecretsList);
        var stranger = _world.Store.AddMachine(_world.Owner, Permissions.MonitoringAll);
        var rotation = (await AnnounceAsync(webhook)).Value;

        (await Rotations.GetAsync(reader, rotation.Id)).Succeeded.ShouldBeTrue();
        (await Rotations.ListAsync(stranger)).Error!.Code.ShouldBe("forbidden");
        foreach (var caller in (Caller[])[reader, stranger])
        {
            (await Rotations.AnnounceAsync(caller, Wanted(webhook))).Error!.Code.ShouldBe(
                "forbidden"
            );
            (await Rotations.ConfirmAsync(caller, rotation.Id)).Error!.Code.ShouldBe("forbidden");
            (await Rotations.CancelAsync(caller, rotation.Id)).Error!.Code.ShouldBe("forbidden");
            (await Rotations.RetireAsync(caller, rotation.Id)).Error!.Code.ShouldBe("forbidden");
        }
    }

    [Fact]
    public async Task No_value_stands_in_an_event_or_in_the_audit()
    {
        var rotation = (await AnnounceAsync(await SceneAsync("canary-old"))).Value;
        await Rotations.ConfirmAsync(_world.Machine, rotation.Id, Bytes("canary-new"));
        await Rotations.RetireAsync(_world.Machine, rotation.Id);

        DatabaseText.Of(_world.Store.Folder).ShouldNotContain("canary");
    }

    [Fact]
    public async Task List_is_newest_first_and_of_one_secret_where_asked()
    {
        var webhook = await SceneAsync();
        var first = (await AnnounceAsync(webhook)).Value;
        await Rotations.CancelAsync(_world.Machine, first.Id);
        var second = (await AnnounceAsync(webhook)).Value;

        (await Rotations.ListAsync(_world.Machine))
            .Value.Select(r => r.Id)
            .ShouldBe([second.Id, first.Id]);
        (await Rotations.ListAsync(_world.Machine, after: second.Id))
            .Value.Select(r => r.Id)
            .ShouldBe([first.Id]);
        (await Rotations.ListAsync(_world.Machine, secret: Key)).Value.Count.ShouldBe(2);
        (await Rotations.ListAsync(_world.Machine, secret: "OTHER")).Value.ShouldBeEmpty();
    }

    /// <summary>A secret, and a webhook that wants nothing of rotations of its own accord.</summary>
    private async Task<PublicId> SceneAsync(string value = "old")
    {
        await _world.Secrets.CreateAsync(
            _world.Machine,
            new NewEnvironmentSecret { Key = Key, Value = Bytes(value) }
        );
        return (await _world.Webhooks.CreateAsync(_world.Machine, NotificationWorld.Draft()))
            .Value
            .Id;
    }

    private static NewRotation Wanted(PublicId webhook) =>
        new()
        {
            Secret = Key,
            Webhook = webhook,
            GenerateLength = 24,
            GraceHours = 1,
            ConfirmWithinHours = 2,
        };

    private Task<Result<RotationView>> AnnounceAsync(PublicId webhook) =>
        Rotations.AnnounceAsync(_world.Machine, Wanted(webhook));

    private async Task<RotationView> Get(PublicId id) =>
        (await Rotations.GetAsync(_world.Machine, id)).Value;

    private Task Sweep() => Rotations.EndOverdueAsync(Caller.System("sweep"));

    private async Task<string> Value(bool previous = false)
    {
        var read = await _world.Secrets.ReadValueAsync(_world.Machine, Key, previous);
        return read.Error?.Code ?? Encoding.UTF8.GetString(read.Value.Value);
    }

    /// <summary>What was told, oldest first.</summary>
    private List<(string Type, JsonObject Data)> Events()
    {
        using var reading = _world.Store.Reads.Open();
        using var command = reading.Connection.CreateCommand();
        command.CommandText = "SELECT body FROM delivery ORDER BY id";
        using var row = command.ExecuteReader();
        var events = new List<(string, JsonObject)>();
        while (row.Read())
        {
            var body = JsonNode.Parse(row.GetString(0))!.AsObject();
            events.Add(((string)body["type"]!, body["data"]!.AsObject()));
        }

        return events;
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
