using System.Text;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>The rules of workflows.md.</summary>
public sealed class WorkflowVaultTests : IDisposable
{
    private readonly SecretWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Created_item_is_shown_without_its_secret_and_resolved()
    {
        var item = (await _world.CreateItem("token", "hunter2", _world.Now.AddDays(1))).Value;

        (await _world.Workflows.GetAsync(_world.Machine, item.Id)).Value.ShouldBe(item);
        (item.Name, item.Kind, item.GeneratedKey, item.ExpiresAt).ShouldBe(
            ("token", SecretKind.Value, null, _world.Now.AddDays(1))
        );
        (await _world.Resolve(item.Id)).ShouldBe("hunter2");
    }

    [Fact]
    public async Task List_is_newest_first_with_expired_and_without_deleted_items()
    {
        await _world.CreateItem("first");
        await _world.CreateItem("expired", expiresAt: _world.Now.AddSeconds(1));
        var deleted = (await _world.CreateItem("deleted")).Value;
        await _world.Workflows.DeleteAsync(_world.Machine, deleted.Id);
        await _world.Create("ENVIRONMENT");
        _world.Clock.Advance(TimeSpan.FromDays(1));

        (await _world.Workflows.ListAsync(_world.Machine))
            .Value.Select(item => item.Name)
            .ShouldBe(["expired", "first"]);
    }

    [Theory]
    [InlineData("ab", "name_too_short")]
    [InlineData("", "name_too_short")]
    [InlineData("abc", null)]
    [InlineData("\U0001F600\U0001F600", "name_too_short")]
    [InlineData("\U0001F600\U0001F600\U0001F600", null)]
    [InlineData("a\nc", "invalid_request")]
    [InlineData("a\0c", "invalid_request")]
    [InlineData("a\u0085c", "invalid_request")]
    [InlineData("API-KEY:abc", null)]
    public async Task Name_is_checked(string name, string? code) =>
        ((await _world.CreateItem(name)).Error?.Code).ShouldBe(code);

    [Fact]
    public async Task Name_with_a_lone_surrogate_is_refused() =>
        (await _world.CreateItem("abc" + '\uD83D')).Error!.Code.ShouldBe("invalid_request");

    [Theory]
    [InlineData(50, null)]
    [InlineData(51, "name_too_long")]
    public async Task Name_has_at_most_50_characters(int count, string? code)
    {
        var name = string.Concat(Enumerable.Repeat("\U0001F600", count));

        ((await _world.CreateItem(name)).Error?.Code).ShouldBe(code);
        ((await _world.CreateItem("api-key:" + name, null)).Error?.Code).ShouldBe(code);
    }

    [Fact]
    public async Task Prefix_alone_is_too_short() =>
        (await _world.CreateItem("api-key:ab", null)).Error!.Code.ShouldBe("name_too_short");

    [Theory]
    [InlineData(null, "secret_required")]
    [InlineData("", "secret_empty")]
    [InlineData("\n", null)]
    public async Task Secret_is_needed(string? secret, string? code) =>
        ((await _world.CreateItem("name", secret)).Error?.Code).ShouldBe(code);

    [Theory]
    [InlineData(2_000, null)]
    [InlineData(2_001, "secret_too_long")]
    public async Task Secret_has_at_most_2000_characters(int count, string? code)
    {
        var secret = string.Concat(Enumerable.Repeat("\U0001F600", count));

        ((await _world.CreateItem("name", secret)).Error?.Code).ShouldBe(code);
    }

    [Fact]
    public async Task Expiry_lies_in_the_future()
    {
        var refused = await _world.CreateItem("name", expiresAt: _world.Now);

        (refused.Error!.Kind, refused.Error.Code).ShouldBe(
            (ErrorKind.Invalid, "expires_at_in_past")
        );
        (
            await _world.CreateItem("name", expiresAt: _world.Now.AddMilliseconds(1))
        ).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Update_replaces_name_and_secret_and_keeps_an_absent_expiry()
    {
        var item = (await _world.CreateItem("name", expiresAt: _world.Now.AddDays(1))).Value;

        var updated = (await Update(item.Id, "renamed", "new")).Value;

        updated.ShouldBe(item with { Name = "renamed", Version = 2 });
        (await _world.Resolve(item.Id)).ShouldBe("new");
    }

    [Fact]
    public async Task Update_clears_or_sets_the_expiry()
    {
        var item = (await _world.CreateItem("name", expiresAt: _world.Now.AddDays(1))).Value;

        var cleared = await Update(item.Id, "name", "s", new Given<DateTimeOffset?>(null));
        var past = await Update(item.Id, "name", "s", new Given<DateTimeOffset?>(_world.Now));
        var set = await Update(
            item.Id,
            "name",
            "s",
            new Given<DateTimeOffset?>(_world.Now.AddDays(2))
        );

        cleared.Value.ExpiresAt.ShouldBeNull();
        past.Error!.Code.ShouldBe("expires_at_in_past");
        set.Value.ExpiresAt.ShouldBe(_world.Now.AddDays(2));
    }

    [Theory]
    [InlineData("name", null, "secret_required")]
    [InlineData("api-key:name", "secret", "prefix_immutable")]
    [InlineData("ab", "secret", "name_too_short")]
    public async Task Update_is_checked(string name, string? secret, string code)
    {
        var item = (await _world.CreateItem("name")).Value;

        (await Update(item.Id, name, secret)).Error!.Code.ShouldBe(code);
    }

    [Fact]
    public async Task Portal_may_leave_the_secret_out()
    {
        var item = (await _world.CreateItem("name", "kept")).Value;

        await _world.Workflows.UpdateAsync(
            _world.Machine,
            item.Id,
            new() { Name = "renamed", KeepsSecret = true }
        );

        (await _world.Resolve(item.Id)).ShouldBe("kept");
    }

    [Fact]
    public async Task Generated_key_is_shown_once_and_takes_no_secret()
    {
        var item = (await _world.CreateItem("api-key:name", null)).Value;

        item.Kind.ShouldBe(SecretKind.GeneratedKey);
        WorkflowKeyText.IsWellFormed(item.GeneratedKey).ShouldBeTrue();
        (
            await _world.Workflows.GetAsync(_world.Machine, item.Id)
        ).Value.GeneratedKey.ShouldBeNull();
        (await _world.CreateItem("api-key:name", "mine")).Error!.Code.ShouldBe(
            "secret_not_allowed"
        );
        (await Update(item.Id, "api-key:name", "mine")).Error!.Code.ShouldBe("secret_not_allowed");
        (await Update(item.Id, "name", null)).Error!.Code.ShouldBe("prefix_immutable");
        (await Update(item.Id, "api-key:renamed", null)).Value.GeneratedKey.ShouldBeNull();
        ((await Verify(item.GeneratedKey!))?.Name).ShouldBe("api-key:renamed");
    }

    [Fact]
    public async Task Retry_gets_the_generated_key_again_for_ten_minutes()
    {
        var caller = _world.Machine with
        {
            Idempotency = new IdempotencyToken(new byte[32], new byte[32]),
        };
        var request = new NewWorkflowItem { Name = "api-key:name" };
        var first = await _world.Workflows.CreateAsync(caller, request);

        var second = await _world.Workflows.CreateAsync(caller, request);
        _world.Clock.Advance(TimeSpan.FromMinutes(10));
        var third = await _world.Workflows.CreateAsync(caller, request);

        second.Value.ShouldBe(first.Value);
        third.Error!.Code.ShouldBe("idempotency_secret_gone");
    }

    [Fact]
    public async Task Creation_is_audited_under_the_id_that_it_gave_and_a_refusal_under_none()
    {
        var caller = _world.Machine with
        {
            Idempotency = new IdempotencyToken(new byte[32], new byte[32]),
        };
        var request = new NewWorkflowItem { Name = "api-key:name" };
        var id = (await _world.Workflows.CreateAsync(caller, request)).Value.Id;
        await _world.Workflows.CreateAsync(caller, request);
        await _world.Workflows.CreateAsync(_world.Machine, new NewWorkflowItem { Name = "" });

        Audited("ok", $"workflow_secret:{id.ToWorkflow()}").ShouldBe(1);
        Audited("replayed", $"workflow_secret:{id.ToWorkflow()}").ShouldBe(1);
        Audited("%", "workflow_secrets").ShouldBe(1);
    }

    private long Audited(string outcome, string target) =>
        _world.Store.Number(
            $"""
            SELECT count(*) FROM audit_entry WHERE CAST(text AS TEXT)
            LIKE '%"workflow_secret.create"%"outcome":"{outcome}"%"target":"{target}"%'
            """
        );

    [Fact]
    public async Task Deleted_item_is_gone_but_for_the_trash()
    {
        var id = (await _world.CreateItem("name")).Value.Id;
        await _world.Workflows.DeleteAsync(_world.Machine, id);

        (await _world.Workflows.DeleteAsync(_world.Machine, id)).Error!.Code.ShouldBe(
            "workflow_item_not_found"
        );
        (await _world.Workflows.GetAsync(_world.Machine, id)).Error!.Code.ShouldBe(
            "workflow_item_not_found"
        );
        (await Update(id, "name", "s")).Error!.Code.ShouldBe("workflow_item_not_found");
        (await _world.Resolve(id)).ShouldBe("not_found");
        (
            await _world.Workflows.GetAsync(_world.Machine, id, withDeleted: true)
        ).Value.DeletedAt.ShouldBe(_world.Now);
    }

    [Fact]
    public async Task Retry_of_a_deletion_gets_the_first_answer()
    {
        var caller = _world.Machine with
        {
            Idempotency = new IdempotencyToken(new byte[32], new byte[32]),
        };
        var id = (await _world.CreateItem("name")).Value.Id;
        await _world.Workflows.DeleteAsync(caller, id);

        (await _world.Workflows.DeleteAsync(caller, id)).Replayed.ShouldBeTrue();
    }

    [Fact]
    public async Task Item_is_taken_back_once()
    {
        var id = (await _world.CreateItem("name", "kept")).Value.Id;
        await _world.Workflows.DeleteAsync(_world.Machine, id);

        var back = await _world.Workflows.TakeBackAsync(_world.Machine, id);
        var again = await _world.Workflows.TakeBackAsync(_world.Machine, id);

        (back.Value.Version, back.Value.DeletedAt, again.Value.Version).ShouldBe((3, null, 3));
        (await _world.Resolve(id)).ShouldBe("kept");
    }

    [Fact]
    public async Task Writes_of_another_version_are_refused()
    {
        var item = (await _world.CreateItem("api-key:name", null)).Value;
        var other = new VersionCondition([2]);
        var service = _world.Workflows;

        (
            await service.UpdateAsync(
                _world.Machine,
                item.Id,
                new() { Name = "x", IfMatch = other }
            )
        ).Error!.Code.ShouldBe("version_conflict");
        (await service.DeleteAsync(_world.Machine, item.Id, other)).Error!.Code.ShouldBe(
            "version_conflict"
        );
        (await service.RestoreAsync(_world.Machine, item.Id, 1, other)).Error!.Code.ShouldBe(
            "version_conflict"
        );
        (await service.RotateKeyAsync(_world.Machine, item.Id, 1, other)).Error!.Code.ShouldBe(
            "version_conflict"
        );
    }

    [Fact]
    public async Task Restoring_brings_back_name_secret_and_expiry_without_showing_it()
    {
        var item = (await _world.CreateItem("first", "one", _world.Now.AddDays(1))).Value;
        await Update(item.Id, "second", "two", new Given<DateTimeOffset?>(null));
        await _world.Workflows.DeleteAsync(_world.Machine, item.Id);

        var restored = (await _world.Workflows.RestoreAsync(_world.Machine, item.Id, 1)).Value;

        restored.ShouldBe(item with { Version = 4 });
        (await _world.Resolve(item.Id)).ShouldBe("one");
        (await _world.Workflows.ListVersionsAsync(_world.Machine, item.Id))
            .Value.Select(v => (v.Version, v.Name))
            .ShouldBe([(4, "first"), (3, "second"), (2, "second"), (1, "first")]);
    }

    [Fact]
    public async Task Generated_key_cannot_be_restored()
    {
        var item = (await _world.CreateItem("api-key:name", null)).Value;

        (await _world.Workflows.RestoreAsync(_world.Machine, item.Id, 1)).Error!.Code.ShouldBe(
            "not_restorable"
        );
        (await _world.Workflows.ListVersionsAsync(_world.Machine, item.Id))
            .Value[0]
            .HasValue.ShouldBeFalse();
    }

    [Fact]
    public async Task Rotated_key_is_valid_for_its_grace()
    {
        var item = (await _world.CreateItem("api-key:name", null)).Value;

        var rotated = (await _world.Workflows.RotateKeyAsync(_world.Machine, item.Id, 2)).Value;

        rotated.GeneratedKey.ShouldNotBe(item.GeneratedKey);
        _world.Clock.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
        (await Verify(item.GeneratedKey!)).ShouldNotBeNull();
        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await Verify(item.GeneratedKey!)).ShouldBeNull();
        (await Verify(rotated.GeneratedKey!)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Second_rotation_ends_the_first_keys_grace()
    {
        var item = (await _world.CreateItem("api-key:name", null)).Value;
        var second = (await _world.Workflows.RotateKeyAsync(_world.Machine, item.Id, 168)).Value;

        await _world.Workflows.RotateKeyAsync(_world.Machine, item.Id, 0);

        (await Verify(item.GeneratedKey!)).ShouldBeNull();
        (await Verify(second.GeneratedKey!)).ShouldBeNull();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(169)]
    public async Task Grace_lasts_a_week_at_most(int hours)
    {
        var item = (await _world.CreateItem("api-key:name", null)).Value;

        var error = (await _world.Workflows.RotateKeyAsync(_world.Machine, item.Id, hours)).Error!;

        (error.Code, error.Path).ShouldBe(("invalid_request", "/grace_hours"));
    }

    [Fact]
    public async Task Item_without_a_key_has_none_to_rotate()
    {
        var item = (await _world.CreateItem("name")).Value;

        (await _world.Workflows.RotateKeyAsync(_world.Machine, item.Id, 1)).Error!.Kind.ShouldBe(
            ErrorKind.Invalid
        );
    }

    [Fact]
    public async Task Key_of_an_expired_or_deleted_item_is_not_active()
    {
        var expiring = (
            await _world.CreateItem("api-key:name", null, _world.Now.AddHours(1))
        ).Value;
        var deleted = (await _world.CreateItem("api-key:name", null)).Value;
        await _world.Workflows.DeleteAsync(_world.Machine, deleted.Id);
        (await Verify(expiring.GeneratedKey!)).ShouldNotBeNull();

        _world.Clock.Advance(TimeSpan.FromHours(1));

        (await Verify(expiring.GeneratedKey!)).ShouldBeNull();
        (await Verify(deleted.GeneratedKey!)).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("wfk_")]
    [InlineData("wfk_0000000000000000000000000000000000000000000000000")]
    public async Task Unknown_or_mistyped_key_is_not_active(string key)
    {
        (await Verify(key)).ShouldBeNull();
        (await Verify(WorkflowKeyText.Generate())).ShouldBeNull();
    }

    [Fact]
    public async Task Uses_are_written_by_the_flush()
    {
        var item = (await _world.CreateItem("name")).Value;
        var key = (await _world.CreateItem("api-key:name", null)).Value;
        await _world.Resolve(item.Id);
        await Verify(key.GeneratedKey!);

        await _world.Uses.FlushAsync();

        (await _world.Workflows.ListAsync(_world.Machine)).Value.ShouldAllBe(i =>
            i.LastUsedAt == _world.Now
        );
    }

    [Fact]
    public async Task Resolve_says_of_each_what_became_of_it()
    {
        var good = (await _world.CreateItem("good", "1")).Value;
        var named = (await _world.CreateItem("named", "2")).Value;
        var key = (await _world.CreateItem("api-key:name", null)).Value;
        await _world.CreateItem("twice");
        await _world.CreateItem("twice");
        var old = (await _world.CreateItem("old", expiresAt: _world.Now.AddSeconds(1))).Value;
        await _world.CreateItem("older", "3");
        await _world.CreateItem("older", expiresAt: _world.Now.AddSeconds(1));
        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        var unknown = SecretId.NewUlid(_world.Now).ToWorkflow();

        using var resolution = (
            await _world.Workflows.ResolveAsync(
                _world.Machine,
                new(
                    [
                        good.Id.ToWorkflow(),
                        key.Id.ToWorkflow(),
                        old.Id.ToWorkflow(),
                        unknown,
                        "no id",
                        good.Id.ToWorkflow(),
                    ],
                    ["named", "good", "twice", "old", "none", "api-key:name", "older", "good\0"]
                )
            )
        ).Value;

        resolution
            .Items.Select(i => (i.Name, Encoding.UTF8.GetString(i.Secret)))
            .ShouldBe([("good", "1"), ("named", "2"), ("older", "3")]);
        resolution.Errors.ShouldBe([
            new(key.Id.ToWorkflow(), null, "not_resolvable"),
            new(old.Id.ToWorkflow(), null, "expired"),
            new(unknown, null, "not_found"),
            new("no id", null, "not_found"),
            new(null, "twice", "ambiguous_name"),
            new(null, "old", "expired"),
            new(null, "none", "not_found"),
            new(null, "api-key:name", "not_resolvable"),
            new(null, "good\0", "not_found"),
        ]);
        named.Id.ShouldBe(resolution.Items[1].Id);
    }

    [Fact]
    public async Task Resolve_is_audited_for_each_item()
    {
        var one = (await _world.CreateItem("one")).Value.Id.ToWorkflow();
        var two = (await _world.CreateItem("two")).Value.Id.ToWorkflow();

        using var resolution = (
            await _world.Workflows.ResolveAsync(_world.Machine, new([one], ["two"]))
        ).Value;

        var uses = _world.Store.Audited("workflow_secret.use");
        uses.Count.ShouldBe(2);
        uses[0].ShouldContain($"\"workflow_secret:{one}\"");
        uses[1].ShouldContain($"\"workflow_secret:{two}\"");
        _world.Store.Audited("workflow_secret.resolve").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Resolve_takes_a_hundred_at_most()
    {
        var names = Enumerable.Repeat("none", 100).ToArray();

        (
            await _world.Workflows.ResolveAsync(_world.Machine, new([], names))
        ).Succeeded.ShouldBeTrue();
        (
            await _world.Workflows.ResolveAsync(_world.Machine, new(["one"], names))
        ).Error!.Kind.ShouldBe(ErrorKind.Invalid);
    }

    [Fact]
    public async Task Nobody_but_a_workflow_gets_a_secret()
    {
        var id = (await _world.CreateItem("name")).Value.Id.ToWorkflow();
        Caller[] others =
        [
            _world.Person(steppedUp: true),
            Caller.Command(),
            Caller.System("test"),
            _world.With(
                Permissions.WorkflowsRead | Permissions.WorkflowsWrite | PermissionSets.Secrets
            ),
        ];

        foreach (var caller in others)
        {
            var refused = await _world.Workflows.ResolveAsync(caller, new([id], []));

            (refused.Error!.Kind, refused.Error.Code).ShouldBe((ErrorKind.Denied, "forbidden"));
        }

        (await _world.Environment.ExportAsync(_world.Machine)).Value.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Permissions.WorkflowsRead, "read")]
    [InlineData(Permissions.WorkflowsWrite, "write")]
    [InlineData(Permissions.WorkflowsUse, "use")]
    public async Task Each_call_needs_its_own_permission(Permissions only, string calls)
    {
        var item = (await _world.CreateItem("name")).Value;
        var key = (await _world.CreateItem("api-key:name", null)).Value;
        var caller = _world.With(only);
        var service = _world.Workflows;

        var answers = new (string Calls, VaultError? Error)[]
        {
            ("read", (await service.ListAsync(caller)).Error),
            ("read", (await service.ListPageAsync(caller, new())).Error),
            ("read", (await service.GetAsync(caller, item.Id)).Error),
            ("read", (await service.ListVersionsAsync(caller, item.Id)).Error),
            ("use", (await service.ResolveAsync(caller, new([], ["name"]))).Error),
            ("use", (await service.VerifyKeyAsync(caller, key.GeneratedKey!)).Error),
            ("write", (await service.RestoreAsync(caller, item.Id, 1)).Error),
            ("write", (await service.RotateKeyAsync(caller, key.Id, 1)).Error),
            (
                "write",
                (
                    await service.UpdateAsync(
                        caller,
                        item.Id,
                        new() { Name = "name", KeepsSecret = true }
                    )
                ).Error
            ),
            (
                "write",
                (
                    await service.CreateAsync(
                        caller,
                        new() { Name = "new", Secret = SecretWorld.Bytes("s") }
                    )
                ).Error
            ),
            ("write", (await service.TakeBackAsync(caller, item.Id)).Error),
            ("write", (await service.DeleteAsync(caller, item.Id)).Error),
        };

        answers.ShouldAllBe(answer =>
            (answer.Error == null) == (answer.Calls == calls)
            && (answer.Error == null || answer.Error.Code == "forbidden")
        );
    }

    [Fact]
    public async Task Environment_secret_is_no_item()
    {
        var id = (await _world.Create("KEY")).Value.Id;

        (await _world.Workflows.GetAsync(_world.Machine, id)).Error!.Kind.ShouldBe(
            ErrorKind.NotFound
        );
        (await _world.Resolve(id)).ShouldBe("not_found");
    }

    [Fact]
    public async Task Several_are_deleted_each_by_itself()
    {
        var item = (await _world.CreateItem("name")).Value;
        var unknown = SecretId.NewUlid(_world.Now);

        var outcomes = (
            await _world.Workflows.DeleteManyAsync(_world.Machine, [item.Id, unknown])
        ).Value;

        outcomes
            .Select(o => (o.Name, o.Error?.Code))
            .ShouldBe([
                (item.Id.ToWorkflow(), null),
                (unknown.ToWorkflow(), "workflow_item_not_found"),
            ]);
    }

    private Task<Result<WorkflowItemView>> Update(
        SecretId id,
        string name,
        string? secret,
        Given<DateTimeOffset?>? expiry = null
    ) =>
        _world.Workflows.UpdateAsync(
            _world.Machine,
            id,
            new()
            {
                Name = name,
                Secret = SecretWorld.OptionalBytes(secret),
                ExpiresAt = expiry,
            }
        );

    private async Task<WorkflowItemView?> Verify(string key) =>
        (await _world.Workflows.VerifyKeyAsync(_world.Machine, key)).Value;
}
