using System.Text;
using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.Unit.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>What policies decide about the secrets of both stores, at every door of theirs.</summary>
public sealed class SecretPolicyTests : IDisposable
{
    private const string After = "\"outcome\":\"ok_after_expiry\"";
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private readonly SecretWorld _world = new();

    private WriteQueue Queue => _world.Store.Queue;

    private DateTimeOffset Now => _world.Now;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Block_refuses_from_the_very_instant_though_nothing_runs()
    {
        Queue.Limit(LifetimeKind.EnvironmentSecret);
        await _world.Create("KEY", expiresAt: Now.AddHours(1));
        _world.Clock.Advance(TimeSpan.FromHours(1) - Millisecond);
        (await _world.Read("KEY")).ShouldBe("value");

        _world.Clock.Advance(Millisecond);

        (await _world.Read("KEY")).ShouldBe("secret_not_found");
        (await Verify("KEY")).ShouldBeNull();
        (await Export()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Warn_lets_the_value_leave_and_says_so_in_the_audit()
    {
        Queue.Warn(LifetimeKind.EnvironmentSecret);
        await _world.Create("KEY", expiresAt: Now.AddHours(1));
        await _world.Create("OTHER");
        _world.Clock.Advance(TimeSpan.FromHours(1) - Millisecond);
        await _world.Read("KEY");
        _world.Store.Audited("secret.read_value")[^1].ShouldContain("\"outcome\":\"ok\"");

        _world.Clock.Advance(Millisecond);

        (await _world.Read("KEY")).ShouldBe("value");
        _world.Store.Audited("secret.read_value")[^1].ShouldContain(After);
        (await Verify("KEY")).ShouldBe(true);
        _world.Store.Audited("secret.verify")[^1].ShouldContain(After);
        (await Export()).ShouldBe(["KEY", "OTHER"]);
        _world
            .Store.Audited("secret.read_value")
            .TakeLast(2)
            .Count(text => text.Contains(After, StringComparison.Ordinal))
            .ShouldBe(1);
    }

    [Fact]
    public async Task Good_read_after_a_warned_one_is_audited_as_good()
    {
        Queue.Warn(LifetimeKind.EnvironmentSecret);
        await _world.Create("OLD", expiresAt: Now);
        await _world.Create("GOOD");

        await _world.Read("OLD");
        await _world.Read("GOOD");

        _world.Store.Audited("secret.read_value")[^1].ShouldContain("\"outcome\":\"ok\"");
    }

    [Fact]
    public async Task Warn_of_one_store_says_nothing_of_the_other()
    {
        Queue.Warn(LifetimeKind.WorkflowSecret);
        await _world.Create("KEY", expiresAt: Now);

        (await _world.Read("KEY")).ShouldBe("secret_not_found");
    }

    [Fact]
    public async Task Policy_counts_with_its_own_commit()
    {
        await _world.Create("KEY", expiresAt: Now);
        (await _world.Read("KEY")).ShouldBe("secret_not_found");

        Queue.Warn(LifetimeKind.EnvironmentSecret);

        (await _world.Read("KEY")).ShouldBe("value");
    }

    [Theory]
    [InlineData(LifetimeKind.WorkflowSecret)]
    [InlineData((LifetimeKind)0)]
    public async Task Expired_workflow_item_is_refused_though_a_policy_only_warns(LifetimeKind kind)
    {
        Queue.Warn(kind);
        var item = (await _world.CreateItem("token", "hunter2", Now.AddHours(1))).Value;
        _world.Clock.Advance(TimeSpan.FromHours(1) - Millisecond);
        (await _world.Resolve(item.Id)).ShouldBe("hunter2");
        (await ByName("token")).ShouldBe("hunter2");

        _world.Clock.Advance(Millisecond);

        (await _world.Resolve(item.Id)).ShouldBe("expired");
        (await ByName("token")).ShouldBe("expired");
        _world.Store.Audited("workflow_secret.use").ShouldAllBe(text => !text.Contains(After));
    }

    [Fact]
    public async Task Name_means_the_item_that_has_not_expired()
    {
        await _world.CreateItem("token", "old", Now.AddHours(1));
        _world.Clock.Advance(TimeSpan.FromHours(1));
        await _world.CreateItem("token", "new");

        (await ByName("token")).ShouldBe("new");
        _world.Store.Audited("workflow_secret.use")[^1].ShouldContain("\"outcome\":\"ok\"");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generated_key_is_good_until_the_very_instant_whatever_a_policy_says(
        bool warns
    )
    {
        if (warns)
        {
            Queue.Warn(LifetimeKind.WorkflowSecret);
        }

        var item = (await _world.CreateItem("api-key:deploy", null, Now.AddHours(1))).Value;
        _world.Clock.Advance(TimeSpan.FromHours(1) - Millisecond);
        (
            await _world.Workflows.VerifyKeyAsync(_world.Machine, item.GeneratedKey!)
        ).Value.ShouldNotBeNull();

        _world.Clock.Advance(Millisecond);

        (
            await _world.Workflows.VerifyKeyAsync(_world.Machine, item.GeneratedKey!)
        ).Value.ShouldBeNull();
        _world.Store.Audited("workflow_secret.verify_key").ShouldBeEmpty();
    }

    [Fact]
    public async Task New_secret_gets_the_default_and_keeps_what_was_said()
    {
        Queue.Limit(LifetimeKind.EnvironmentSecret);
        Queue.Limit(LifetimeKind.WorkflowSecret);

        await _world.Create("DEFAULT");
        await _world.Create("SAID", expiresAt: Now.AddDays(5));
        var item = (await _world.CreateItem("token")).Value;

        (await _world.Get("DEFAULT")).ExpiresAt.ShouldBe(Now.AddDays(90));
        (await _world.Get("SAID")).ExpiresAt.ShouldBe(Now.AddDays(5));
        item.ExpiresAt.ShouldBe(Now.AddDays(90));
    }

    [Fact]
    public async Task None_can_be_said_only_where_nothing_forbids_it()
    {
        var free = await Never("FREE");
        Queue.Add(
            LifetimeKind.EnvironmentSecret,
            policy => policy.DefaultLifetime = TestPolicies.Day
        );

        free.Succeeded.ShouldBeTrue();
        (await Never("STILL_FREE")).Succeeded.ShouldBeTrue();
        (await _world.Get("STILL_FREE")).ExpiresAt.ShouldBeNull();

        Queue.Warn(LifetimeKind.ApiKey);
        await LimitEnvironment();
        ShouldBeRefusedAt((await Never("FORBIDDEN")).Error, "/expiresAt");
    }

    [Fact]
    public async Task Too_late_an_expiry_is_refused_and_nothing_is_written()
    {
        Queue.Limit(LifetimeKind.EnvironmentSecret);
        Queue.Limit(LifetimeKind.WorkflowSecret);
        await _world.Create("KEY");
        var item = (await _world.CreateItem("token")).Value;
        var late = Now.AddDays(180).AddMicroseconds(1);

        ShouldBeRefusedAt((await _world.Create("LATE", expiresAt: late)).Error, "/expiresAt");
        ShouldBeRefusedAt((await _world.Update("KEY", Expires(late))).Error, "/expiresAt");
        ShouldBeRefusedAt((await _world.Update("KEY", Expires(null))).Error, "/expiresAt");
        ShouldBeRefusedAt((await _world.CreateItem("other", expiresAt: late)).Error, "/expires_at");
        ShouldBeRefusedAt((await ChangeItem(item, new(late))).Error, "/expires_at");
        ShouldBeRefusedAt((await ChangeItem(item, new(null))).Error, "/expires_at");

        var secret = await _world.Get("KEY");
        (secret.ExpiresAt, secret.Version).ShouldBe((Now.AddDays(90), 1));
        (await _world.Update("KEY", Expires(Now.AddDays(180)))).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task What_lives_longer_already_can_be_changed_otherwise_and_keeps_its_expiry()
    {
        var far = Now.AddYears(5);
        await _world.Create("FAR", expiresAt: far);
        await _world.Create("NEVER");
        var item = (await _world.CreateItem("token", expiresAt: far)).Value;
        await LimitEnvironment();
        Queue.Limit(LifetimeKind.WorkflowSecret);

        foreach (var (key, expiry) in new[] { ("FAR", (DateTimeOffset?)far), ("NEVER", null) })
        {
            await Succeed(_world.Update(key, new() { Value = SecretWorld.Bytes("new") }));
            await Succeed(_world.Update(key, new() { IsReserved = true }));
            await Succeed(_world.Update(key, new() { IsActive = false }));
            await Succeed(_world.Update(key, new() { IsActive = true }));
            await Succeed(_world.Update(key, Expires(expiry) with { IsReserved = false }));
            (
                await _world.Environment.RotateAsync(
                    _world.Machine,
                    key,
                    new SecretRotation { GenerateLength = 20 }
                )
            ).Succeeded.ShouldBeTrue();
            (await _world.Get(key)).ExpiresAt.ShouldBe(expiry);
        }

        (await ChangeItem(item, null)).Value.ExpiresAt.ShouldBe(far);
        (await ChangeItem(item, new(far))).Value.ExpiresAt.ShouldBe(far);
    }

    [Fact]
    public async Task What_is_taken_back_from_the_trash_gets_the_latest_that_is_allowed()
    {
        var far = Now.AddYears(5);
        await _world.Create("FAR", expiresAt: far);
        await _world.Create("NEVER");
        await _world.Create("NEAR", expiresAt: Now.AddDays(3));
        var item = (await _world.CreateItem("token", expiresAt: far)).Value;
        await LimitEnvironment();
        Queue.Limit(LifetimeKind.WorkflowSecret);
        foreach (var key in new[] { "FAR", "NEVER", "NEAR" })
        {
            await Succeed(_world.Environment.DeleteAsync(_world.Machine, key));
        }

        await _world.Workflows.DeleteAsync(_world.Machine, item.Id);

        ShouldBeRefusedAt(
            (await _world.Update("FAR", Expires(far) with { IsActive = true })).Error,
            "/expiresAt"
        );
        foreach (var (key, days) in new[] { ("FAR", 180), ("NEVER", 180), ("NEAR", 3) })
        {
            await Succeed(_world.Update(key, new() { IsActive = true }));
            (await _world.Get(key)).ExpiresAt.ShouldBe(Now.AddDays(days));
        }

        (await _world.Workflows.TakeBackAsync(_world.Machine, item.Id)).Value.ExpiresAt.ShouldBe(
            Now.AddDays(180)
        );
    }

    [Fact]
    public async Task Key_that_is_rotated_keeps_its_expiry()
    {
        var item = (await _world.CreateItem("api-key:deploy", null, Now.AddDays(7))).Value;
        Queue.Limit(LifetimeKind.WorkflowSecret);

        (
            await _world.Workflows.RotateKeyAsync(_world.Machine, item.Id, 0)
        ).Value.ExpiresAt.ShouldBe(Now.AddDays(7));
    }

    [Fact]
    public async Task Version_comes_back_with_its_expiry_or_the_latest_that_is_allowed()
    {
        await _world.Create("KEY");
        await _world.Update("KEY", Expires(Now.AddDays(3)));
        await _world.Update("KEY", Expires(Now.AddDays(5)));
        await LimitEnvironment();

        await Succeed(_world.Environment.RestoreAsync(_world.Machine, "KEY", 2));
        (await _world.Get("KEY")).ExpiresAt.ShouldBe(Now.AddDays(3));
        await Succeed(_world.Environment.RestoreAsync(_world.Machine, "KEY", 1));
        (await _world.Get("KEY")).ExpiresAt.ShouldBe(Now.AddDays(180));
    }

    [Fact]
    public async Task Version_whose_expiry_has_passed_leaves_the_present_one()
    {
        await _world.Create("LIVE", expiresAt: Now.AddHours(1));
        await _world.Update("LIVE", Expires(Now.AddDays(9)));
        await _world.Create("GONE", expiresAt: Now.AddHours(1));
        await _world.Update("GONE", Expires(Now.AddHours(2)));
        var item = (await _world.CreateItem("token", expiresAt: Now.AddHours(1))).Value;
        (await ChangeItem(item, new(Now.AddDays(9)))).Succeeded.ShouldBeTrue();
        var began = Now;
        _world.Clock.Advance(TimeSpan.FromHours(3));
        Queue.Limit(LifetimeKind.EnvironmentSecret);

        await Succeed(_world.Environment.RestoreAsync(_world.Machine, "LIVE", 1));
        await Succeed(_world.Environment.RestoreAsync(_world.Machine, "GONE", 1));
        var restored = await _world.Workflows.RestoreAsync(_world.Machine, item.Id, 1);

        (await _world.Get("LIVE")).ExpiresAt.ShouldBe(began.AddDays(9));
        (await _world.Get("GONE")).ExpiresAt.ShouldBe(began.AddHours(2));
        (await _world.Read("GONE")).ShouldBe("secret_not_found");
        restored.Value.ExpiresAt.ShouldBe(began.AddDays(9));
    }

    [Fact]
    public async Task Version_that_comes_back_from_the_trash_lives_no_longer_than_is_allowed()
    {
        await _world.Create("KEY", expiresAt: Now.AddYears(5));
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");
        await LimitEnvironment();

        await Succeed(_world.Environment.RestoreAsync(_world.Machine, "KEY", 1));

        (await _world.Get("KEY")).ExpiresAt.ShouldBe(Now.AddDays(180));
    }

    [Fact]
    public async Task Secret_made_anew_over_a_deleted_one_is_a_new_one()
    {
        await _world.Create("KEY", expiresAt: Now.AddYears(5));
        await _world.Environment.DeleteAsync(_world.Machine, "KEY");
        await LimitEnvironment();

        await Succeed(_world.Create("KEY"));

        (await _world.Get("KEY")).ExpiresAt.ShouldBe(Now.AddDays(90));
    }

    [Fact]
    public async Task Import_gives_defaults_and_reports_what_lives_too_long()
    {
        await LimitEnvironment();

        var refused = await Import(Entry("GOOD"), Entry("LATE", new(Now.AddDays(181))));
        (await Import(Entry("GOOD"), Entry("SAID", new(Now.AddDays(2))))).Created.ShouldBe(2);

        var failure = refused.Failed.ShouldHaveSingleItem();
        (failure.Key, refused.Created).ShouldBe(("LATE", 0));
        failure.Error.ShouldContain("180d");
        (await _world.Get("GOOD")).ExpiresAt.ShouldBe(Now.AddDays(90));
        (await _world.Get("SAID")).ExpiresAt.ShouldBe(Now.AddDays(2));
        (await Import(Entry("NONE", new(null)))).Failed.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Import_that_replaces_keeps_an_expiry_and_refuses_another_that_is_too_late()
    {
        var far = Now.AddYears(5);
        await _world.Create("FAR", expiresAt: far);
        await _world.Create("GONE", expiresAt: Now.AddHours(-1));
        await LimitEnvironment();

        (await Import(Entry("FAR"), Entry("GONE"))).Replaced.ShouldBe(2);
        (await Import(Entry("FAR", new(far)))).Replaced.ShouldBe(1);
        (await Import(Entry("FAR", new(far.AddDays(-1))))).Failed.ShouldHaveSingleItem();
        (await Import(Entry("FAR", new(null)))).Failed.ShouldHaveSingleItem();

        (await _world.Get("FAR")).ExpiresAt.ShouldBe(far);
        (await _world.Get("GONE")).ExpiresAt.ShouldBe(Now.AddDays(90));
    }

    [Fact]
    public async Task Value_that_is_written_and_good_reads_ask_no_policy()
    {
        Queue.Limit(LifetimeKind.EnvironmentSecret);
        await _world.Create("KEY");
        var statements = new List<string>();
        await Queue.RunAsync(_ =>
        {
            StatementFaults.Before = statements.Add;
            return 0;
        });

        await Succeed(_world.Update("KEY", new() { Value = SecretWorld.Bytes("new") }));
        await _world.Read("KEY");
        await Queue.RunAsync(_ =>
        {
            StatementFaults.Before = null;
            return 0;
        });

        statements.ShouldNotBeEmpty();
        statements.ShouldNotContain(sql => sql.Contains("expiry_policy", StringComparison.Ordinal));
    }

    private static EnvironmentSecretChange Expires(DateTimeOffset? at) =>
        new() { ExpiresAt = new Given<DateTimeOffset?>(at) };

    private static ImportEntry Entry(string key, Given<DateTimeOffset?>? expiresAt = null) =>
        new()
        {
            Line = 1,
            Key = key,
            Value = SecretWorld.Bytes("imported"),
            ExpiresAt = expiresAt,
        };

    private static void ShouldBeRefusedAt(VaultError? error, string path)
    {
        error.ShouldNotBeNull();
        (error.Kind, error.Code, error.Path).ShouldBe((ErrorKind.Invalid, "invalid_request", path));
        error.Message.ShouldContain("180d");
    }

    private static async Task Succeed<T>(Task<Result<T>> call) => (await call).Error.ShouldBeNull();

    /// <summary>In the place of whatever decided before.</summary>
    private async Task LimitEnvironment()
    {
        await Queue.RunAsync(scope =>
        {
            scope.Context.RemoveRange(
                scope
                    .Context.Set<ExpiryPolicy>()
                    .Where(p => p.Kind == (int)LifetimeKind.EnvironmentSecret)
            );
            scope.Context.SaveChanges();
            return 0;
        });
        Queue.Limit(LifetimeKind.EnvironmentSecret);
    }

    private Task<Result<SecretReceipt>> Never(string key) =>
        _world.Environment.CreateAsync(
            _world.Machine,
            new NewEnvironmentSecret
            {
                Key = key,
                Value = SecretWorld.Bytes("value"),
                NeverExpires = true,
            }
        );

    private Task<Result<WorkflowItemView>> ChangeItem(
        WorkflowItemView item,
        Given<DateTimeOffset?>? expiresAt
    ) =>
        _world.Workflows.UpdateAsync(
            _world.Machine,
            item.Id,
            new WorkflowItemChange
            {
                Name = item.Name,
                Secret = SecretWorld.Bytes("another"),
                ExpiresAt = expiresAt,
            }
        );

    private async Task<ImportReport> Import(params ImportEntry[] entries) =>
        (
            await _world.Environment.ImportAsync(
                _world.Machine,
                new SecretImport { Entries = entries, OnConflict = ImportConflict.Replace }
            )
        ).Value;

    private async Task<bool?> Verify(string key)
    {
        var match = await _world.Environment.VerifyAsync(
            _world.Machine,
            key,
            SecretWorld.Bytes("value")
        );
        return match.Succeeded ? match.Value.Match : null;
    }

    private async Task<string[]> Export()
    {
        using var export = (await _world.Environment.ExportAsync(_world.Machine)).Value;
        return [.. export.Select(secret => secret.Name)];
    }

    private async Task<string> ByName(string name)
    {
        using var resolution = (
            await _world.Workflows.ResolveAsync(_world.Machine, new([], [name]))
        ).Value;
        return resolution.Errors.Count > 0
            ? resolution.Errors[0].Code
            : Encoding.UTF8.GetString(resolution.Items[0].Secret);
    }
}
