using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Tests.Unit.Components;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>What happens to an item between its read and the release of its values: the queue decides on the state of that moment.</summary>
public sealed class ItemReleaseTests : IAsyncLifetime
{
    private static readonly PublicId VaultId = SampleVaults.VaultId(0);
    private static readonly PublicId ItemId = SampleVaults.ItemId(0, 0);
    private static readonly PublicId FieldId = SampleVaults.FieldId(0, 0, 0);

    private PageWorld _world = null!;

    private VaultItemReadService Reads =>
        _world.Context.Services.GetRequiredService<VaultItemReadService>();

    public async Task InitializeAsync() =>
        _world = await PageWorld.CreateAsync(vaults: 1, items: _ => 1);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task Field_that_expires_before_the_release_is_withheld_by_itself()
    {
        await Expire(FieldId, _world.Accounts.Time.GetUtcNow().AddMinutes(1));
        var held = await HeldQueue.HoldAsync(_world.Accounts.Queue);
        var reading = Reads.GetAsync(_world.Visitor, VaultId, ItemId, withValues: true, default);
        _world.Accounts.Time.Advance(TimeSpan.FromMinutes(2));

        await held.ReleaseAsync();

        var fields = (await reading).Value.Fields;
        fields.Where(f => f.Expired).Select(f => f.Id).ShouldBe([FieldId]);
        fields.ShouldAllBe(f => f.Expired == (f.Value == null));
    }

    [Fact]
    public async Task Single_field_that_expires_before_the_release_is_refused()
    {
        await Expire(FieldId, _world.Accounts.Time.GetUtcNow().AddMinutes(1));
        var held = await HeldQueue.HoldAsync(_world.Accounts.Queue);
        var reading = Reads.GetFieldAsync(_world.Visitor, VaultId, FieldId, default);
        _world.Accounts.Time.Advance(TimeSpan.FromMinutes(2));

        await held.ReleaseAsync();

        (await reading).Error!.Code.ShouldBe("vault_item_expired");
    }

    [Fact]
    public async Task Expiry_that_was_set_before_the_release_counts()
    {
        var held = await HeldQueue.HoldAsync(_world.Accounts.Queue);
        var expiring = Expire(FieldId, _world.Accounts.Time.GetUtcNow().AddMinutes(-1));
        var reading = Reads.GetAsync(_world.Visitor, VaultId, ItemId, withValues: true, default);

        await held.ReleaseAsync();
        await expiring;

        (await reading).Value.Fields.Single(f => f.Expired).Id.ShouldBe(FieldId);
    }

    [Fact]
    public async Task Item_that_was_archived_before_the_release_is_not_found()
    {
        var held = await HeldQueue.HoldAsync(_world.Accounts.Queue);
        var archiving = Change((item, now) => item.ArchivedAt = now);
        var reading = Reads.GetAsync(_world.Visitor, VaultId, ItemId, withValues: true, default);

        await held.ReleaseAsync();
        await archiving;

        (await reading).Error!.Code.ShouldBe("vault_item_not_found");
    }

    [Fact]
    public async Task History_decides_at_its_release_too()
    {
        var history = new FieldHistoryService(_world.Gate, _world.Accounts.Time);
        await Expire(FieldId, _world.Accounts.Time.GetUtcNow().AddMinutes(1));
        var held = await HeldQueue.HoldAsync(_world.Accounts.Queue);
        var reading = history.GetAsync(
            _world.Visitor,
            VaultId,
            ItemId,
            new FieldHistoryQuery(new Page(1, 50)),
            default
        );
        _world.Accounts.Time.Advance(TimeSpan.FromMinutes(2));

        await held.ReleaseAsync();

        var instances = (await reading).Value.Instances;
        instances.Where(i => i.Expired).Select(i => i.FieldId).ShouldBe([FieldId]);
        instances.ShouldAllBe(i => i.Expired == (i.Value == null));
    }

    [Fact]
    public async Task History_of_an_item_that_changed_is_answered_as_it_was_read()
    {
        var history = new FieldHistoryService(_world.Gate, _world.Accounts.Time);
        var held = await HeldQueue.HoldAsync(_world.Accounts.Queue);
        var expiring = Expire(FieldId, _world.Accounts.Time.GetUtcNow().AddMinutes(-1));
        // Seen by whoever lists the instances anew.
        var relabelling = Change((item, _) => item.Name = "changed");
        var listed = new List<string>();
        var looking = _world.Accounts.Queue.RunAsync(_ =>
        {
            StatementFaults.Before = listed.Add;
            return 0;
        });
        var reading = history.GetAsync(
            _world.Visitor,
            VaultId,
            ItemId,
            new FieldHistoryQuery(new Page(1, 50)),
            default
        );
        var ending = _world.Accounts.Queue.RunAsync(_ =>
        {
            StatementFaults.Before = null;
            return 0;
        });

        await held.ReleaseAsync();
        await Task.WhenAll(expiring, relabelling, looking, ending);

        var instances = (await reading).Value.Instances;
        instances.Where(i => i.Expired).Select(i => i.FieldId).ShouldBe([FieldId]);
        instances.ShouldAllBe(i => i.Expired == (i.Value == null));
        listed.ShouldNotBeEmpty();
        listed.ShouldNotContain(sql => sql.Contains("RECURSIVE", StringComparison.Ordinal));
    }

    private Task<int> Expire(PublicId fieldId, DateTimeOffset at) =>
        _world.Accounts.Queue.RunAsync(scope =>
        {
            var commands = scope.Commands<VaultItemCommands>();
            var item = commands.Find(ItemId)!;
            commands.SetFieldExpiry(
                commands.FieldsOf(item.Id).Single(f => f.PublicId == fieldId).Id,
                at
            );
            commands.Update(item, scope.CommitSequence);
            return 0;
        });

    private Task<int> Change(Action<ItemRow, DateTimeOffset> change) =>
        _world.Accounts.Queue.RunAsync(scope =>
        {
            var commands = scope.Commands<VaultItemCommands>();
            var item = commands.Find(ItemId)!;
            change(item, scope.Now);
            commands.Update(item, scope.CommitSequence);
            return 0;
        });
}
