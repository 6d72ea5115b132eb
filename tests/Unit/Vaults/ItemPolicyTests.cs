using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Tests.Unit.Components;
using VaultPortal.Tests.Unit.Policies;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>What policies decide about items and fields: at the very instant, on every way out.</summary>
public sealed class ItemPolicyTests : IAsyncLifetime
{
    private static readonly PublicId VaultId = SampleVaults.VaultId(0);
    private static readonly PublicId ItemId = SampleVaults.ItemId(0, 0);
    private static readonly PublicId FieldId = SampleVaults.FieldId(0, 0, 0);
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private PageWorld _world = null!;

    private VaultItemReadService Reads =>
        _world.Context.Services.GetRequiredService<VaultItemReadService>();

    private FieldHistoryService History => new(_world.Gate, _world.Accounts.Time);

    private ItemExpiryService Expiries => new(_world.Gate);

    private WriteQueue Queue => _world.Accounts.Queue;

    private DateTimeOffset Now => _world.Accounts.Time.GetUtcNow();

    public async Task InitializeAsync() =>
        _world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Field_is_refused_from_the_very_instant()
    {
        await SetField(Now.AddMinutes(10));
        _world.Accounts.Time.Advance(TimeSpan.FromMinutes(10) - Millisecond);
        (await Field()).Succeeded.ShouldBeTrue();
        (await Values()).ShouldNotContain(f => f.Expired);

        _world.Accounts.Time.Advance(Millisecond);

        (await Field()).Error!.Code.ShouldBe("vault_item_expired");
        (await Values()).ShouldAllBe(f => f.Expired == (f.Value == null));
        (await Instances()).ShouldAllBe(i => i.Expired == (i.Value == null));
    }

    [Fact]
    public async Task Field_that_is_only_warned_of_leaves_and_the_audit_says_so()
    {
        Queue.Warn(LifetimeKind.Field);
        await SetField(Now.AddMinutes(10));
        (await Values()).ShouldNotContain(f => f.Expired);
        Outcome("vault_item.read_values").ShouldBe("ok");
        _world.Accounts.Time.Advance(TimeSpan.FromMinutes(10));

        var read = (await Values()).Single(f => f.Id == FieldId);
        (await Field()).Value.Field.Value.ShouldNotBeNull();
        var past = (await Instances()).First(i => i.FieldId == FieldId);

        (read.Expired, read.Withheld, read.Value is null).ShouldBe((true, false, false));
        (past.Expired, past.Withheld, past.Value is null).ShouldBe((true, false, false));
        foreach (
            var action in new[]
            {
                "vault_item.read_values",
                "field.read_value",
                "vault_item.read_history_values",
            }
        )
        {
            Outcome(action).ShouldBe("ok_after_expiry");
        }
    }

    [Fact]
    public async Task Expired_item_is_judged_by_the_policy_of_items()
    {
        Queue.Warn(LifetimeKind.Field);
        await SetItem(Now);
        (await Field()).Error!.Code.ShouldBe("vault_item_expired");

        Queue.Warn(LifetimeKind.VaultItem);

        (await Field()).Succeeded.ShouldBeTrue();
        (await Values()).ShouldAllBe(f => f.Expired && f.Value != null);
    }

    [Fact]
    public async Task Warned_item_does_not_open_a_field_that_is_blocked()
    {
        Queue.Warn(LifetimeKind.VaultItem);
        await SetItem(Now);
        await SetField(Now);

        (await Field()).Error!.Code.ShouldBe("vault_item_expired");
        (await Values()).ShouldAllBe(f => f.Withheld == (f.Id == FieldId));
        Outcome("vault_item.read_values").ShouldBe("ok_after_expiry");
    }

    [Fact]
    public async Task Policy_of_the_vault_and_of_the_field_type_is_asked()
    {
        await SetField(Now);
        var type = _world.Accounts.Store.Number(
            $"SELECT type FROM field WHERE public_id = x'{FieldId}'"
        );
        Queue.Add(
            0,
            policy => (policy.FieldType, policy.OnExpiry) = ((int)type + 1, OnExpiry.Warn)
        );
        (await Field()).Succeeded.ShouldBeFalse();
        Queue.Add(0, policy => (policy.FieldType, policy.OnExpiry) = ((int)type, OnExpiry.Warn));
        (await Field()).Succeeded.ShouldBeTrue();

        var vault = _world.Accounts.Store.Number("SELECT id FROM vault");
        Queue.Add(0, policy => policy.VaultId = vault);

        (await Field()).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task Policy_that_blocks_before_the_release_counts()
    {
        var warning = Queue.Warn(LifetimeKind.Field);
        await SetField(Now);
        var held = await HeldQueue.HoldAsync(Queue);
        var blocking = Queue.RunAsync(scope =>
        {
            scope.Context.Remove(scope.Context.Set<ExpiryPolicy>().Single(p => p.Id == warning.Id));
            scope.Context.SaveChanges();
            return 0;
        });
        var item = Reads.GetAsync(_world.Visitor, VaultId, ItemId, withValues: true, default);
        var field = Reads.GetFieldAsync(_world.Visitor, VaultId, FieldId, default);

        await held.ReleaseAsync();
        await blocking;

        (await item).Value.Fields.Single(f => f.Id == FieldId).Value.ShouldBeNull();
        (await field).Error!.Code.ShouldBe("vault_item_expired");
    }

    [Fact]
    public async Task Good_read_asks_no_policy_in_the_queue()
    {
        Queue.Warn(LifetimeKind.Field);
        await SetField(Now.AddMinutes(10));
        var statements = new List<string>();
        await Queue.RunAsync(_ =>
        {
            StatementFaults.Before = statements.Add;
            return 0;
        });

        await Values();
        await Field();
        await Queue.RunAsync(_ =>
        {
            StatementFaults.Before = null;
            return 0;
        });

        statements.ShouldNotBeEmpty();
        statements.ShouldNotContain(sql => sql.Contains("expiry_policy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Expiry_beyond_the_longest_is_refused_at_its_place_and_nothing_changes()
    {
        Queue.Limit(LifetimeKind.VaultItem);
        Queue.Limit(LifetimeKind.Field);
        var late = Now.AddDays(180).AddMicroseconds(1);

        ShouldBeAt(await Set(late), "/expiresAt");
        ShouldBeAt(await Set(Now.AddDays(180), late), "/fields/0/expiresAt");
        (await Set(Now.AddDays(180), Now.AddDays(180))).Succeeded.ShouldBeTrue();
        ShouldBeAt(await Set(null), "/expiresAt");

        _world
            .Accounts.Store.Number(
                $"SELECT expires_at FROM vault_item WHERE public_id = x'{ItemId}'"
            )
            .ShouldBe(UtcTime.ToMicroseconds(Now.AddDays(180)));
    }

    [Fact]
    public async Task Present_expiry_can_be_said_again_however_long_it_is()
    {
        await Set(Now.AddYears(5));
        Queue.Limit(LifetimeKind.VaultItem);

        (await Set(Now.AddYears(5))).Succeeded.ShouldBeTrue();
        ShouldBeAt(await Set(Now.AddYears(5).AddSeconds(-1)), "/expiresAt");
    }

    private static void ShouldBeAt(Result<Core.Common.Unit> result, string path)
    {
        result.Error.ShouldNotBeNull();
        (result.Error.Code, result.Error.Path).ShouldBe(("invalid_request", path));
    }

    private Task<Result<Core.Common.Unit>> Set(
        DateTimeOffset? item,
        DateTimeOffset? field = null
    ) =>
        Expiries.SetAsync(
            _world.Visitor,
            ItemId,
            new ExpiryChange
            {
                SaysItem = true,
                ItemExpiresAt = item,
                Fields = field is null
                    ? []
                    :
                    [
                        new FieldExpiry(
                            FieldId,
                            field,
                            JsonPointer.Root.Member("fields").Element(0)
                        ),
                    ],
            },
            default
        );

    private async Task<IReadOnlyList<FieldView>> Values() =>
        (await Reads.GetAsync(_world.Visitor, VaultId, ItemId, withValues: true, default))
            .Value
            .Fields;

    private Task<Result<FieldInItem>> Field() =>
        Reads.GetFieldAsync(_world.Visitor, VaultId, FieldId, default);

    private async Task<IReadOnlyList<FieldInstanceView>> Instances() =>
        (
            await History.GetAsync(
                _world.Visitor,
                VaultId,
                ItemId,
                new FieldHistoryQuery(new Page(1, 50)),
                default
            )
        )
            .Value
            .Instances;

    private Task<int> SetField(DateTimeOffset at) =>
        Queue.RunAsync(scope =>
        {
            var commands = scope.Commands<VaultItemCommands>();
            var item = commands.Find(ItemId)!;
            commands.SetFieldExpiry(
                commands.FieldsOf(item.Id).Single(f => f.PublicId == FieldId).Id,
                at
            );
            commands.Update(item, scope.CommitSequence);
            return 0;
        });

    private Task<int> SetItem(DateTimeOffset at) =>
        Queue.RunAsync(scope =>
        {
            var commands = scope.Commands<VaultItemCommands>();
            var item = commands.Find(ItemId)!;
            item.ExpiresAt = at;
            commands.SetExpiry(item);
            commands.Update(item, scope.CommitSequence);
            return 0;
        });

    /// <summary>Of the newest entry with this action.</summary>
    private string Outcome(string action)
    {
        using var context = _world.Accounts.Store.Database.CreateDbContext();
        var text = context
            .Set<AuditEntry>()
            .OrderByDescending(entry => entry.Sequence)
            .Select(entry => entry.Text)
            .AsEnumerable()
            .First(entry =>
                entry.StartsWith($$"""{"action":"{{action}}",""", StringComparison.Ordinal)
            );
        return (string)System.Text.Json.Nodes.JsonNode.Parse(text)!["outcome"]!;
    }
}
