using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class BulkRotationTests : IDisposable
{
    private readonly ExpiryWorld _world = new();
    private readonly BulkRotationService _rotations;

    public BulkRotationTests() =>
        _rotations = new(
            _world.Store.Gate,
            _world.Secrets.Environment,
            _world.Secrets.Workflows,
            _world.Clock
        );

    public void Dispose() => _world.Dispose();

    private DateTimeOffset Soon => _world.Now.AddDays(60);

    private DateTimeOffset Graced => _world.Now.AddHours(24);

    [Fact]
    public async Task Secrets_and_keys_are_rotated_with_one_entry_in_the_audit_each()
    {
        var owner = _world.Person();
        var (environment, api, workflow) = await OneOfEach(owner);

        var lines = await Rotate(owner, [environment, api, workflow]);

        lines.ShouldAllBe(l => l.Problem == null && l.OldUntil == Graced);
        lines.Select(l => l.Title).ShouldBe(["KEY", "test", "api-key:builds"]);
        var value = await _world.Secrets.Read("KEY");
        value.Length.ShouldBe(32);
        value.ShouldAllBe(c => char.IsAsciiLetterOrDigit(c));
        (await _world.Secrets.Read("KEY", previous: true)).ShouldBe("value");
        _world.Store.Authenticate(lines[1].NewKey).Succeeded.ShouldBeTrue();
        (await Verify(lines[2].NewKey!)).ShouldNotBeNull();
        foreach (
            var action in new[] { "secret.rotate", "api_key.rotate", "workflow_secret.rotate_key" }
        )
        {
            _world.Store.Audited(action).ShouldHaveSingleItem().ShouldContain("\"ok\"");
        }
    }

    [Fact]
    public async Task Old_value_and_keys_end_with_the_grace()
    {
        var owner = _world.Person();
        var (environment, _, workflow) = await OneOfEach(owner);
        var old = _world.Store.AddKey(ExpiryWorld.AccountOf(owner));
        var rotation = New([environment, Ref(old.Row), workflow], graceHours: 1);
        var first = (await Rotate(owner, [workflow]))[0].NewKey!;

        (await _rotations.RotateAsync(owner, rotation, default)).Value.Lines.ShouldAllBe(l =>
            l.Problem == null
        );

        _world.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        (await _world.Secrets.Read("KEY", previous: true)).ShouldBe("value");
        _world.Store.Authenticate(old.Text).Succeeded.ShouldBeTrue();
        (await Verify(first)).ShouldNotBeNull();
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await _world.Secrets.Read("KEY", previous: true)).ShouldBe("secret_not_found");
        _world.Store.Authenticate(old.Text).Succeeded.ShouldBeFalse();
        (await Verify(first)).ShouldBeNull();
    }

    [Fact]
    public async Task Preview_says_the_same_and_writes_nothing()
    {
        var owner = _world.Person();
        var (environment, api, workflow) = await OneOfEach(owner);
        var all = _world.AddVault(owner.AccountId);
        var item = _world.AddItem(all, Soon);
        _world.Grant(owner, all, AccessLevel.Admin);
        LifetimeRef[] objects =
        [
            environment,
            api,
            workflow,
            new(LifetimeKind.VaultItem, item.PublicId.ToString()),
            new(LifetimeKind.EnvironmentSecret, "NONE"),
        ];
        var before = _world.Count("audit_entry");

        var preview = (await _rotations.PreviewAsync(owner, New(objects), default)).Value.Lines;

        _world.Count("audit_entry").ShouldBe(before);
        (await _world.Secrets.Get("KEY")).Version.ShouldBe(1);
        var done = await Rotate(owner, objects);
        preview.Select(Told).ShouldBe(done.Select(Told));
        preview.ShouldAllBe(l => l.NewKey == null && l.SuccessorId == null);
        (preview[0].Version, done[0].Version).ShouldBe((1L, 2L));
    }

    [Fact]
    public async Task Kinds_that_are_not_rotated_here_say_why()
    {
        var owner = _world.Person();
        var all = _world.AddEverything(owner, Soon);
        _world.Grant(owner, all.Vault, AccessLevel.Admin);
        LifetimeRef[] objects =
        [
            all.Item,
            all.Field,
            all.Workflow,
            all.UserKey,
            all.AgentKey,
            all.Issuer,
        ];

        var lines = await Rotate(owner, objects);

        lines.ShouldAllBe(l => l.Problem!.Code == "not_rotatable" && l.After == Soon);
        lines[0].Problem!.Message.ShouldContain("encrypted in the browser");
        lines[2].Problem!.Message.ShouldContain("api-key:");
        lines.Select(l => l.Problem!.Message).Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public async Task What_somebody_does_not_see_has_no_title()
    {
        var all = _world.AddEverything(_world.Person(), Soon);
        var other = _world.Person(Role.Administrator);

        var lines = await Rotate(other, [all.Item, all.UserKey]);

        lines.ShouldAllBe(l => l.Problem!.Code == "not_found" && l.Title == null);
    }

    [Fact]
    public async Task Key_of_another_is_seen_by_an_Owner_and_not_rotated()
    {
        var (_, api, _) = await OneOfEach(_world.Person(Role.Administrator));

        var line = (await Rotate(_world.Person(), [api]))[0];

        (line.Title, line.Problem!.Code, line.NewKey).ShouldBe(("test", "forbidden", null));
        line.Problem.Message.ShouldContain("only its owner");
        _world.Store.Audited("api_key.rotate").ShouldHaveSingleItem().ShouldContain("forbidden");
    }

    [Fact]
    public async Task Machine_needs_the_permission_of_each_store_and_rotates_no_API_key()
    {
        var owner = _world.Person();
        var (environment, api, workflow) = await OneOfEach(owner);
        var machine = _world.Store.AddMachine(
            ExpiryWorld.AccountOf(owner),
            Permissions.MonitoringAll
                | Permissions.SecretsList
                | Permissions.SecretsWrite
                | Permissions.WorkflowsRead
        );

        var lines = await Rotate(machine, [environment, api, workflow]);

        lines.Select(l => l.Problem?.Code).ShouldBe([null, "not_found", "forbidden"]);
        lines.ShouldAllBe(l => l.NewKey == null);
    }

    [Theory]
    [InlineData(Role.Auditor)]
    public async Task Auditor_rotates_nothing(Role role)
    {
        var (environment, _, _) = await OneOfEach(_world.Person());

        (
            await _rotations.RotateAsync(_world.Person(role), New([environment]), default)
        ).Error!.Code.ShouldBe("forbidden");
        (
            await _rotations.PreviewAsync(_world.Person(role), New([environment]), default)
        ).Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task API_keys_ask_a_person_for_a_step_up_before_anything_is_rotated()
    {
        var owner = _world.Person(steppedUp: false);
        var (environment, api, workflow) = await OneOfEach(owner);

        var refused = await _rotations.RotateAsync(owner, New([environment, api]), default);

        refused.Error!.Code.ShouldBe("step_up_required");
        (await _world.Secrets.Read("KEY")).ShouldBe("value");
        (
            await _rotations.PreviewAsync(owner, New([environment, api]), default)
        ).Value.Lines.ShouldAllBe(l => l.Problem == null);
        // As the rotation of one: these ask for none.
        (await Rotate(owner, [environment, workflow])).ShouldAllBe(l => l.Problem == null);
    }

    [Fact]
    public async Task Expired_is_not_rotated_unless_its_policy_only_warns()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(1));
        LifetimeRef key = new(LifetimeKind.EnvironmentSecret, "KEY");
        var (_, _, workflow) = await OneOfEach(owner, expiresAt: _world.Now.AddDays(1));
        _world.Clock.Advance(TimeSpan.FromDays(1));
        Prove(owner);

        (await Rotate(owner, [key, workflow])).ShouldAllBe(l => l.Problem!.Code == "expired");
        _world.AddPolicy(p => p.OnExpiry = OnExpiry.Warn);

        var lines = await Rotate(owner, [key, workflow]);

        lines.Select(l => l.Problem?.Code).ShouldBe([null, "expired"]);
    }

    [Fact]
    public async Task Secret_with_an_announced_rotation_under_way_stays()
    {
        var owner = _world.Person();
        var (environment, _, _) = await OneOfEach(owner);
        var announced = Announced();

        var line = (await Rotate(owner, [environment]))[0];

        line.Problem!.Code.ShouldBe("rotation_under_way");
        (await _world.Secrets.Read("KEY")).ShouldBe("value");
        // Over by time is over, written down or not.
        _world.Clock.Advance(announced.ConfirmBy - _world.Now);
        (await Rotate(owner, [environment]))[0].Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Secret_in_the_grace_of_an_announced_rotation_stays()
    {
        var owner = _world.Person();
        var (environment, _, _) = await OneOfEach(owner);
        Announced(retireAt: _world.Now.AddHours(1));

        (await Rotate(owner, [environment]))[0].Problem!.Code.ShouldBe("rotation_under_way");
        _world.Clock.Advance(TimeSpan.FromHours(1));
        (await Rotate(owner, [environment]))[0].Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Rotated_and_ended_API_keys_say_so()
    {
        var owner = _world.Person();
        var (_, api, _) = await OneOfEach(owner);
        var expired = _world.Store.AddKey(
            ExpiryWorld.AccountOf(owner),
            expiresAt: _world.Now.AddMinutes(-1)
        );
        await Rotate(owner, [api]);

        var lines = await Rotate(owner, [api, Ref(expired.Row)]);

        lines.Select(l => l.Problem!.Code).ShouldBe(["already_rotated", "key_not_active"]);
    }

    [Fact]
    public async Task Successor_lives_as_long_as_its_predecessor_and_as_a_policy_allows()
    {
        var owner = _world.Person();
        var key = _world.Store.AddKey(ExpiryWorld.AccountOf(owner), expiresAt: Soon).Row;
        var other = _world.Store.AddKey(ExpiryWorld.AccountOf(owner), expiresAt: Soon).Row;
        _world.Clock.Advance(TimeSpan.FromDays(10));
        Prove(owner);

        var line = (await Rotate(owner, [Ref(key)]))[0];

        (line.Before, line.After, line.Policy).ShouldBe(
            (_world.Now.AddDays(50), _world.Now.AddDays(60), null)
        );
        _world.AddPolicy(p =>
        {
            p.Name = "short";
            p.LongestLifetime = 86_400 * 30;
        });
        line = (await Rotate(owner, [Ref(other)]))[0];
        (line.After, line.Policy!.Name, line.Policy.LongestLifetime).ShouldBe(
            (_world.Now.AddDays(30), "short", TimeSpan.FromDays(30))
        );
        (await _world.List(owner))
            .Entries.Single(e => e.Object.Id == line.SuccessorId.ToString())
            .Lifetime.ExpiresAt.ShouldBe(_world.Now.AddDays(30));
    }

    [Fact]
    public async Task Grace_of_the_rotation_before_is_named_because_it_ends()
    {
        var owner = _world.Person();
        var (environment, _, workflow) = await OneOfEach(owner);
        await Rotate(owner, [environment, workflow]);
        _world.Clock.Advance(TimeSpan.FromHours(1));

        var preview = (await _rotations.PreviewAsync(owner, New([environment, workflow]), default))
            .Value
            .Lines;

        preview.ShouldAllBe(l => l.EndsEarlier == _world.Now.AddHours(23));
        _world.Clock.Advance(TimeSpan.FromHours(23));
        (
            await _rotations.PreviewAsync(owner, New([environment, workflow]), default)
        ).Value.Lines.ShouldAllBe(l => l.EndsEarlier == null);
    }

    [Fact]
    public async Task Secret_that_was_rotated_since_it_was_looked_at_stays()
    {
        var owner = _world.Person();
        var (environment, _, workflow) = await OneOfEach(owner);
        var looked = (await _rotations.PreviewAsync(owner, New([environment, workflow]), default))
            .Value
            .Lines;
        await _world.Secrets.Environment.RotateAsync(
            _world.Secrets.Machine,
            "KEY",
            new SecretRotation { Value = Secrets.SecretWorld.Bytes("by hand"), GraceHours = 24 }
        );
        await Rotate(owner, [workflow]);

        var lines = (
            await _rotations.RotateAsync(
                owner,
                new()
                {
                    Objects = [.. looked.Select(l => new RotatedObject(l.Object, l.Version))],
                    GraceHours = 24,
                },
                default
            )
        )
            .Value
            .Lines;

        lines.ShouldAllBe(l => l.Problem!.Code == "version_conflict");
        (await _world.Secrets.Read("KEY")).ShouldBe("by hand");
        (await _world.Secrets.Read("KEY", previous: true)).ShouldBe("value");
    }

    [Fact]
    public async Task Half_of_them_refused_leaves_the_others_rotated()
    {
        var owner = _world.Person();
        var objects = new List<LifetimeRef>();
        for (var i = 0; i < 10; i++)
        {
            await _world.Secrets.Create($"KEY_{i}");
            objects.Add(new(LifetimeKind.EnvironmentSecret, i % 2 == 0 ? $"KEY_{i}" : $"NO_{i}"));
        }

        var lines = await Rotate(owner, [.. objects]);

        lines.Select(l => l.Object).ShouldBe(objects);
        lines.Count(l => l.Problem is null).ShouldBe(5);
        (await _world.Secrets.Read("KEY_0")).ShouldNotBe("value");
        (await _world.Secrets.Read("KEY_1")).ShouldBe("value");
    }

    [Fact]
    public async Task Each_secret_gets_a_value_of_its_own()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("ONE");
        await _world.Secrets.Create("TWO");
        var rotation = New([
            new(LifetimeKind.EnvironmentSecret, "ONE"),
            new(LifetimeKind.EnvironmentSecret, "TWO"),
        ]) with
        {
            GenerateLength = 100,
        };

        await _rotations.RotateAsync(owner, rotation, default);

        var (one, two) = (await _world.Secrets.Read("ONE"), await _world.Secrets.Read("TWO"));
        (one.Length, two.Length).ShouldBe((100, 100));
        one.ShouldNotBe(two);
    }

    [Fact]
    public async Task Many_are_rotated_in_steps_and_a_retry_is_answered_the_same_keys()
    {
        var owner = _world.Person();
        var objects = new List<LifetimeRef>();
        for (var i = 0; i < 100; i++)
        {
            await _world.Secrets.Create($"KEY_{i}");
            objects.Add(new(LifetimeKind.EnvironmentSecret, $"KEY_{i}"));
        }

        var (_, api, workflow) = await OneOfEach(owner);
        objects.AddRange([api, workflow]);
        var once = owner with { Idempotency = Once() };

        var first = await _rotations.RotateAsync(once, New(objects), default);
        var retry = await _rotations.RotateAsync(once, New(objects), default);

        retry.Replayed.ShouldBeTrue();
        retry.Value.Lines.Select(Kept).ShouldBe(first.Value.Lines.Select(Kept));
        retry.Value.Lines.Count(l => l.NewKey is not null).ShouldBe(2);
        _world.Store.Audited("secret.rotate").Count.ShouldBe(100);
        _world.Store.Audited("api_key.rotate").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Retry_asks_for_a_step_up_and_shows_no_other_credential_the_keys()
    {
        var owner = _world.Person();
        var (_, api, workflow) = await OneOfEach(owner);
        var token = Once();
        await Rotate(owner with { Idempotency = token }, [api, workflow]);

        var machine = _world.Store.AddMachine(
            ExpiryWorld.AccountOf(owner),
            Permissions.MonitoringAll
        );
        var other = await _rotations.RotateAsync(
            machine with
            {
                Idempotency = token,
            },
            New([api, workflow]),
            default
        );
        _world.Store.Execute("UPDATE portal_session SET step_up_at = NULL");
        var unproven = await _rotations.RotateAsync(
            owner with
            {
                Idempotency = token,
            },
            New([api, workflow]),
            default
        );

        other.Value.Lines.ShouldAllBe(l => l.NewKey == null && l.Problem!.Code == "not_found");
        unproven.Error!.Code.ShouldBe("step_up_required");
    }

    [Fact]
    public async Task Kept_keys_are_gone_after_ten_minutes()
    {
        var owner = _world.Person();
        var (environment, api, _) = await OneOfEach(owner);
        var (withKey, without) = (Once(), Once());
        await Rotate(owner with { Idempotency = withKey }, [api]);
        await Rotate(owner with { Idempotency = without }, [environment]);
        _world.Clock.Advance(TimeSpan.FromMinutes(10));
        Prove(owner);

        var gone = await _rotations.RotateAsync(
            owner with
            {
                Idempotency = withKey,
            },
            New([api]),
            default
        );
        var kept = await _rotations.RotateAsync(
            owner with
            {
                Idempotency = without,
            },
            New([environment]),
            default
        );

        gone.Error!.Code.ShouldBe("idempotency_secret_gone");
        kept.Replayed.ShouldBeTrue();
        kept.Value.Lines[0].Title.ShouldBe("KEY");
    }

    [Fact]
    public async Task Neither_values_nor_keys_stand_in_the_audit_or_in_texts_of_the_answer()
    {
        var owner = _world.Person();
        var (environment, api, workflow) = await OneOfEach(owner);

        var outcome = (
            await _rotations.RotateAsync(owner, New([environment, api, workflow]), default)
        ).Value;

        var value = await _world.Secrets.Read("KEY");
        string[] secrets = [value, outcome.Lines[1].NewKey!, outcome.Lines[2].NewKey!];
        JsonSerializer.Serialize(outcome).ShouldNotContain(value);
        var said = string.Join(
            '\n',
            [.. Audited(), outcome.ToString(), .. outcome.Lines.Select(l => l.ToString())]
        );
        foreach (var secret in secrets)
        {
            said.ShouldNotContain(secret);
        }
    }

    public static TheoryData<BulkRotation> Unclear()
    {
        RotatedObject key = new(new(LifetimeKind.EnvironmentSecret, "KEY"));
        return
        [
            new() { Objects = [], GraceHours = 1 },
            new() { Objects = [key, key with { Version = 2 }], GraceHours = 1 },
            new() { Objects = [key], GraceHours = -1 },
            new() { Objects = [key], GraceHours = 169 },
            new()
            {
                Objects = [key],
                GraceHours = 1,
                GenerateLength = 7,
            },
            new()
            {
                Objects = [key],
                GraceHours = 1,
                GenerateLength = 4_097,
            },
            new()
            {
                Objects =
                [
                    .. Enumerable
                        .Range(0, BulkExpiryChange.MostObjects + 1)
                        .Select(i => new RotatedObject(
                            new(LifetimeKind.EnvironmentSecret, $"KEY_{i}")
                        )),
                ],
                GraceHours = 1,
            },
        ];
    }

    [Theory]
    [MemberData(nameof(Unclear), DisableDiscoveryEnumeration = true)]
    public async Task Unclear_rotation_is_refused(BulkRotation rotation)
    {
        var owner = _world.Person();

        (await _rotations.RotateAsync(owner, rotation, default)).Error!.Code.ShouldBe(
            "invalid_request"
        );
        (await _rotations.PreviewAsync(owner, rotation, default)).Error!.Code.ShouldBe(
            "invalid_request"
        );
    }

    private async Task<(LifetimeRef Environment, LifetimeRef Api, LifetimeRef Workflow)> OneOfEach(
        Caller owner,
        DateTimeOffset? expiresAt = null
    )
    {
        await _world.Secrets.Create("KEY", expiresAt: expiresAt);
        var item = (
            await _world.Secrets.CreateItem("api-key:builds", secret: null, expiresAt)
        ).Value;
        return (
            new(LifetimeKind.EnvironmentSecret, "KEY"),
            Ref(_world.Store.AddKey(ExpiryWorld.AccountOf(owner), expiresAt: expiresAt).Row),
            new(LifetimeKind.WorkflowSecret, item.Id.ToWorkflow())
        );
    }

    private AnnouncedRotation Announced(DateTimeOffset? retireAt = null) =>
        _world.Store.Add(
            new AnnouncedRotation
            {
                PublicId = PublicId.New(_world.Now),
                SecretId = _world.Store.Number("SELECT id FROM secret WHERE name = 'KEY'"),
                Phase = retireAt is null ? RotationPhase.Announced : RotationPhase.Switched,
                RetireAt = retireAt,
                GenerateLength = 24,
                GraceHours = 1,
                AnnouncedAt = _world.Now,
                ConfirmBy = _world.Now.AddHours(1),
            }
        );

    private void Prove(Caller person) =>
        _world.Store.Execute(
            $"UPDATE portal_session SET step_up_at = {UtcTime.ToMicroseconds(_world.Now)} WHERE id = {person.SessionId}"
        );

    private IEnumerable<string> Audited()
    {
        string[] actions =
        [
            "secret.rotate",
            "api_key.rotate",
            "api_key.create",
            "workflow_secret.rotate_key",
            "lifetime.rotate",
        ];
        return actions.SelectMany(_world.Store.Audited);
    }

    private async Task<WorkflowItemView?> Verify(string key) =>
        (await _world.Secrets.Workflows.VerifyKeyAsync(_world.Secrets.Machine, key)).Value;

    private static LifetimeRef Ref(ApiKey key) => new(LifetimeKind.ApiKey, key.PublicId.ToString());

    private static IdempotencyToken Once() =>
        new(RandomNumberGenerator.GetBytes(32), new byte[32], null);

    /// <summary>What a preview and the rotation say alike.</summary>
    private static object Told(BulkRotationLine l) =>
        (l.Object, l.Title, l.Before, l.After, l.OldUntil, l.EndsEarlier, l.Policy, l.Problem);

    /// <summary>What an answer and a retry say alike.</summary>
    private static object Kept(BulkRotationLine l) =>
        (l.Object, l.Title, l.Version, l.After, l.OldUntil, l.SuccessorId, l.NewKey, l.Problem);

    private static BulkRotation New(IReadOnlyList<LifetimeRef> objects, int graceHours = 24) =>
        new() { Objects = [.. objects.Select(o => new RotatedObject(o))], GraceHours = graceHours };

    private async Task<IReadOnlyList<BulkRotationLine>> Rotate(
        Caller caller,
        IReadOnlyList<LifetimeRef> objects
    )
    {
        var result = await _rotations.RotateAsync(caller, New(objects), default);
        return result.Succeeded
            ? result.Value.Lines
            : throw new InvalidOperationException(result.Error.Code);
    }
}
