using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Vaults;
using VaultPortal.Tests.Unit.Policies;
using VaultPortal.Tests.Unit.Secrets;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

/// <summary>Policies are kept, changed by the right people, and say beforehand what they would do.</summary>
public sealed class ExpiryPolicyServiceTests : IDisposable
{
    private readonly SecretWorld _world = new();
    private readonly ExpiryPolicyService _policies;
    private readonly Caller _owner;

    public ExpiryPolicyServiceTests()
    {
        _policies = new ExpiryPolicyService(
            _world.Store.Gate,
            new LifetimeReads(_world.Store.Gate, _world.Store.Reads),
            _world.Clock
        );
        _owner = _world.Person(steppedUp: true);
    }

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Made_policy_is_shown_listed_and_decides()
    {
        var person = _world.Store.AddAccount("sam@example.org");
        var draft = Draft("Fields of CUI") with
        {
            Match = new()
            {
                Kind = LifetimeKind.Field,
                ItemType = ItemType.Database,
                FieldType = FieldType.Password,
                Classification = DataClassification.Cui,
            },
            DefaultLifetime = TimeSpan.FromDays(90),
            LongestLifetime = TimeSpan.FromDays(180),
            OnExpiry = OnExpiry.Warn,
            ReminderOffsets = [TimeSpan.FromHours(1), TimeSpan.FromDays(30)],
            RotateEvery = TimeSpan.FromDays(60),
            RemindsAdmins = false,
            RemindedPeople = [person.PublicId],
        };

        var made = (await _policies.CreateAsync(_owner, draft)).Value;
        var view = (await _policies.GetAsync(_owner, made.Id)).Value;
        var decided = (await _policies.DecideAsync(_owner, draft.Match)).Value;

        (view.Name, view.Match, view.Version).ShouldBe((draft.Name, draft.Match, 1));
        (view.DefaultLifetime, view.LongestLifetime, view.OnExpiry, view.RotateEvery).ShouldBe(
            (draft.DefaultLifetime, draft.LongestLifetime, OnExpiry.Warn, draft.RotateEvery)
        );
        view.ReminderOffsets.ShouldBe([TimeSpan.FromDays(30), TimeSpan.FromHours(1)]);
        (view.RemindsCreator, view.RemindsAdmins).ShouldBe((true, false));
        view.RemindedPeople.ShouldBe([new RemindedPerson(person.PublicId, "sam@example.org")]);
        (await _policies.ListAsync(_owner)).Value.Select(p => p.Id).ShouldBe([made.Id]);
        (decided.PolicyId, decided.PolicyName).ShouldBe((made.Id, draft.Name));
        _world.Store.Audited("expiry_policy.create")[^1].ShouldContain($"expiry_policy:{made.Id}");
    }

    [Fact]
    public async Task Update_needs_the_present_version_where_one_is_named()
    {
        var made = (await _policies.CreateAsync(_owner, Draft())).Value;
        var other = Draft("other");

        var changed = await _policies.UpdateAsync(_owner, made.Id, other, new([1]));
        var stale = await _policies.UpdateAsync(_owner, made.Id, Draft("late"), new([1]));
        var staleDelete = await _policies.DeleteAsync(_owner, made.Id, new([1]));

        changed.Value.Version.ShouldBe(2);
        (stale.Error!.Kind, staleDelete.Error!.Code).ShouldBe(
            (ErrorKind.Stale, "version_conflict")
        );
        (await _policies.GetAsync(_owner, made.Id)).Value.Name.ShouldBe("other");
        (await _policies.DeleteAsync(_owner, made.Id, new([2]))).Succeeded.ShouldBeTrue();
        (await _policies.GetAsync(_owner, made.Id)).Error!.Kind.ShouldBe(ErrorKind.NotFound);
        (await _policies.UpdateAsync(_owner, made.Id, other)).Error!.Kind.ShouldBe(
            ErrorKind.NotFound
        );
    }

    [Fact]
    public async Task There_is_one_policy_for_a_match()
    {
        var first = (await _policies.CreateAsync(_owner, Draft())).Value;
        var keys = (await _policies.CreateAsync(_owner, Keys())).Value;

        (await _policies.CreateAsync(_owner, Draft("again"))).Error!.Code.ShouldBe("policy_exists");
        (await _policies.UpdateAsync(_owner, keys.Id, Draft("again"))).Error!.Kind.ShouldBe(
            ErrorKind.Conflict
        );
        (await _policies.UpdateAsync(_owner, first.Id, Draft("itself"))).Succeeded.ShouldBeTrue();
    }

    public static TheoryData<string, string> Senseless() =>
        new()
        {
            { "blank", "/name" },
            { "long", "/name" },
            { "field type of items", "/match/fieldType" },
            { "field type of keys", "/match/fieldType" },
            { "item type of secrets", "/match/itemType" },
            { "classification of issuers", "/match/classification" },
            { "vault of keys", "/match/vault" },
            { "unknown vault", "/match/vault" },
            { "default beyond longest", "/defaultLifetime" },
            { "no default", "/defaultLifetime" },
            { "odd longest", "/longestLifetime" },
            { "too long", "/rotateEvery" },
            { "twice", "/reminderOffsets/1" },
            { "odd offset", "/reminderOffsets/0" },
            { "nobody", "/remindedPeople/0" },
            { "same", "/remindedPeople" },
            { "warning of API keys", "/onExpiry" },
            { "warning of users' keys", "/onExpiry" },
            { "warning of agents' keys", "/onExpiry" },
            { "warning of issuers", "/onExpiry" },
            { "warning of workflow items", "/onExpiry" },
        };

    [Theory]
    [MemberData(nameof(Senseless))]
    public async Task Policy_that_makes_no_sense_is_refused_at_its_place(string what, string path)
    {
        var person = PublicId.New(_world.Now);
        var draft = what switch
        {
            "blank" => Draft(" "),
            "long" => Draft(new string('x', 101)),
            "field type of items" => Matching(LifetimeKind.VaultItem, fieldType: FieldType.Text),
            "field type of keys" => Matching(LifetimeKind.ApiKey, fieldType: FieldType.Text),
            "item type of secrets" => Matching(
                LifetimeKind.EnvironmentSecret,
                itemType: ItemType.Login
            ),
            "classification of issuers" => Matching(
                LifetimeKind.TrustedIssuer,
                classification: DataClassification.Cui
            ),
            "vault of keys" => Matching(LifetimeKind.ApiKey, vault: person),
            "unknown vault" => Matching(null, vault: person),
            "default beyond longest" => Draft() with
            {
                DefaultLifetime = TimeSpan.FromDays(2),
                LongestLifetime = TimeSpan.FromDays(1),
            },
            "no default" => Draft() with { DefaultLifetime = TimeSpan.Zero },
            "odd longest" => Draft() with { LongestLifetime = TimeSpan.FromSeconds(90) },
            "too long" => Draft() with { RotateEvery = TimeSpan.FromDays(36_501) },
            "twice" => Offsets(TimeSpan.FromDays(1), TimeSpan.FromHours(24)),
            "odd offset" => Offsets(TimeSpan.FromSeconds(30)),
            "warning of API keys" => Warning(LifetimeKind.ApiKey),
            "warning of users' keys" => Warning(LifetimeKind.UserKey),
            "warning of agents' keys" => Warning(LifetimeKind.AgentKey),
            "warning of issuers" => Warning(LifetimeKind.TrustedIssuer),
            "warning of workflow items" => Warning(LifetimeKind.WorkflowSecret),
            "nobody" => Draft() with { RemindedPeople = [person] },
            _ => Draft() with { RemindedPeople = [person, person] },
        };

        var created = (await _policies.CreateAsync(_owner, draft)).Error!;
        var previewed = (await _policies.PreviewAsync(_owner, draft)).Error!;

        (created.Code, created.Path, previewed.Path).ShouldBe(("invalid_request", path, path));
    }

    [Fact]
    public async Task Any_number_of_reminders_is_kept()
    {
        var draft = Offsets([.. Enumerable.Range(1, 50_000).Select(i => TimeSpan.FromMinutes(i))]);

        var made = (await _policies.CreateAsync(_owner, draft)).Value;

        (await _policies.GetAsync(_owner, made.Id)).Value.ReminderOffsets.Count.ShouldBe(50_000);
    }

    [Fact]
    public async Task Owners_and_administrators_change_and_others_do_not()
    {
        var readers = new[]
        {
            _world.Person(false, Role.Auditor),
            _world.With(Permissions.MonitoringRead),
        };
        var strangers = new[] { _world.With(PermissionSets.Secrets) };
        var agent = _world.Store.AddMachine(
            _world.Store.AddAccount("ann@example.org"),
            agent: _world.Store.AddAgent(_world.Store.AddAccount("bot@example.org"))
        );
        foreach (
            var (may, number) in new[]
            {
                _owner,
                _world.Person(true, Role.Administrator),
                _world.With(Permissions.MonitoringAll),
                Caller.Command(),
            }.Select((caller, i) => (caller, i))
        )
        {
            var made = await _policies.CreateAsync(
                may,
                Matching((LifetimeKind)(number + 1), name: $"{number}")
            );
            made.Succeeded.ShouldBeTrue();
        }

        foreach (var reader in readers)
        {
            (await _policies.ListAsync(reader)).Value.Count.ShouldBe(4);
            (await _policies.CreateAsync(reader, Draft())).Error!.Kind.ShouldBe(ErrorKind.Denied);
            (await _policies.PreviewAsync(reader, Draft())).Error!.Kind.ShouldBe(ErrorKind.Denied);
        }

        (await _policies.CreateAsync(agent, Draft())).Error!.Kind.ShouldBe(ErrorKind.Denied);
        foreach (var stranger in strangers)
        {
            (await _policies.ListAsync(stranger)).Error!.Kind.ShouldBe(ErrorKind.Denied);
        }
    }

    [Fact]
    public async Task Person_confirms_the_password_for_each_change()
    {
        var person = _world.Person(steppedUp: false);
        var made = (await _policies.CreateAsync(_owner, Draft())).Value;

        (await _policies.CreateAsync(person, Keys())).Error!.Kind.ShouldBe(
            ErrorKind.StepUpRequired
        );
        (await _policies.UpdateAsync(person, made.Id, Draft("x"))).Error!.Kind.ShouldBe(
            ErrorKind.StepUpRequired
        );
        (await _policies.DeleteAsync(person, made.Id)).Error!.Kind.ShouldBe(
            ErrorKind.StepUpRequired
        );
        (await _policies.PreviewAsync(person, Keys())).Succeeded.ShouldBeTrue();
        (await _policies.ListAsync(person))
            .Value.ShouldHaveSingleItem()
            .Name.ShouldBe("everything");
    }

    [Fact]
    public async Task Key_writes_no_policy_that_warns()
    {
        var machine = _world.With(Permissions.MonitoringAll);
        var warning = Warning(LifetimeKind.EnvironmentSecret);
        var blocking = Matching(LifetimeKind.Field);
        var warns = (await _policies.CreateAsync(_owner, warning)).Value;
        var blocks = (await _policies.CreateAsync(machine, blocking)).Value;

        var refused = new[]
        {
            (await _policies.CreateAsync(machine, Warning(LifetimeKind.VaultItem))).Error,
            (
                await _policies.UpdateAsync(
                    machine,
                    blocks.Id,
                    blocking with
                    {
                        OnExpiry = OnExpiry.Warn,
                    }
                )
            ).Error,
            (
                await _policies.UpdateAsync(
                    machine,
                    warns.Id,
                    warning with
                    {
                        OnExpiry = OnExpiry.Block,
                    }
                )
            ).Error,
            (await _policies.DeleteAsync(machine, warns.Id)).Error,
            (await _policies.PreviewAsync(machine, null, warns.Id)).Error,
        };

        refused.ShouldAllBe(error => error!.Kind == ErrorKind.Denied);
        (await _policies.ListAsync(_owner)).Value.Count.ShouldBe(2);
        (await _policies.DeleteAsync(machine, blocks.Id)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Key_uncovers_no_policy_that_warns()
    {
        var machine = _world.With(Permissions.MonitoringAll);
        await _policies.CreateAsync(_owner, Warning(LifetimeKind.Field));
        var blocking = Matching(LifetimeKind.Field) with
        {
            Match = new PolicyMatch { Kind = LifetimeKind.Field, FieldType = FieldType.Password },
        };
        var blocks = (await _policies.CreateAsync(machine, blocking)).Value;
        var keys = (await _policies.CreateAsync(machine, Matching(LifetimeKind.ApiKey))).Value;
        var elsewhere = blocking with
        {
            Match = new PolicyMatch { Kind = LifetimeKind.Field, FieldType = FieldType.Totp },
        };

        var refused = new[]
        {
            (await _policies.DeleteAsync(machine, blocks.Id)).Error,
            (await _policies.PreviewAsync(machine, null, blocks.Id)).Error,
            (await _policies.UpdateAsync(machine, blocks.Id, elsewhere)).Error,
            (await _policies.PreviewAsync(machine, elsewhere, blocks.Id)).Error,
        };

        refused.ShouldAllBe(error => error!.Kind == ErrorKind.Denied);
        (
            await _policies.UpdateAsync(
                machine,
                blocks.Id,
                blocking with
                {
                    LongestLifetime = TimeSpan.FromDays(9),
                }
            )
        ).Succeeded.ShouldBeTrue();
        (await _policies.DeleteAsync(machine, keys.Id)).Succeeded.ShouldBeTrue();
        (await _policies.DeleteAsync(_owner, blocks.Id)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task There_are_two_hundred_at_most()
    {
        await _world.Store.Queue.RunAsync(scope =>
        {
            for (var i = 1; i <= 200; i++)
            {
                var policy = TestPolicies.Of();
                policy.VaultId = 1_000 + i;
                scope.Context.Add(policy);
            }

            scope.Context.SaveChanges();
            return 0;
        });

        var refused = (await _policies.CreateAsync(_owner, Draft())).Error!;

        (refused.Code, refused.Message).ShouldBe(
            ("invalid_request", "There are at most 200 policies; delete one first.")
        );
    }

    [Fact]
    public async Task Policy_for_a_vault_is_unknown_to_whoever_does_not_see_the_vault()
    {
        _world.Store.Queue.Add(0, policy => policy.VaultId = 1_000);
        var machine = _world.With(Permissions.MonitoringAll | Permissions.MonitoringRead);
        var hidden = (await _policies.ListAsync(_owner)).Value.ShouldHaveSingleItem();

        (await _policies.ListAsync(machine)).Value.ShouldBeEmpty();
        (await _policies.GetAsync(machine, hidden.Id)).Error!.Kind.ShouldBe(ErrorKind.NotFound);
        (await _policies.DeleteAsync(machine, hidden.Id)).Error!.Kind.ShouldBe(ErrorKind.NotFound);
        (await _policies.PreviewAsync(machine, null, hidden.Id)).Error!.Kind.ShouldBe(
            ErrorKind.NotFound
        );
        (
            await _policies.ListAsync(_world.Person(false, Role.Auditor))
        ).Value.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Key_counts_in_a_preview_only_what_it_may_see()
    {
        await _world.Create("NEVER");
        var draft = Matching(LifetimeKind.EnvironmentSecret) with
        {
            LongestLifetime = TimeSpan.FromDays(1),
        };
        var blind = _world.With(Permissions.MonitoringAll);
        var seeing = _world.With(Permissions.MonitoringAll | PermissionSets.Secrets);

        (await _policies.PreviewAsync(_owner, draft)).Value.BeyondLongest.ShouldBe(1);
        (await _policies.PreviewAsync(seeing, draft)).Value.BeyondLongest.ShouldBe(1);
        (await _policies.PreviewAsync(blind, draft)).Value.BeyondLongest.ShouldBe(0);
    }

    [Fact]
    public async Task Preview_counts_what_would_change_and_changes_nothing()
    {
        await _world.Create("EXPIRED", expiresAt: _world.Now.AddDays(-1));
        await _world.Create("SOON", expiresAt: _world.Now.AddDays(40));
        await _world.Create("FAR", expiresAt: _world.Now.AddDays(400));
        await _world.Create("NEVER");
        await _world.CreateItem("token");
        var draft = Matching(LifetimeKind.EnvironmentSecret) with
        {
            OnExpiry = OnExpiry.Warn,
            LongestLifetime = TimeSpan.FromDays(365),
            ReminderOffsets = [TimeSpan.FromDays(45)],
        };

        var preview = (await _policies.PreviewAsync(_owner, draft)).Value;

        (
            preview.Decides,
            preview.Blocked,
            preview.Unblocked,
            preview.DueSoon,
            preview.Overdue,
            preview.BeyondLongest
        ).ShouldBe((4, 0, 1, 1, 0, 2));
        preview
            .First.Select(one => (one.Title, one.Before, one.After, one.IsBeyondLongest))
            .ShouldBe([
                ("EXPIRED", ExpiryState.Expired, ExpiryState.Expired, false),
                ("SOON", ExpiryState.Active, ExpiryState.DueSoon, false),
                ("FAR", ExpiryState.Active, ExpiryState.Active, true),
                ("NEVER", ExpiryState.Active, ExpiryState.Active, true),
            ]);
        (await _policies.ListAsync(_owner)).Value.ShouldBeEmpty();
    }

    [Fact]
    public async Task Preview_is_what_comes_to_be()
    {
        await _world.Create("EXPIRED", expiresAt: _world.Now);
        var draft = Matching(LifetimeKind.EnvironmentSecret) with { OnExpiry = OnExpiry.Warn };
        (await _policies.PreviewAsync(_owner, draft)).Value.Unblocked.ShouldBe(1);
        (await _world.Read("EXPIRED")).ShouldBe("secret_not_found");
        var made = (await _policies.CreateAsync(_owner, draft)).Value;
        (await _world.Read("EXPIRED")).ShouldBe("value");

        var deletion = (await _policies.PreviewAsync(_owner, null, made.Id)).Value;
        var unchanged = (await _policies.PreviewAsync(_owner, draft, made.Id)).Value;
        await _policies.DeleteAsync(_owner, made.Id);

        (deletion.Decides, deletion.Blocked, deletion.Unblocked).ShouldBe((1, 1, 0));
        (unchanged.Decides, unchanged.Blocked, unchanged.First.Count).ShouldBe((1, 0, 0));
        (await _world.Read("EXPIRED")).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Preview_tells_what_becomes_overdue_for_rotation()
    {
        await _world.Create("OLD");
        _world.Clock.Advance(TimeSpan.FromDays(10));
        await _world.Create("NEW");
        var draft = Matching(LifetimeKind.EnvironmentSecret) with
        {
            RotateEvery = TimeSpan.FromDays(10),
        };

        var preview = (await _policies.PreviewAsync(_world.Person(false), draft)).Value;

        (preview.Overdue, preview.First.Single().Title).ShouldBe((1, "OLD"));
    }

    [Fact]
    public async Task Decision_without_a_policy_is_the_built_in_one()
    {
        var decided = (
            await _policies.DecideAsync(_owner, new() { Kind = LifetimeKind.ApiKey })
        ).Value;

        (decided.PolicyId, decided.PolicyName, decided.Rule).ShouldBe(
            (null, null, ExpiryRule.BuiltIn)
        );
        (await _policies.DecideAsync(_owner, new())).Error!.Path.ShouldBe("/kind");
        (
            await _policies.DecideAsync(
                _owner,
                new() { Kind = LifetimeKind.Field, VaultId = PublicId.New(_world.Now) }
            )
        ).Error!.Code.ShouldBe("vault_not_found");
    }

    private static ExpiryPolicyDraft Draft(string name = "everything") =>
        new() { Name = name, Match = new() };

    private static ExpiryPolicyDraft Keys() => Matching(LifetimeKind.ApiKey, name: "keys");

    private static ExpiryPolicyDraft Warning(LifetimeKind kind) =>
        Matching(kind) with
        {
            OnExpiry = OnExpiry.Warn,
        };

    private static ExpiryPolicyDraft Offsets(params TimeSpan[] offsets) =>
        Draft() with
        {
            ReminderOffsets = offsets,
        };

    private static ExpiryPolicyDraft Matching(
        LifetimeKind? kind,
        PublicId? vault = null,
        ItemType? itemType = null,
        FieldType? fieldType = null,
        DataClassification? classification = null,
        string name = "policy"
    ) =>
        new()
        {
            Name = name,
            Match = new()
            {
                Kind = kind,
                VaultId = vault,
                ItemType = itemType,
                FieldType = fieldType,
                Classification = classification,
            },
        };
}
