using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.Unit.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class ApiKeysOfPersonsTests : IDisposable
{
    private const string Other = "other@example.org";

    private readonly TokenWorld _world = new();

    [Fact]
    public async Task Create_by_a_person_makes_an_own_key()
    {
        var person = await PersonAsync();

        var made = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;

        var caller = (await _world.AuthenticateAsync($"Bearer {made.Key}")).Value;
        caller.AccountId.ShouldBe(person.AccountId);
    }

    [Fact]
    public async Task Create_by_a_person_for_somebody_else_is_forbidden()
    {
        var person = await PersonAsync();
        await _world.Accounts.CreateAsync(Other);

        foreach (var owner in (string[])[Other, "nobody@example.org"])
        {
            (
                await _world.ApiKeys.CreateAsync(person, Wanted() with { Owner = owner })
            ).Error.ShouldBe(AccessErrors.Forbidden);
        }
    }

    [Theory]
    [InlineData("create")]
    [InlineData("revoke")]
    [InlineData("rotate")]
    public async Task Every_change_asks_a_person_for_a_step_up(string change)
    {
        var person = await PersonAsync();
        var key = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;
        _world.Time.Advance(TimeSpan.FromMinutes(5));

        var refused = change switch
        {
            "create" => (await _world.ApiKeys.CreateAsync(person, Wanted())).Error,
            "revoke" => (await _world.ApiKeys.RevokeAsync(person, key.Id)).Error,
            _ => (await _world.ApiKeys.RotateAsync(person, key.Id, 1)).Error,
        };

        refused.ShouldBe(AccessErrors.StepUpRequired);
        Keys().ShouldBe(1);
        (await _world.AuthenticateAsync($"Bearer {key.Key}")).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData(CallerKind.Token)]
    [InlineData(CallerKind.Machine)]
    public async Task Tokens_and_machines_neither_make_nor_list_nor_end_keys(CallerKind kind)
    {
        var person = await PersonAsync();
        var key = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;
        var credential = kind == CallerKind.Machine ? key.Key : (await TokenAsync());
        var caller = (await _world.AuthenticateAsync($"Bearer {credential}")).Value;
        caller.Kind.ShouldBe(kind);

        VaultError?[] refusals =
        [
            (await _world.ApiKeys.CreateAsync(caller, Wanted())).Error,
            (await _world.ApiKeys.RevokeAsync(caller, key.Id)).Error,
            (await _world.ApiKeys.RotateAsync(caller, key.Id, 0)).Error,
            (await _world.ApiKeys.ListAsync(caller)).Error,
        ];

        refusals.ShouldAllBe(refusal => refusal == AccessErrors.Forbidden);
    }

    [Fact]
    public async Task Create_by_an_auditor_refuses_what_his_key_could_never_use()
    {
        var auditor = await PersonAsync(role: Role.Auditor);

        var refused = await _world.ApiKeys.CreateAsync(
            auditor,
            Wanted() with
            {
                Permissions = ["secrets.read", "secrets.write"],
            }
        );
        refused.Error!.Path.ShouldBe("/permissions");
        refused.Error.Message.ShouldContain("secrets.write");
        refused.Error.Message.ShouldNotContain("secrets.read");

        (
            await _world.ApiKeys.CreateAsync(
                auditor,
                Wanted() with
                {
                    Permissions = ["secrets.read", "machine.vault.read"],
                }
            )
        ).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Create_of_an_ik_key_has_all_permissions_on_secrets_unless_made_narrower()
    {
        var person = await PersonAsync();

        await _world.ApiKeys.CreateAsync(person, Secrets());
        await _world.ApiKeys.CreateAsync(person, Secrets() with { Permissions = ["secrets.read"] });

        (await List(person))
            .Select(k => k.Permissions)
            .ShouldBe([
                ["secrets.read"],
                ["secrets.read", "secrets.write", "secrets.delete"],
            ]);
    }

    [Theory]
    [InlineData("machine.vault.read", ApiKeyScope.User, "/permissions")]
    [InlineData("workflows.vault.use", ApiKeyScope.User, "/permissions")]
    [InlineData("secrets.read", ApiKeyScope.Tenant, "/scope")]
    [InlineData("secrets.read", ApiKeyScope.Agent, "/scope")]
    public async Task Create_of_an_ik_key_for_anything_else_is_refused(
        string permission,
        ApiKeyScope scope,
        string path
    )
    {
        var person = await PersonAsync();

        var refused = await _world.ApiKeys.CreateAsync(
            person,
            Secrets() with
            {
                Permissions = ["secrets.read", permission],
                Scope = scope,
            }
        );

        refused.Error!.Path.ShouldBe(path);
        Keys().ShouldBe(0);
    }

    [Fact]
    public async Task Create_again_with_the_same_idempotency_key_shows_the_same_key()
    {
        var person = await PersonAsync();
        var token = _world.Answers.Token("user:1", "POST", "/keys", "retry-1", [1]);

        var first = await _world.ApiKeys.CreateAsync(person with { Idempotency = token }, Wanted());
        var again = await _world.ApiKeys.CreateAsync(person with { Idempotency = token }, Wanted());

        again.Replayed.ShouldBeTrue();
        again.Value.ShouldBe(first.Value);
        Keys().ShouldBe(1);
        _world.Time.Advance(KeptAnswers.ShownOnceLifetime);
        (
            await _world.Accounts.Sessions.StepUpAsync(
                person with
                {
                    Source = _world.Accounts.Stranger().Source,
                },
                AccountWorld.Password
            )
        ).Error.ShouldBeNull();
        (
            await _world.ApiKeys.CreateAsync(person with { Idempotency = token }, Wanted())
        ).Error!.Code.ShouldBe("idempotency_secret_gone");
    }

    [Theory]
    [InlineData(Role.Owner, 2)]
    [InlineData(Role.Administrator, 2)]
    [InlineData(Role.Auditor, 1)]
    public async Task List_shows_own_keys_and_everybodys_to_owners_and_administrators(
        Role role,
        int seen
    )
    {
        await _world.Accounts.CreateAsync(Other);
        await ByCommand(Other);
        var person = await PersonAsync(role: role);
        await ByCommand(AccountWorld.Email);

        var list = await List(person);

        list.Count.ShouldBe(seen);
        list[0].OwnerName.ShouldBe(AccountWorld.Email);
    }

    [Theory]
    [InlineData(Role.Owner, true)]
    [InlineData(Role.Administrator, true)]
    [InlineData(Role.Auditor, false)]
    public async Task Revoke_ends_keys_of_others_for_owners_and_administrators_only(
        Role role,
        bool ends
    )
    {
        await _world.Accounts.CreateAsync(Other);
        var key = await ByCommand(Other);
        var person = await PersonAsync(role: role);

        var error = (await _world.ApiKeys.RevokeAsync(person, key.Id)).Error;

        error.ShouldBe(ends ? null : AccessErrors.NotFound);
        (await _world.AuthenticateAsync($"Bearer {key.Key}")).Succeeded.ShouldBe(!ends);
    }

    [Fact]
    public async Task Rotate_makes_an_equal_key_and_ends_the_old_one_after_the_grace()
    {
        var person = await PersonAsync();
        var life = TimeSpan.FromDays(90);
        var old = (
            await _world.ApiKeys.CreateAsync(
                person,
                Secrets() with
                {
                    Permissions = ["secrets.read"],
                    AllowList = ["203.0.113.0/24"],
                    ExpiresAt = Now + life,
                }
            )
        ).Value;
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        var next = (await _world.ApiKeys.RotateAsync(person, old.Id, 2)).Value;

        next.OldKeyExpiresAt.ShouldBe(Now + TimeSpan.FromHours(2));
        next.ToString().ShouldNotContain(next.Key);
        var list = await List(person);
        list.Select(k => k.IsRotated).ShouldBe([false, true]);
        list.Select(k => k.ExpiresAt).ShouldBe([Now + life, Now + TimeSpan.FromHours(2)]);
        list[0]
            .ShouldSatisfyAllConditions(
                k => k.Name.ShouldBe(list[1].Name),
                k => k.Permissions.ShouldBe(list[1].Permissions),
                k => k.AllowList.ShouldBe(list[1].AllowList),
                k => k.Format.ShouldBe(ApiKeyFormat.Secrets)
            );
        _world.Time.Advance(TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        (await IsTaken(old.Key)).ShouldBeTrue();
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        (await IsTaken(old.Key)).ShouldBeFalse();
        (await IsTaken(next.Key)).ShouldBeTrue();
    }

    [Fact]
    public async Task Rotate_never_lengthens_the_old_key()
    {
        var person = await PersonAsync();
        var ends = Now + TimeSpan.FromHours(1);
        var old = (
            await _world.ApiKeys.CreateAsync(person, Wanted() with { ExpiresAt = ends })
        ).Value;

        (await _world.ApiKeys.RotateAsync(person, old.Id, 168)).Value.OldKeyExpiresAt.ShouldBe(
            ends
        );
    }

    [Fact]
    public async Task Rotate_without_grace_ends_the_old_key_at_once()
    {
        var person = await PersonAsync();
        var old = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;

        var next = (await _world.ApiKeys.RotateAsync(person, old.Id, 0)).Value;

        (await IsTaken(old.Key)).ShouldBeFalse();
        (await IsTaken(next.Key)).ShouldBeTrue();
        (await List(person))[0].ExpiresAt.ShouldBeNull();
    }

    [Fact]
    public async Task Rotate_of_a_key_that_lives_to_the_end_of_the_calendar_ends_there_too()
    {
        var person = await PersonAsync();
        var old = (
            await _world.ApiKeys.CreateAsync(
                person,
                Wanted() with
                {
                    ExpiresAt = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero),
                }
            )
        ).Value;
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        (await _world.ApiKeys.RotateAsync(person, old.Id, 0)).Error.ShouldBeNull();

        (await List(person))[0].ExpiresAt!.Value.Year.ShouldBe(9999);
    }

    [Fact]
    public async Task Rotate_is_done_once()
    {
        var person = await PersonAsync();
        var old = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;
        await _world.ApiKeys.RotateAsync(person, old.Id, 24);

        var again = (await _world.ApiKeys.RotateAsync(person, old.Id, 24)).Error!;

        (again.Kind, again.Code).ShouldBe((ErrorKind.Conflict, "already_rotated"));
        Keys().ShouldBe(2);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task Revoke_takes_the_successors_when_that_is_asked_for(bool with, int revoked)
    {
        var person = await PersonAsync();
        var first = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;
        var second = (await _world.ApiKeys.RotateAsync(person, first.Id, 24)).Value;
        await _world.ApiKeys.RotateAsync(person, second.Id, 24);

        await _world.ApiKeys.RevokeAsync(person, first.Id, withSuccessors: with);

        (await List(person)).Count(key => key.RevokedAt is not null).ShouldBe(revoked);
        _world
            .Accounts.Store.Number(
                "SELECT count(*) FROM audit_entry WHERE CAST(text AS TEXT) LIKE '%\"api_key.revoke\"%'"
            )
            .ShouldBe(revoked);
    }

    [Fact]
    public async Task Rotate_of_a_revoked_key_is_refused()
    {
        var person = await PersonAsync();
        var old = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;
        await _world.ApiKeys.RevokeAsync(person, old.Id);

        (await _world.ApiKeys.RotateAsync(person, old.Id, 24)).Error!.Code.ShouldBe(
            "key_not_active"
        );
        Keys().ShouldBe(1);
    }

    [Fact]
    public async Task Rotate_of_somebody_elses_key_is_not_found_for_an_owner_too()
    {
        await _world.Accounts.CreateAsync(Other);
        var key = await ByCommand(Other);
        var person = await PersonAsync();

        (await _world.ApiKeys.RotateAsync(person, key.Id, 1)).Error.ShouldBe(AccessErrors.NotFound);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(169)]
    public async Task Rotate_with_a_grace_out_of_bounds_is_refused(int hours)
    {
        var person = await PersonAsync();
        var key = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;

        (await _world.ApiKeys.RotateAsync(person, key.Id, hours)).Error!.Path.ShouldBe(
            "/gracePeriodHours"
        );
    }

    [Fact]
    public async Task Rotate_own_gives_the_holder_of_an_ik_key_the_next_one()
    {
        var person = await PersonAsync();
        var old = (await _world.ApiKeys.CreateAsync(person, Secrets())).Value;
        var machine = (await _world.AuthenticateAsync(null, old.Key)).Value;

        var next = (await _world.ApiKeys.RotateOwnAsync(machine, 1)).Value;

        next.Key.ShouldMatch("^ik_[0-9a-f]{64}$");
        (await IsTaken(next.Key)).ShouldBeTrue();
        (await _world.ApiKeys.RotateOwnAsync(machine, 1)).Error!.Code.ShouldBe("already_rotated");
        _world.Time.Advance(TimeSpan.FromHours(1));
        (await _world.ApiKeys.RotateOwnAsync(machine, 1)).Error.ShouldBe(AccessErrors.Unauthorized);
    }

    [Fact]
    public async Task Rotate_own_is_for_ik_keys_only()
    {
        var person = await PersonAsync();
        var key = (await _world.ApiKeys.CreateAsync(person, Wanted())).Value;
        var machine = (await _world.AuthenticateAsync(null, key.Key)).Value;
        var token = (await _world.AuthenticateAsync($"Bearer {await TokenAsync()}")).Value;

        foreach (var caller in (Caller[])[machine, token, person, Caller.Command()])
        {
            (await _world.ApiKeys.RotateOwnAsync(caller, 1)).Error.ShouldBe(AccessErrors.Forbidden);
        }
    }

    [Fact]
    public async Task Rotate_again_with_the_same_idempotency_key_shows_the_same_key()
    {
        var person = await PersonAsync();
        var old = (await _world.ApiKeys.CreateAsync(person, Secrets())).Value;
        var machine = (await _world.AuthenticateAsync(null, old.Key)).Value with
        {
            Idempotency = _world.Answers.Token("user:1", "POST", "/rotate", "retry-1", [1]),
        };

        var first = (await _world.ApiKeys.RotateOwnAsync(machine, 1)).Value;
        var again = await _world.ApiKeys.RotateOwnAsync(machine, 1);

        again.Replayed.ShouldBeTrue();
        again.Value.ShouldBe(first);
        Keys().ShouldBe(2);
    }

    [Fact]
    public async Task Rotate_with_the_idempotency_key_of_another_key_of_the_account_shows_not_its_successor()
    {
        var person = await PersonAsync();
        var token = _world.Answers.Token("user:1", "POST", "/rotate", "november", [1]);
        var wide = (await _world.ApiKeys.CreateAsync(person, Secrets())).Value;
        var narrow = (
            await _world.ApiKeys.CreateAsync(
                person,
                Secrets() with
                {
                    Permissions = ["secrets.read"],
                }
            )
        ).Value;
        var first = await _world.ApiKeys.RotateOwnAsync(await Machine(wide), 1);

        var other = await _world.ApiKeys.RotateOwnAsync(await Machine(narrow), 1);

        other.Replayed.ShouldBeFalse();
        other.Value.Id.ShouldNotBe(first.Value.Id);
        (await List(person))[0].Permissions.ShouldBe(["secrets.read"]);

        async Task<Caller> Machine(CreatedApiKey key) =>
            (await _world.AuthenticateAsync(null, key.Key)).Value with
            {
                Idempotency = token,
            };
    }

    [Fact]
    public async Task No_key_stands_in_the_database()
    {
        var person = await PersonAsync();
        var old = (await _world.ApiKeys.CreateAsync(person, Secrets())).Value;
        var next = (await _world.ApiKeys.RotateAsync(person, old.Id, 1)).Value;

        var text = DatabaseText.Of(_world.Accounts.Store.Folder);
        text.ShouldNotContain(old.Key[3..]);
        text.ShouldNotContain(next.Key[3..]);
    }

    public void Dispose() => _world.Dispose();

    private DateTimeOffset Now => _world.Time.GetUtcNow();

    private static NewApiKey Wanted() =>
        new()
        {
            Owner = AccountWorld.Email,
            Name = "deploy",
            Permissions = ["machine.all", "secrets.all"],
        };

    private static NewApiKey Secrets() =>
        Wanted() with
        {
            Permissions = [],
            Format = ApiKeyFormat.Secrets,
        };

    private async Task<Caller> PersonAsync(Role role = Role.Owner)
    {
        await _world.Accounts.CreateAsync(role: role);
        return AccountWorld.Person(await _world.Accounts.SignInAsync());
    }

    private async Task<string> TokenAsync() =>
        (
            await _world.AccessTokens.SignInAsync(
                _world.Accounts.Stranger(),
                AccountWorld.Email,
                AccountWorld.Password
            )
        )
            .Value
            .Token;

    private async Task<CreatedApiKey> ByCommand(string owner) =>
        (
            await _world.ApiKeys.CreateAsync(
                Caller.Command(),
                Wanted() with
                {
                    Owner = owner,
                    Permissions = ["machine.vault.read"],
                }
            )
        ).Value;

    private async Task<IReadOnlyList<ApiKeyListEntry>> List(Caller caller) =>
        (await _world.ApiKeys.ListAsync(caller)).Value;

    private async Task<bool> IsTaken(string key) =>
        (await _world.AuthenticateAsync($"Bearer {key}")).Succeeded;

    private long Keys() => _world.Accounts.Store.Number("SELECT count(*) FROM api_key");
}
