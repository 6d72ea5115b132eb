using System.Text;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>The table of operations of secrets.md, row by row.</summary>
public sealed class EnvironmentSecretTests : IDisposable
{
    private readonly SecretWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Created_secret_is_read()
    {
        var receipt = (await _world.Create("DB_PASSWORD", "hunter2")).Value;

        receipt.Version.ShouldBe(1);
        (await _world.Read("DB_PASSWORD")).ShouldBe("hunter2");
    }

    [Fact]
    public async Task List_is_newest_first_with_inactive_expired_and_deleted_ones()
    {
        await _world.Create("FIRST");
        await _world.Create("EXPIRED", expiresAt: _world.Now.AddDays(-1));
        await _world.Create("INACTIVE");
        await _world.Deactivate("INACTIVE");
        await _world.Create("DELETED");
        await _world.Environment.DeleteAsync(_world.Machine, "DELETED");

        (await _world.Environment.ListAsync(_world.Machine))
            .Value.Select(secret => secret.Key)
            .ShouldBe(["DELETED", "INACTIVE", "EXPIRED", "FIRST"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("lower")]
    [InlineData("A-B")]
    [InlineData("A B")]
    [InlineData("KEY\n")]
    [InlineData("KEY\0")]
    [InlineData("ÄPFEL")]
    [InlineData("\U0001D7D8")]
    public async Task Key_outside_the_pattern_cannot_be_made(string key)
    {
        var error = (await _world.Create(key)).Error!;

        (error.Kind, error.Code, error.Path).ShouldBe(
            (ErrorKind.Invalid, "invalid_request", "/key")
        );
    }

    [Theory]
    [InlineData(255, null)]
    [InlineData(256, "invalid_request")]
    public async Task Key_has_at_most_255_characters(int length, string? code) =>
        ((await _world.Create(new string('K', length))).Error?.Code).ShouldBe(code);

    [Theory]
    [InlineData(0, "invalid_request")]
    [InlineData(1, null)]
    [InlineData(65_536, null)]
    [InlineData(65_537, "invalid_request")]
    public async Task Value_has_1_to_65536_bytes(int length, string? code)
    {
        var created = await _world.Create("KEY", new string('v', length));
        await _world.Create("OTHER");
        var updated = await _world.Update(
            "OTHER",
            new() { Value = SecretWorld.Bytes(new string('v', length)) }
        );

        (created.Error?.Code, updated.Error?.Code).ShouldBe((code, code));
    }

    [Theory]
    [InlineData("UNKNOWN")]
    [InlineData("malformed")]
    [InlineData("INACTIVE")]
    [InlineData("EXPIRED")]
    [InlineData("DELETED")]
    public async Task Unknown_inactive_expired_and_deleted_are_not_found_alike(string key)
    {
        await _world.Create("INACTIVE");
        await _world.Deactivate("INACTIVE");
        await _world.Create("EXPIRED", expiresAt: _world.Now);
        await _world.Create("DELETED");
        await _world.Environment.DeleteAsync(_world.Machine, "DELETED");

        var error = (await _world.Environment.ReadValueAsync(_world.Machine, key)).Error!;

        (error.Kind, error.Code, error.Message).ShouldBe(
            (ErrorKind.NotFound, "secret_not_found", $"Secret not found: {key}")
        );
    }

    [Fact]
    public async Task Secret_is_read_until_the_instant_of_its_expiry()
    {
        await _world.Create("KEY", expiresAt: _world.Now.AddSeconds(1));
        _world.Clock.Advance(TimeSpan.FromMilliseconds(999));
        (await _world.Read("KEY")).ShouldBe("value");

        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));

        (await _world.Read("KEY")).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Read_of_a_value_is_audited_and_changes_nothing()
    {
        await _world.Create("KEY");
        var before = await _world.Get("KEY");
        _world.Clock.Advance(TimeSpan.FromMinutes(1));

        await _world.Read("KEY");

        _world
            .Store.Audited("secret.read_value")
            .ShouldHaveSingleItem()
            .ShouldContain("\"secret_key:KEY\"");
        (await _world.Get("KEY")).ShouldBe(before);
    }

    [Fact]
    public async Task Last_use_is_written_by_the_flush()
    {
        await _world.Create("KEY");
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await _world.Read("KEY");
        var before = await _world.Get("KEY");

        await _world.Uses.FlushAsync();

        var after = await _world.Get("KEY");
        after.ShouldBe(before with { LastUsedAt = _world.Now });
    }

    [Fact]
    public async Task Uses_of_many_secrets_are_written_in_steps()
    {
        _world.Store.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
            INSERT INTO secret (id, public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id,
                previous_value_id, created_at, updated_at)
            SELECT i, randomblob(16), 1, 1, 'K' || i, 1, 0, 1, 1, 1, 0, 0, 0 FROM n
            """
        );
        for (var id = 1; id <= 1100; id++)
        {
            _world.Uses.Note(id, _world.Now);
        }

        await _world.Uses.FlushAsync();

        _world
            .Store.Number("SELECT count(*) FROM secret WHERE last_used_at IS NOT NULL")
            .ShouldBe(1100);
    }

    [Fact]
    public async Task Active_secret_cannot_be_made_again_even_when_expired()
    {
        await _world.Create("KEY", expiresAt: _world.Now.AddDays(-1));

        var error = (await _world.Create("KEY")).Error!;

        (error.Kind, error.Code, error.Message).ShouldBe(
            (ErrorKind.Conflict, "secret_already_exists", "Secret already exists: KEY")
        );
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "secret_already_exists")]
    public async Task Inactive_secret_is_made_anew_unless_it_is_reserved(
        bool isReserved,
        string? code
    )
    {
        await _world.Create("KEY", "old", isReserved);
        await _world.Deactivate("KEY");

        ((await _world.Create("KEY", "new")).Error?.Code).ShouldBe(code);

        (await _world.Read("KEY")).ShouldBe(code is null ? "new" : "secret_not_found");
    }

    [Fact]
    public async Task Deleted_secret_is_made_anew_with_only_the_given_expiry_and_reservation()
    {
        var first = (await _world.Create("KEY", "old", expiresAt: _world.Now.AddDays(-1))).Value;
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");
        await _world.Update("KEY", new() { IsReserved = true });

        var again = (await _world.Create("KEY", "new")).Value;

        (again.Id, again.Version).ShouldBe((first.Id, 4));
        var view = await _world.Get("KEY");
        (view.ExpiresAt, view.IsReserved, view.IsActive, view.DeletedAt).ShouldBe(
            (null, false, true, null)
        );
        (await _world.Read("KEY")).ShouldBe("new");
    }

    [Theory]
    [InlineData("ACTIVE")]
    [InlineData("INACTIVE")]
    [InlineData("DELETED")]
    public async Task Strict_creation_refuses_any_row(string key)
    {
        await _world.Create(key);
        if (key == "INACTIVE")
        {
            await _world.Deactivate(key);
        }
        else if (key == "DELETED")
        {
            await _world.Environment.DeleteAsync(_world.Machine, key);
        }

        var error = (await _world.Create(key, strict: true)).Error!;

        (error.Kind, error.Code).ShouldBe((ErrorKind.Stale, "version_conflict"));
    }

    [Fact]
    public async Task Strict_creation_of_a_new_key_succeeds() =>
        (await _world.Create("KEY", strict: true)).Succeeded.ShouldBeTrue();

    [Fact]
    public async Task Update_changes_only_what_is_given()
    {
        var expiry = _world.Now.AddDays(1);
        await _world.Create("KEY", "old", isReserved: true, expiry);
        var before = await _world.Get("KEY");

        await _world.Update("KEY", new() { Value = SecretWorld.Bytes("new") });

        (await _world.Get("KEY")).ShouldBe(before with { Version = 2 });
        (await _world.Read("KEY")).ShouldBe("new");
    }

    [Fact]
    public async Task Update_without_value_keeps_it()
    {
        await _world.Create("KEY", "kept");

        await _world.Update("KEY", new() { IsReserved = true });
        await _world.Update("KEY", new() { IsReserved = false });

        (await _world.Read("KEY")).ShouldBe("kept");
    }

    [Fact]
    public async Task Update_with_null_expiry_removes_it()
    {
        await _world.Create("KEY", expiresAt: _world.Now.AddDays(-1));

        await _world.Update("KEY", new() { ExpiresAt = new Given<DateTimeOffset?>(null) });

        (await _world.Read("KEY")).ShouldBe("value");
    }

    [Fact]
    public async Task Update_to_an_expiry_in_the_past_makes_it_unreadable()
    {
        await _world.Create("KEY");

        await _world.Update(
            "KEY",
            new() { ExpiresAt = new Given<DateTimeOffset?>(_world.Now.AddYears(-1)) }
        );

        (await _world.Read("KEY")).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Update_of_nothing_is_refused_after_the_condition()
    {
        await _world.Create("KEY");

        (await _world.Update("KEY", new())).Error!.Code.ShouldBe("invalid_request");
        (await _world.Update("KEY", new() { IfMatch = new([7]) })).Error!.Code.ShouldBe(
            "version_conflict"
        );
        (await _world.Update("NONE", new() { IfMatch = new([7]) })).Error!.Code.ShouldBe(
            "secret_not_found"
        );
    }

    [Fact]
    public async Task Update_that_changes_nothing_makes_a_version()
    {
        await _world.Create("KEY");

        (await _world.Update("KEY", new() { IsActive = true })).Value.Version.ShouldBe(2);
    }

    [Fact]
    public async Task Deactivation_starts_no_trash_clock_and_keeps_the_value()
    {
        await _world.Create("KEY");

        await _world.Deactivate("KEY");

        (await _world.Get("KEY")).DeletedAt.ShouldBeNull();
        await _world.Update("KEY", new() { IsActive = true });
        (await _world.Read("KEY")).ShouldBe("value");
    }

    [Fact]
    public async Task Activation_takes_a_deleted_secret_back()
    {
        await _world.Create("KEY");
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");

        await _world.Update("KEY", new() { IsActive = true });

        (await _world.Get("KEY")).DeletedAt.ShouldBeNull();
        (await _world.Read("KEY")).ShouldBe("value");
    }

    [Fact]
    public async Task Other_updates_leave_a_deleted_secret_in_the_trash()
    {
        await _world.Create("KEY");
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");

        await _world.Update("KEY", new() { Value = SecretWorld.Bytes("new"), IsActive = false });

        (await _world.Get("KEY")).DeletedAt.ShouldBe(_world.Now);
    }

    [Fact]
    public async Task Second_deletion_succeeds_and_makes_no_version()
    {
        await _world.Create("KEY");
        var first = await _world.Environment.DeleteAsync(_world.Machine, "KEY");
        _world.Clock.Advance(TimeSpan.FromDays(1));

        var second = await _world.Environment.DeleteAsync(_world.Machine, "KEY");

        (first.Value.Version, second.Value.Version).ShouldBe((2, 2));
        (await _world.Get("KEY")).DeletedAt.ShouldBe(FakeClock.Start);
    }

    [Fact]
    public async Task Reserved_secret_cannot_be_deleted_but_unreserved()
    {
        await _world.Create("KEY", isReserved: true);

        var error = (await _world.Environment.DeleteAsync(_world.Machine, "KEY")).Error!;

        (error.Kind, error.Code, error.Message).ShouldBe(
            (ErrorKind.Denied, "secret_reserved", "Cannot delete reserved secret: KEY")
        );
        await _world.Update("KEY", new() { IsReserved = false });
        (await _world.Environment.DeleteAsync(_world.Machine, "KEY")).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Deletion_of_an_unknown_secret_is_not_found() =>
        (await _world.Environment.DeleteAsync(_world.Machine, "NONE")).Error!.Code.ShouldBe(
            "secret_not_found"
        );

    [Fact]
    public async Task Deletion_of_another_version_is_refused()
    {
        await _world.Create("KEY");

        (
            await _world.Environment.DeleteAsync(_world.Machine, "KEY", new([2]))
        ).Error!.Code.ShouldBe("version_conflict");
        (
            await _world.Environment.DeleteAsync(_world.Machine, "KEY", new([2, 1]))
        ).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Several_are_deleted_each_by_itself()
    {
        await _world.Create("ONE");
        await _world.Create("TWO", isReserved: true);

        var outcomes = (
            await _world.Environment.DeleteManyAsync(_world.Machine, ["ONE", "TWO", "NONE"])
        ).Value;

        outcomes
            .Select(outcome => (outcome.Name, outcome.Error?.Code))
            .ShouldBe([("ONE", null), ("TWO", "secret_reserved"), ("NONE", "secret_not_found")]);
        (await _world.Get("ONE")).DeletedAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task Receipt_names_the_entry_of_the_audit()
    {
        var receipt = (await _world.Create("KEY")).Value;

        _world
            .Store.Number(
                $"""SELECT count(*) FROM audit_entry WHERE sequence = {receipt.AuditId} AND text LIKE '%"secret.create"%'"""
            )
            .ShouldBe(1);
    }

    [Fact]
    public async Task Retry_gets_the_first_answer()
    {
        var caller = _world.Machine with
        {
            Idempotency = new IdempotencyToken(new byte[32], new byte[32]),
        };
        var request = new NewEnvironmentSecret { Key = "KEY", Value = SecretWorld.Bytes("v") };
        var first = await _world.Environment.CreateAsync(caller, request);

        var second = await _world.Environment.CreateAsync(caller, request);

        second.Value.ShouldBe(first.Value);
        second.Replayed.ShouldBeTrue();
    }

    [Theory]
    [InlineData(Permissions.SecretsRead, "read")]
    [InlineData(Permissions.SecretsWrite, "write")]
    [InlineData(Permissions.SecretsDelete, "delete")]
    [InlineData(Permissions.SecretsList, "list")]
    public async Task Each_call_needs_its_own_permission(Permissions only, string calls)
    {
        await _world.Create("KEY");
        var caller = _world.With(only);
        var service = _world.Environment;

        var answers = new (string Calls, VaultError? Error)[]
        {
            ("list", (await service.ListAsync(caller)).Error),
            ("list", (await service.ListPageAsync(caller, new())).Error),
            ("list", (await service.GetAsync(caller, "KEY")).Error),
            ("list", (await service.ListVersionsAsync(caller, "KEY")).Error),
            ("read", (await service.ReadValueAsync(caller, "KEY")).Error),
            ("read", (await service.ExportAsync(caller)).Error),
            ("read", (await service.VerifyAsync(caller, "KEY", SecretWorld.Bytes("v"))).Error),
            ("write", (await service.UpdateAsync(caller, "KEY", new() { IsActive = true })).Error),
            ("write", (await service.RestoreAsync(caller, "KEY", 1)).Error),
            (
                "write",
                (await service.RotateAsync(caller, "KEY", new() { GenerateLength = 32 })).Error
            ),
            ("write", (await service.ImportAsync(caller, new() { Entries = [] })).Error),
            (
                "write",
                (
                    await service.CreateAsync(
                        caller,
                        new() { Key = "NEW", Value = SecretWorld.Bytes("v") }
                    )
                ).Error
            ),
            ("delete", (await service.DeleteAsync(caller, "KEY")).Error),
        };

        answers.ShouldAllBe(answer =>
            (answer.Error == null) == (answer.Calls == calls)
            && (answer.Error == null || answer.Error.Code == "forbidden")
        );
    }

    [Fact]
    public async Task Person_reveals_and_exports_after_a_step_up_only()
    {
        await _world.Create("KEY");
        var before = _world.Person(steppedUp: false);
        var after = _world.Person(steppedUp: true);

        (await _world.Environment.ReadValueAsync(before, "KEY")).Error!.Code.ShouldBe(
            "step_up_required"
        );
        (await _world.Environment.ExportAsync(before)).Error!.Code.ShouldBe("step_up_required");
        (await _world.Environment.ReadValueAsync(after, "KEY")).Succeeded.ShouldBeTrue();
        (await _world.Environment.ExportAsync(after)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Step_up_can_be_switched_off()
    {
        using var world = new SecretWorld(new StepUpOptions { Reveal = false });
        await world.Create("KEY");

        (
            await world.Environment.ReadValueAsync(world.Person(steppedUp: false), "KEY")
        ).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Auditor_lists_and_reads_no_value()
    {
        await _world.Create("KEY");
        var auditor = _world.Person(steppedUp: true, Role.Auditor);

        (await _world.Environment.ListAsync(auditor)).Value.Count.ShouldBe(1);
        (await _world.Environment.ReadValueAsync(auditor, "KEY")).Error!.Code.ShouldBe("forbidden");
        (await _world.Environment.DeleteAsync(auditor, "KEY")).Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task Right_and_wrong_values_are_told_apart()
    {
        await _world.Create("KEY", "hunter2");

        (await Verify("KEY", "hunter2")).Value.Match.ShouldBeTrue();
        (await Verify("KEY", "hunter")).Value.Match.ShouldBeFalse();
        (await Verify("KEY", "hunter3")).Value.Match.ShouldBeFalse();
        _world.Store.Audited("secret.verify").Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("KEY", null)]
    [InlineData("UNKNOWN", "secret_not_found")]
    public async Task Verification_is_limited_to_ten_a_minute_for_each_key(
        string key,
        string? answer
    )
    {
        await _world.Create("KEY");
        await _world.Create("OTHER");
        for (var i = 0; i < 10; i++)
        {
            ((await Verify(key, "value")).Error?.Code).ShouldBe(answer);
        }

        var error = (await Verify(key, "value")).Error!;
        (error.Kind, error.Code).ShouldBe((ErrorKind.Limited, "rate_limit_exceeded"));
        error.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));

        (await Verify("OTHER", "value")).Value.Match.ShouldBeTrue();
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        ((await Verify(key, "value")).Error?.Code).ShouldBe(answer);
    }

    [Fact]
    public async Task Unreadable_secret_cannot_be_verified()
    {
        await _world.Create("KEY");
        await _world.Deactivate("KEY");

        (await Verify("KEY", "value")).Error!.Code.ShouldBe("secret_not_found");
    }

    private Task<Result<SecretMatch>> Verify(string key, string value) =>
        _world.Environment.VerifyAsync(_world.Machine, key, Encoding.UTF8.GetBytes(value));
}
