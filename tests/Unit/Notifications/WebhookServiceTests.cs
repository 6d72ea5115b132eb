using System.Text;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Notifications;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Notifications;

public sealed class WebhookServiceTests : IDisposable
{
    private readonly NotificationWorld _world = new();

    private WebhookService Webhooks => _world.Webhooks;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Webhook_is_shown_as_it_was_made_and_without_its_secret()
    {
        var made = (await Webhooks.CreateAsync(_world.Machine, NotificationWorld.Draft())).Value;

        var view = (await Webhooks.GetAsync(_world.Machine, made.Id)).Value;
        (view.Name, view.Url, view.Version, view.DisabledAt, view.Waiting, view.LastState).ShouldBe(
            ("Ops", "https://hooks.example.com/in", 1L, null, 0L, null)
        );
        view.Events.ShouldBe([EventTypes.Expired]);
        made.Secret.ShouldStartWith("whsec_");
        Convert.FromBase64String(made.Secret["whsec_".Length..]).Length.ShouldBe(32);
        made.ToString().ShouldNotContain(made.Secret);
        (await Webhooks.ListAsync(_world.Machine))
            .Value.ShouldHaveSingleItem()
            .Id.ShouldBe(made.Id);
    }

    [Fact]
    public async Task Secret_lies_sealed_and_bound_to_its_webhook()
    {
        var one = (await Webhooks.CreateAsync(_world.Machine, NotificationWorld.Draft())).Value;
        var other = (await Webhooks.CreateAsync(_world.Machine, NotificationWorld.Draft())).Value;

        var stored = Sealed(one.Id);
        var secret = Convert.FromBase64String(one.Secret["whsec_".Length..]);
        _world.Keys.Open(stored, WebhookSecret.Binding(one.Id)).ShouldBe(secret);
        Should.Throw<SealException>(() =>
            _world.Keys.Open(stored, WebhookSecret.Binding(other.Id))
        );
        Convert.ToHexString(stored).ShouldNotContain(Convert.ToHexString(secret));
        var files = DatabaseText.Of(_world.Store.Folder);
        files.ShouldNotContain(one.Secret);
        files.ShouldNotContain(Encoding.Latin1.GetString(secret));
    }

    [Fact]
    public async Task Secret_is_sealed_anew_with_a_new_data_key_and_stays_the_same()
    {
        var made = (await Create(NotificationWorld.Draft())).Value;
        var column = new SealedValues<SealedWebhookSecrets>();
        _world.Keys.Add("dk-2", Enumerable.Repeat((byte)7, 32).ToArray(), current: true);

        ResealBatch batch;
        using (var reading = _world.Store.Reads.Open())
        {
            batch = column.Reseal(reading, _world.Keys, 0);
        }

        (await _world.Store.Queue.RunAsync(scope => column.Store(scope, batch))).ShouldBe(1);

        column.Name.ShouldBe("webhook.sealed_secret");
        var stored = Sealed(made.Id);
        Sealer.TryReadKeyId(stored, out var key).ShouldBeTrue();
        key.ShouldBe("dk-2");
        WebhookSecret
            .ToText(_world.Keys.Open(stored, WebhookSecret.Binding(made.Id)))
            .ShouldBe(made.Secret);
    }

    [Theory]
    [InlineData("", "/name")]
    [InlineData("   ", "/name")]
    [InlineData("a\nb", "/name")]
    public async Task Name_that_is_none_is_refused(string name, string path) =>
        (await Refused(NotificationWorld.Draft() with { Name = name })).Path.ShouldBe(path);

    [Fact]
    public async Task Name_has_at_most_100_characters()
    {
        var draft = NotificationWorld.Draft();
        (await Refused(draft with { Name = new string('x', 101) })).Path.ShouldBe("/name");
        (await Create(draft with { Name = new string('x', 100) })).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("hooks.example.com/in")]
    [InlineData("/in")]
    [InlineData("//hooks.example.com/in")]
    [InlineData("ftp://hooks.example.com/in")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://hooks.example.com/in")]
    [InlineData("https://user@hooks.example.com/in")]
    [InlineData("https://user:word@hooks.example.com/in")]
    [InlineData("https://@hooks.example.com/in")]
    [InlineData("https://hooks.example.com/in#part")]
    [InlineData("https://hooks.example.com/in#")]
    [InlineData("https:///in")]
    [InlineData("https://hooks.example.com/i n")]
    [InlineData(" https://hooks.example.com/in")]
    [InlineData("https://hooks.example.com/in\r\nX: y")]
    [InlineData("https:\\\\hooks.example.com\\in")]
    [InlineData("https://hooks.example.com:0/in")]
    [InlineData("https://hooks.example.com:99999/in")]
    [InlineData("https://höoks.example.com/in")]
    [InlineData("javascript:alert(1)")]
    public async Task Address_that_is_not_plain_https_is_refused(string url)
    {
        (await Refused(NotificationWorld.Draft(url))).Path.ShouldBe("/url");
        _world.Store.Number("SELECT count(*) FROM webhook").ShouldBe(0);
    }

    [Theory]
    [InlineData("https://hooks.example.com")]
    [InlineData("https://hooks.example.com:8443/a/b?c=d@e&f=%C3%BC")]
    [InlineData("https://[2001:4860:4860::8888]/in")]
    public async Task Address_with_https_is_taken(string url) =>
        (await Create(NotificationWorld.Draft(url))).Succeeded.ShouldBeTrue();

    [Fact]
    public async Task Plain_http_is_taken_where_private_addresses_are_allowed()
    {
        var draft = NotificationWorld.Draft("http://10.0.0.7/in") with
        {
            AllowsPrivateAddress = true,
        };

        (await Webhooks.CreateAsync(_world.Person(), draft)).Succeeded.ShouldBeTrue();
        (await Refused(draft with { AllowsPrivateAddress = false })).Path.ShouldBe("/url");
    }

    [Fact]
    public async Task Only_a_person_after_a_step_up_leads_a_webhook_into_a_private_network()
    {
        var inside = NotificationWorld.Draft("http://10.0.0.7/in") with
        {
            AllowsPrivateAddress = true,
        };
        var person = _world.Person();
        var made = (await Webhooks.CreateAsync(person, inside)).Value;
        var other = (await Create(NotificationWorld.Draft())).Value;
        var elsewhere = inside with { Url = "http://10.0.0.8/in" };

        Result<WebhookView>[] refused =
        [
            await Webhooks.UpdateAsync(_world.Machine, other.Id, inside),
            await Webhooks.UpdateAsync(
                _world.Machine,
                other.Id,
                NotificationWorld.Draft() with
                {
                    AllowsPrivateAddress = true,
                }
            ),
            await Webhooks.UpdateAsync(_world.Machine, made.Id, elsewhere),
        ];
        refused.ShouldAllBe(answer => answer.Error!.Code == "person_required");
        (await Refused(inside)).Code.ShouldBe("person_required");
        (
            await Webhooks.UpdateAsync(_world.Person(steppedUp: false), made.Id, elsewhere)
        ).Error!.Code.ShouldBe("step_up_required");

        // What a machine still does: another name, and out of the private network.
        (
            await Webhooks.UpdateAsync(_world.Machine, made.Id, inside with { Name = "Inner" })
        ).Succeeded.ShouldBeTrue();
        (await Webhooks.UpdateAsync(person, made.Id, elsewhere)).Succeeded.ShouldBeTrue();
        (
            await Webhooks.UpdateAsync(_world.Machine, made.Id, NotificationWorld.Draft())
        ).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Address_has_at_most_2048_characters()
    {
        var begin = "https://hooks.example.com/";
        (await Refused(NotificationWorld.Draft(begin.PadRight(2_049, 'x')))).Path.ShouldBe("/url");
        (
            await Create(NotificationWorld.Draft(begin.PadRight(2_048, 'x')))
        ).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Events_are_known_ones_and_stand_once()
    {
        var draft = NotificationWorld.Draft();
        (await Refused(draft with { Events = [] })).Path.ShouldBe("/events");
        (await Refused(draft with { Events = [EventTypes.Expired, "expiry"] })).Path.ShouldBe(
            "/events/1"
        );
        (
            await Refused(draft with { Events = [EventTypes.Expired, EventTypes.Expired] })
        ).Path.ShouldBe("/events/1");
        (await Create(draft with { Events = EventTypes.All })).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Role.Owner, true, null)]
    [InlineData(Role.Administrator, true, null)]
    [InlineData(Role.Owner, false, "step_up_required")]
    [InlineData(Role.Auditor, true, "forbidden")]
    public async Task Persons_change_webhooks_by_role_and_after_a_step_up(
        Role role,
        bool steppedUp,
        string? code
    )
    {
        var made = (await Create(NotificationWorld.Draft())).Value;
        var person = _world.Person(role, steppedUp);

        Result<WebhookView>[] changes =
        [
            await Webhooks.UpdateAsync(person, made.Id, NotificationWorld.Draft()),
            await Webhooks.SetDisabledAsync(person, made.Id, true),
            await Webhooks.SetDisabledAsync(person, made.Id, false),
        ];
        changes.ShouldAllBe(change => change.Error == null == (code == null));
        (await Webhooks.RotateSecretAsync(person, made.Id)).Error?.Code.ShouldBe(code);
        (await Webhooks.CreateAsync(person, NotificationWorld.Draft())).Error?.Code.ShouldBe(code);
        (await Webhooks.DeleteAsync(person, made.Id)).Error?.Code.ShouldBe(code);
        changes[0].Error?.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Test_needs_the_role_and_no_step_up()
    {
        var made = (await Create(NotificationWorld.Draft())).Value;

        (
            await Webhooks.TestAsync(_world.Person(steppedUp: false), made.Id)
        ).Succeeded.ShouldBeTrue();
        (await Webhooks.TestAsync(_world.Person(Role.Auditor), made.Id)).Error!.Code.ShouldBe(
            "forbidden"
        );
    }

    [Theory]
    [InlineData(Permissions.MonitoringAll, Role.Owner, true, true)]
    [InlineData(Permissions.Webhook, Role.Administrator, true, true)]
    [InlineData(Permissions.MonitoringRead, Role.Owner, true, false)]
    [InlineData(Permissions.VaultRead | Permissions.SecretsWrite, Role.Owner, false, false)]
    [InlineData(Permissions.MonitoringRead | Permissions.MonitoringAll, Role.Auditor, true, false)]
    public async Task Machines_do_what_their_permissions_and_their_owners_role_say(
        Permissions permissions,
        Role role,
        bool reads,
        bool changes
    )
    {
        var owner = _world.Store.AddAccount("key-owner@example.org", role);
        var machine = _world.Store.AddMachine(owner, permissions);

        (await Webhooks.ListAsync(machine)).Succeeded.ShouldBe(reads);
        (await Webhooks.CreateAsync(machine, NotificationWorld.Draft())).Succeeded.ShouldBe(
            changes
        );
    }

    [Fact]
    public async Task Whole_address_is_shown_to_whoever_may_change_it()
    {
        const string url = "https://hooks.example.com:8443/services/T0/s3cret?key=s3cret";
        var made = (await Create(NotificationWorld.Draft(url))).Value;
        var reader = _world.Store.AddMachine(_world.Owner, Permissions.MonitoringRead);
        Caller[] readers = [reader, _world.Person(Role.Auditor)];

        foreach (var caller in readers)
        {
            (await Webhooks.GetAsync(caller, made.Id)).Value.Url.ShouldBe(
                "https://hooks.example.com"
            );
            (await Webhooks.ListAsync(caller))
                .Value.Single()
                .Url.ShouldBe("https://hooks.example.com");
        }

        // Also before the step-up: it only reads.
        var person = _world.Person(Role.Administrator, steppedUp: false);
        (await Webhooks.GetAsync(person, made.Id)).Value.Url.ShouldBe(url);
        (await Webhooks.ListAsync(_world.Machine)).Value.Single().Url.ShouldBe(url);
    }

    [Fact]
    public async Task Agent_of_an_owner_changes_none()
    {
        var agent = _world.Store.AddAgent(_world.Owner);
        var machine = _world.Store.AddMachine(_world.Owner, (Permissions)~0L, agent);

        (await Webhooks.CreateAsync(machine, NotificationWorld.Draft())).Error!.Code.ShouldBe(
            "forbidden"
        );
    }

    [Fact]
    public async Task Change_of_another_version_is_refused()
    {
        var made = (await Create(NotificationWorld.Draft())).Value;
        var draft = NotificationWorld.Draft() with { Name = "Operations" };

        var updated = await Webhooks.UpdateAsync(_world.Machine, made.Id, draft, new([1]));
        var stale = await Webhooks.UpdateAsync(
            _world.Machine,
            made.Id,
            draft with
            {
                Name = "Lost",
            },
            new([1])
        );

        (updated.Value.Version, updated.Value.Name).ShouldBe((2L, "Operations"));
        (stale.Error!.Kind, stale.Error.Code).ShouldBe((ErrorKind.Stale, "version_conflict"));
        (await Webhooks.GetAsync(_world.Machine, made.Id)).Value.Name.ShouldBe("Operations");
    }

    [Fact]
    public async Task Deleting_ends_what_waits()
    {
        var made = (await Create(NotificationWorld.Draft())).Value;
        await _world.AnnounceAsync();

        (await Webhooks.DeleteAsync(_world.Machine, made.Id)).Succeeded.ShouldBeTrue();

        _world
            .Store.Number(
                "SELECT count(*) FROM delivery WHERE state = 3 AND next_at IS NULL AND last_problem = 'The webhook was deleted.'"
            )
            .ShouldBe(1);
        (await Webhooks.GetAsync(_world.Machine, made.Id)).Error!.Code.ShouldBe("not_found");
        (await Webhooks.ListDeliveriesAsync(_world.Machine, made.Id)).Error!.Code.ShouldBe(
            "not_found"
        );
        (await Webhooks.DeleteAsync(_world.Machine, made.Id)).Error!.Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task Disabled_webhook_is_told_nothing_until_it_is_enabled()
    {
        var made = (await Create(NotificationWorld.Draft())).Value;
        await _world.AnnounceAsync();

        var disabled = (await Webhooks.SetDisabledAsync(_world.Machine, made.Id, true)).Value;

        disabled.DisabledAt.ShouldNotBeNull();
        disabled.Waiting.ShouldBe(0);
        disabled.LastState.ShouldBe(DeliveryState.Failed);
        (await _world.AnnounceAsync()).ShouldBe(0);
        (await Webhooks.TestAsync(_world.Machine, made.Id)).Error!.Code.ShouldBe(
            "webhook_disabled"
        );
        await Webhooks.SetDisabledAsync(_world.Machine, made.Id, false);
        (await _world.AnnounceAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Log_is_read_in_pages_newest_first()
    {
        var made = (await Create(NotificationWorld.Draft())).Value;
        for (var i = 0; i < 5; i++)
        {
            await _world.AnnounceAsync();
        }

        var all = (await _world.LogAsync(made.Id)).Select(delivery => delivery.Id).ToList();
        var walked = new List<PublicId>();
        PublicId? cursor = null;
        do
        {
            var page = (
                await Webhooks.ListDeliveriesAsync(_world.Machine, made.Id, cursor, take: 2)
            ).Value;
            page.Deliveries.Count.ShouldBeInRange(1, 2);
            walked.AddRange(page.Deliveries.Select(delivery => delivery.Id));
            cursor = page.Next;
        } while (cursor is not null);

        walked.ShouldBe(all);
        walked.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public async Task Messages_of_another_webhook_are_not_found()
    {
        var one = (await Create(NotificationWorld.Draft())).Value;
        var other = (
            await Create(NotificationWorld.Draft() with { Events = [EventTypes.Overdue] })
        ).Value;
        await _world.AnnounceAsync();
        var delivery = (await _world.LogAsync(one.Id)).Single().Id;

        (await Webhooks.RedeliverAsync(_world.Machine, other.Id, delivery)).Error!.Code.ShouldBe(
            "not_found"
        );
        (await _world.LogAsync(other.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_are_audited_and_the_audit_names_no_secret_and_no_address()
    {
        var made = (
            await Create(NotificationWorld.Draft("https://hooks.example.com/s3cret"))
        ).Value;
        await Webhooks.RotateSecretAsync(_world.Machine, made.Id);
        await Webhooks.DeleteAsync(_world.Machine, made.Id);

        string[] actions = ["webhook.create", "webhook.rotate_secret", "webhook.delete"];
        foreach (var action in actions)
        {
            var entry = _world.Store.Audited(action).ShouldHaveSingleItem();
            entry.ShouldContain($"webhook:{made.Id}");
            entry.ShouldContain("\"ok\"");
            entry.ShouldNotContain("whsec_");
            entry.ShouldNotContain("s3cret");
        }
    }

    private Task<Result<WebhookSecretShown>> Create(WebhookDraft draft) =>
        Webhooks.CreateAsync(_world.Machine, draft);

    private async Task<VaultError> Refused(WebhookDraft draft) => (await Create(draft)).Error!;

    private byte[] Sealed(PublicId id)
    {
        using var reading = _world.Store.Reads.Open();
        using var command = reading.Connection.CreateCommand();
        command.CommandText = $"SELECT sealed_secret FROM webhook WHERE public_id = x'{id}'";
        return (byte[])command.ExecuteScalar()!;
    }
}
