using System.Security.Cryptography;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class ExpiryChangeTests : IDisposable
{
    private readonly ExpiryWorld _world = new();

    public void Dispose() => _world.Dispose();

    private DateTimeOffset Soon => _world.Now.AddDays(60);

    [Fact]
    public async Task Every_kind_is_extended_with_one_entry_in_the_audit_each()
    {
        var (owner, all) = OwnerOfEverything();

        var lines = await Change(owner, Extend(all.All, 30));

        lines.ShouldAllBe(l => l.Problem == null && l.After == Soon.AddDays(30));
        (await _world.List(owner)).Entries.ShouldAllBe(e =>
            e.Lifetime.ExpiresAt == Soon.AddDays(30)
        );
        foreach (
            var action in new[]
            {
                "vault_item.set_expiry",
                "field.set_expiry",
                "secret.set_expiry",
                "workflow_secret.set_expiry",
                "api_key.set_expiry",
                "user_key_pair.set_expiry",
                "agent_key.set_expiry",
                "trusted_issuer.set_expiry",
            }
        )
        {
            _world.Store.Audited(action).ShouldHaveSingleItem();
        }
    }

    [Fact]
    public async Task Preview_says_the_same_and_changes_nothing()
    {
        var (owner, all) = OwnerOfEverything();
        var change = Extend([.. all.All, new(LifetimeKind.EnvironmentSecret, "NONE")], 30);

        var preview = (await _world.Expiries.PreviewAsync(owner, change, default)).Value;

        (await _world.List(owner)).Entries.ShouldAllBe(e => e.Lifetime.ExpiresAt == Soon);
        preview.ShouldBe(await Change(owner, change));
    }

    [Fact]
    public async Task Extension_of_what_is_past_or_has_none_counts_from_now()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("PAST", expiresAt: _world.Now.AddDays(-5));
        await _world.Secrets.Create("NEVER");

        var lines = await Change(
            owner,
            Extend(
                [
                    new(LifetimeKind.EnvironmentSecret, "PAST"),
                    new(LifetimeKind.EnvironmentSecret, "NEVER"),
                ],
                7
            )
        );

        lines.ShouldAllBe(l => l.After == _world.Now.AddDays(7));
    }

    [Fact]
    public async Task Expiry_is_set_into_the_past_and_cleared()
    {
        var (owner, all) = OwnerOfEverything();
        var set = new BulkExpiryChange
        {
            Objects = all.All,
            Action = ExpiryAction.Set,
            To = _world.Now.AddDays(-1),
        };

        var lines = await Change(owner, set);

        // What is past already is no expiry of a workflow item (its contract).
        var refused = lines.Where(l => l.Problem is not null).ShouldHaveSingleItem();
        (refused.Object, refused.Problem!.Code, refused.Problem.Path).ShouldBe(
            (all.Workflow, "expires_at_in_past", "/expiresAt")
        );
        (await _world.List(owner)).Entries.ShouldAllBe(e =>
            e.State == ExpiryState.Expired || e.Object == all.Workflow
        );
        await Change(owner, new() { Objects = all.All, Action = ExpiryAction.Clear });

        (await _world.List(owner)).Total.ShouldBe(0);
    }

    [Fact]
    public async Task Expiry_of_a_secret_makes_a_version_and_keeps_the_value()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("KEY", "value");
        await _world.Secrets.Update("KEY", new() { Value = Secrets.SecretWorld.Bytes("newest") });

        await Change(owner, Extend([new(LifetimeKind.EnvironmentSecret, "KEY")], 7));

        (await _world.Secrets.Get("KEY")).Version.ShouldBe(3);
        (await _world.Secrets.Read("KEY")).ShouldBe("newest");
    }

    [Fact]
    public async Task Unchanged_expiry_writes_nothing()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: Soon);

        var lines = await Change(
            owner,
            new()
            {
                Objects = [new(LifetimeKind.EnvironmentSecret, "KEY")],
                Action = ExpiryAction.Set,
                To = Soon,
            }
        );

        lines.ShouldHaveSingleItem().Problem.ShouldBeNull();
        (await _world.Secrets.Get("KEY")).Version.ShouldBe(1);
        _world.Store.Audited("secret.set_expiry").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_stays_as_it_was_is_no_change_though_a_policy_or_the_clock_went_past_it()
    {
        var (owner, all) = OwnerOfEverything();
        var set = new BulkExpiryChange
        {
            Objects = all.All,
            Action = ExpiryAction.Set,
            To = Soon,
        };
        _world.AddPolicy(p => p.LongestLifetime = 86_400);
        (await Change(owner, set)).ShouldAllBe(l => l.Problem == null);

        _world.Clock.Advance(TimeSpan.FromDays(61));
        _world.Store.Execute(
            $"UPDATE portal_session SET step_up_at = {UtcTime.ToMicroseconds(_world.Now)}"
        );

        (await Change(owner, set)).ShouldAllBe(l => l.Problem == null);
    }

    [Fact]
    public async Task Key_of_a_person_shortens_keys_and_never_prolongs_or_revives_them()
    {
        var owner = _world.Person();
        var agent = _world.Store.AddAgent(ExpiryWorld.AccountOf(owner));
        LifetimeRef[] keys =
        [
            new(LifetimeKind.UserKey, _world.AddUserKey(owner, Soon).PublicId.ToString()),
            new(LifetimeKind.AgentKey, _world.AddAgentKey(agent, Soon).PublicId.ToString()),
        ];
        var machine = _world.Store.AddMachine(
            ExpiryWorld.AccountOf(owner),
            Permissions.MonitoringAll
                | Permissions.UserKeyPair
                | Permissions.AgentRead
                | Permissions.AgentWrite
        );
        BulkExpiryChange To(DateTimeOffset to) =>
            new()
            {
                Objects = keys,
                Action = ExpiryAction.Set,
                To = to,
            };
        var clear = new BulkExpiryChange { Objects = keys, Action = ExpiryAction.Clear };

        foreach (var change in new[] { Extend(keys, 1), To(Soon.AddDays(1)), clear })
        {
            (await Change(machine, change)).ShouldAllBe(l => l.Problem!.Code == "forbidden");
        }

        (await Change(machine, To(_world.Now.AddDays(-1)))).ShouldAllBe(l => l.Problem == null);
        (await Change(machine, To(Soon))).ShouldAllBe(l => l.Problem!.Code == "forbidden");
        (await Change(owner, To(Soon))).ShouldAllBe(l => l.Problem == null);
    }

    [Fact]
    public async Task Api_key_of_another_is_prolonged_by_an_Owner_and_shortened_by_an_Administrator()
    {
        var holder = _world.Person(Role.Administrator);
        LifetimeRef key = new(
            LifetimeKind.ApiKey,
            _world
                .Store.AddKey(ExpiryWorld.AccountOf(holder), expiresAt: Soon)
                .Row.PublicId.ToString()
        );
        var office = _world.Person(Role.Administrator);
        var sooner = new BulkExpiryChange
        {
            Objects = [key],
            Action = ExpiryAction.Set,
            To = Soon.AddDays(-1),
        };

        (await Change(office, Extend([key], 1)))[0].Problem!.Code.ShouldBe("forbidden");
        (await Change(office, sooner))[0].Problem.ShouldBeNull();
        (await Change(holder, Extend([key], 1)))[0].Problem.ShouldBeNull();
        (await Change(_world.Person(), Extend([key], 1)))[0].Problem.ShouldBeNull();
    }

    [Fact]
    public async Task Api_key_that_is_to_end_sooner_does_not_outlive_that_by_its_successors()
    {
        var holder = _world.Person(Role.Administrator);
        var first = _world
            .Store.AddKey(ExpiryWorld.AccountOf(holder), expiresAt: Soon)
            .Row.PublicId;
        var end = Soon.AddDays(-1);
        await Change(
            _world.Person(),
            new BulkExpiryChange
            {
                Objects = [new(LifetimeKind.ApiKey, first.ToString())],
                Action = ExpiryAction.Set,
                To = end,
            }
        );

        var second = (await _world.Store.ApiKeys.RotateAsync(holder, first, 0)).Value.Id;
        (await ExpiryOf(second)).ShouldBe(end);
        var third = (await _world.Store.ApiKeys.RotateAsync(holder, second, 0)).Value.Id;
        (await ExpiryOf(third)).ShouldBe(end);
        (await Change(holder, Extend([new(LifetimeKind.ApiKey, third.ToString())], 1)))[0]
            .Problem.ShouldBeNull();
        var fourth = (await _world.Store.ApiKeys.RotateAsync(holder, third, 0)).Value.Id;
        (await ExpiryOf(fourth)).ShouldBe(end.AddDays(1));

        async Task<DateTimeOffset?> ExpiryOf(PublicId id) =>
            (await _world.Store.ApiKeys.ListAsync(holder))
                .Value.Single(key => key.Id == id)
                .ExpiresAt;
    }

    [Fact]
    public async Task Retry_is_told_the_outcome_and_no_title_of_what_its_caller_sees_no_more()
    {
        var (owner, all) = OwnerOfEverything();
        var once = owner with
        {
            Idempotency = new IdempotencyToken(
                RandomNumberGenerator.GetBytes(32),
                new byte[32],
                null
            ),
        };
        (await Change(once, Extend([all.Item, all.Environment], 1))).ShouldAllBe(l =>
            l.Title != null
        );
        _world.Store.Execute("UPDATE access_grant SET ended = 1");

        var retry = await _world.Expiries.ChangeAsync(
            once,
            Extend([all.Item, all.Environment], 1),
            default
        );

        retry.Replayed.ShouldBeTrue();
        retry.Value.Select(l => l.Title).ShouldBe([null, "KEY"]);
        retry.Value.ShouldAllBe(l => l.Problem == null);
    }

    [Fact]
    public async Task Every_line_names_the_policy_that_decides_and_a_retry_does_too()
    {
        var (owner, all) = OwnerOfEverything();
        _world.AddPolicy(p =>
        {
            p.Name = "secrets";
            p.Kind = (int)LifetimeKind.EnvironmentSecret;
            p.DefaultLifetime = 86_400;
            p.LongestLifetime = 86_400 * 90;
        });
        var once = owner with
        {
            Idempotency = new IdempotencyToken(
                RandomNumberGenerator.GetBytes(32),
                new byte[32],
                null
            ),
        };
        LifetimeRef[] objects = [all.Environment, all.Item];

        var preview = (
            await _world.Expiries.PreviewAsync(owner, Extend(objects, 1), default)
        ).Value;
        var first = await Change(once, Extend(objects, 1));
        var retry = await Change(once, Extend(objects, 1));

        foreach (var lines in new[] { preview, first, retry })
        {
            var policy = lines[0].Policy!;
            (policy.Name, policy.DefaultLifetime, policy.LongestLifetime).ShouldBe(
                ("secrets", TimeSpan.FromDays(1), TimeSpan.FromDays(90))
            );
            lines[1].Policy.ShouldBeNull();
        }

        (await Change(owner, Extend([all.Environment], 60)))[0].Policy!.Name.ShouldBe("secrets");
    }

    [Fact]
    public async Task Preview_is_that_of_somebody_whose_password_was_confirmed()
    {
        var (owner, all) = OwnerOfEverything(steppedUp: false);

        var lines = (await _world.Expiries.PreviewAsync(owner, Extend(all.All, 1), default)).Value;

        lines.ShouldAllBe(l => l.Problem == null);
    }

    [Fact]
    public async Task Preview_writes_nothing_at_all()
    {
        var (owner, all) = OwnerOfEverything();
        var before = _world.Count("audit_entry");

        await _world.Expiries.PreviewAsync(owner, Extend(all.All, 1), default);

        _world.Count("audit_entry").ShouldBe(before);
    }

    [Fact]
    public async Task Longest_lifetime_of_a_policy_holds()
    {
        var owner = _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now.AddDays(5));
        _world.AddPolicy(p => p.LongestLifetime = 10 * 86_400);
        LifetimeRef key = new(LifetimeKind.EnvironmentSecret, "KEY");

        (await Change(owner, Extend([key], 5)))[0].Problem.ShouldBeNull();
        var over = (await Change(owner, Extend([key], 1)))[0];
        var none = (await Change(owner, new() { Objects = [key], Action = ExpiryAction.Clear }))[0];

        over.Problem!.Code.ShouldBe("invalid_request");
        over.After.ShouldBe(_world.Now.AddDays(10));
        none.Problem!.Message.ShouldContain("policy");
        (await _world.Secrets.Get("KEY")).ExpiresAt.ShouldBe(_world.Now.AddDays(10));
    }

    [Fact]
    public async Task What_somebody_does_not_see_has_no_title()
    {
        var (_, all) = OwnerOfEverything();
        var other = _world.Person(Role.Administrator);

        var lines = await Change(other, Extend([all.Item, all.Field, all.UserKey], 1));

        lines.ShouldAllBe(l =>
            l.Problem!.Code == "not_found" && l.Title == null && l.Before == null
        );
    }

    [Fact]
    public async Task Reader_of_a_vault_sees_its_items_and_does_not_change_them()
    {
        var (_, all) = OwnerOfEverything();
        var reader = _world.Person(Role.Administrator);
        _world.Grant(reader, all.Vault, AccessLevel.Read);

        var lines = await Change(reader, Extend([all.Item, all.Field], 1));

        lines.ShouldAllBe(l => l.Problem!.Code == "forbidden" && l.Title != null);
        (await _world.List(reader, new() { VaultId = all.Vault.PublicId })).Entries.ShouldAllBe(e =>
            e.Lifetime.ExpiresAt == Soon && !e.MayChange
        );
    }

    [Fact]
    public async Task Auditor_changes_nothing()
    {
        var (_, all) = OwnerOfEverything();

        var result = await _world.Expiries.ChangeAsync(
            _world.Person(Role.Auditor),
            Extend(all.All, 1),
            default
        );

        result.Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task Keys_ask_a_person_for_a_step_up_and_other_things_do_not()
    {
        var (owner, all) = OwnerOfEverything(steppedUp: false);

        var lines = await Change(owner, Extend(all.All, 1));

        foreach (var line in lines)
        {
            line.Problem?.Code.ShouldBe("step_up_required");
            (line.Problem is not null).ShouldBe(line.Object.Kind >= LifetimeKind.ApiKey);
        }
    }

    [Fact]
    public async Task Machine_changes_no_keys_of_persons_and_needs_the_permission_of_each_store()
    {
        var (owner, all) = OwnerOfEverything();
        var machine = _world.Store.AddMachine(
            ExpiryWorld.AccountOf(owner),
            Permissions.MonitoringRead
                | Permissions.MonitoringAll
                | Permissions.SecretsList
                | Permissions.SecretsWrite
                | Permissions.WorkflowsRead
        );

        var lines = await Change(machine, Extend(all.All, 1));

        lines.Where(l => l.Problem is null).ShouldHaveSingleItem().Object.ShouldBe(all.Environment);
        lines.Single(l => l.Object == all.Workflow).Problem!.Code.ShouldBe("forbidden");
        lines.Single(l => l.Object == all.ApiKey).Problem!.Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task Many_are_changed_in_steps_and_a_retry_is_answered_the_same()
    {
        var owner = _world.Person();
        var objects = new List<LifetimeRef>();
        for (var i = 0; i < 250; i++)
        {
            await _world.Secrets.Create($"KEY_{i}", expiresAt: Soon);
            objects.Add(new(LifetimeKind.EnvironmentSecret, $"KEY_{i}"));
        }

        var once = owner with
        {
            Idempotency = new IdempotencyToken(
                RandomNumberGenerator.GetBytes(32),
                new byte[32],
                null
            ),
        };
        var first = await Change(once, Extend(objects, 1));
        var retry = await _world.Expiries.ChangeAsync(once, Extend(objects, 1), default);

        retry.Replayed.ShouldBeTrue();
        retry.Value.ShouldBe(first);
        first.ShouldAllBe(l => l.After == Soon.AddDays(1));
        _world.Store.Audited("secret.set_expiry").Count.ShouldBe(250);
    }

    public static TheoryData<BulkExpiryChange> Unclear()
    {
        LifetimeRef key = new(LifetimeKind.EnvironmentSecret, "KEY");
        return
        [
            new() { Objects = [], Action = ExpiryAction.Clear },
            new() { Objects = [key, key], Action = ExpiryAction.Clear },
            new() { Objects = [key], Action = ExpiryAction.Extend },
            new()
            {
                Objects = [key],
                Action = ExpiryAction.Extend,
                By = TimeSpan.Zero,
            },
            new() { Objects = [key], Action = ExpiryAction.Set },
            new()
            {
                Objects = [key],
                Action = ExpiryAction.Clear,
                By = TimeSpan.FromDays(1),
            },
            new() { Objects = [key], Action = (ExpiryAction)9 },
        ];
    }

    [Theory]
    [MemberData(nameof(Unclear), DisableDiscoveryEnumeration = true)]
    public async Task Unclear_change_is_refused(BulkExpiryChange change) =>
        (await _world.Expiries.ChangeAsync(_world.Person(), change, default)).Error!.Code.ShouldBe(
            "invalid_request"
        );

    private static BulkExpiryChange Extend(IReadOnlyList<LifetimeRef> objects, int days) =>
        new()
        {
            Objects = objects,
            Action = ExpiryAction.Extend,
            By = TimeSpan.FromDays(days),
        };

    private (Caller Owner, Everything All) OwnerOfEverything(bool steppedUp = true)
    {
        var owner = _world.Person(steppedUp: steppedUp);
        var all = _world.AddEverything(owner, Soon);
        _world.Grant(owner, all.Vault, AccessLevel.Write);
        return (owner, all);
    }

    private async Task<IReadOnlyList<ExpiryChangeLine>> Change(
        Caller caller,
        BulkExpiryChange change
    )
    {
        var result = await _world.Expiries.ChangeAsync(caller, change, default);
        return result.Succeeded
            ? result.Value
            : throw new InvalidOperationException(result.Error.Code);
    }
}
