using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

public sealed class VaultSyncTests : IDisposable
{
    private readonly SyncWorld _world = new();

    private VaultSync Sync => field ??= new(_world.Store.Gate, pageSize: 2);

    [Fact]
    public async Task Page_without_cursor_tells_of_nothing_archived()
    {
        var vault = await Granted();
        var item = await _world.AddItem(vault);
        await _world.ArchiveItem(item);
        await _world.Grant(_world.Member, await Granted(), item: false, open: false);

        var page = await Read(null);

        (page.Vaults.Single().Id, page.Items.Count, page.Closed.Count).ShouldBe((vault, 0, 0));
    }

    [Fact]
    public async Task Archived_item_is_closed()
    {
        var vault = await Granted();
        var item = await _world.AddItem(vault);
        var before = await Present();
        await _world.ArchiveItem(item);

        (await Read(before))
            .Closed.ShouldHaveSingleItem()
            .ShouldBe(new SyncedClosure(vault, item, ClosureReason.Archived));
    }

    [Fact]
    public async Task Archived_vault_is_closed_as_a_whole()
    {
        var vault = await Granted();
        await _world.AddItem(vault);
        var before = await Present();
        await _world.ArchiveVault(vault);

        (await Read(before))
            .Closed.ShouldHaveSingleItem()
            .ShouldBe(new SyncedClosure(vault, null, ClosureReason.Archived));
    }

    [Fact]
    public async Task Restored_vault_comes_with_its_items()
    {
        var vault = await Granted();
        var item = await _world.AddItem(vault);
        await _world.ArchiveVault(vault);
        var before = await Present();
        await _world.RestoreVault(vault);

        var page = await Read(before);

        page.Vaults.ShouldHaveSingleItem().Id.ShouldBe(vault);
        page.Items.ShouldHaveSingleItem().Item.Id.ShouldBe(item);
    }

    [Fact]
    public async Task Ended_grant_closes_without_access()
    {
        var vault = await Granted();
        await _world.AddItem(vault);
        var before = await Present();
        await _world.Grant(_world.Member, vault, item: false, open: false);
        await _world.AddItem(vault);

        (await Read(before))
            .Closed.ShouldHaveSingleItem()
            .ShouldBe(new SyncedClosure(vault, null, ClosureReason.NoAccess));
    }

    [Fact]
    public async Task Grant_on_an_item_shows_the_vault_in_part_and_that_item()
    {
        var vault = await _world.AddVault();
        var item = await _world.AddItem(vault);
        await _world.AddItem(vault);
        await _world.Grant(_world.Member, item, item: true);

        var page = await Read(null);

        page.Vaults.ShouldHaveSingleItem().ItemGrantsOnly.ShouldBeTrue();
        page.Items.ShouldHaveSingleItem().Item.Id.ShouldBe(item);
    }

    [Fact]
    public async Task Ended_grant_on_the_vault_leaves_the_items_with_grants()
    {
        var vault = await Granted();
        var item = await _world.AddItem(vault);
        await _world.AddItem(vault);
        await _world.Grant(_world.Member, item, item: true);
        var before = await Present();
        await _world.Grant(_world.Member, vault, item: false, open: false);

        var page = await Read(before);

        page.Closed.ShouldHaveSingleItem().Reason.ShouldBe(ClosureReason.NoAccess);
        page.Vaults.ShouldHaveSingleItem().ItemGrantsOnly.ShouldBeTrue();
        (await Read(page.Next)).Items.Concat(page.Items).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Another_level_changes_nothing()
    {
        await Granted();
        var before = await Present();
        await _world.SetLevel(_world.Member, AccessLevel.Admin);

        (await Read(before)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_holds_no_more_than_its_size()
    {
        var vault = await Granted();
        for (var i = 0; i < 5; i++)
        {
            await _world.AddItem(vault);
        }

        var first = await Read(null);
        var second = await Read(first.Next);

        (first.Vaults.Count + first.Items.Count, second.Vaults.Count, second.Items.Count).ShouldBe(
            (2, 0, 2)
        );
    }

    [Fact]
    public async Task What_was_unknown_and_is_closed_is_never_named()
    {
        var vault = await _world.AddVault();
        var item = await _world.AddItem(vault);
        await _world.ArchiveItem(item);
        await Granted();
        var before = await Present();
        await _world.Grant(_world.Member, vault, item: false);

        var page = await Read(before);

        page.Vaults.ShouldHaveSingleItem().Id.ShouldBe(vault);
        page.Closed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Cursor_expires_when_a_grant_ended_and_opened_again_unseen()
    {
        var vault = await Granted();
        var before = await Present();
        await _world.Grant(_world.Member, vault, item: false, open: false);
        await _world.Grant(_world.Member, vault, item: false);

        (await Sync.ReadAsync(_world.MemberCaller, before, default)).Error!.Code.ShouldBe(
            "cursor_expired"
        );
    }

    [Fact]
    public async Task Cursor_of_somebody_else_has_expired()
    {
        await Granted();
        var mine = await Present();

        (await Sync.ReadAsync(_world.AgentCaller, mine, default)).Error!.Code.ShouldBe(
            "cursor_expired"
        );
    }

    [Theory]
    [InlineData("UPDATE account SET role = 3")]
    [InlineData("UPDATE audit_head SET chain_id = 'another'")]
    [InlineData("UPDATE audit_head SET batch = 1")]
    public async Task Cursor_expires_with_what_it_depends_on(string change)
    {
        await Granted();
        var before = await Present();
        _world.Store.Execute(change);

        (await Sync.ReadAsync(_world.MemberCaller, before, default)).Error!.Code.ShouldBe(
            "cursor_expired"
        );
    }

    [Fact]
    public async Task Permission_is_needed()
    {
        var account = _world.Store.AddAccount("weak@example.org");
        var weak = _world.Store.AddMachine(account, Permissions.VaultWrite);

        (await Sync.ReadAsync(weak, null, default)).Error!.Code.ShouldBe("forbidden");
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AQAAAAAAAAAA__________8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!QAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Text_that_is_no_cursor_is_not_taken(string text) =>
        VaultSyncCursor.TryParse(text, out _).ShouldBeFalse();

    public void Dispose() => _world.Dispose();

    private async Task<PublicId> Granted()
    {
        var vault = await _world.AddVault();
        await _world.Grant(_world.Member, vault, item: false);
        return vault;
    }

    private async Task<VaultSyncPage> Read(VaultSyncCursor? since) =>
        (await Sync.ReadAsync(_world.MemberCaller, since, default)).Value;

    /// <summary>The cursor of somebody who has everything.</summary>
    private async Task<VaultSyncCursor> Present()
    {
        var follower = new SyncFollower(Sync, _world.MemberCaller);
        await follower.GoOn();
        return follower.Cursor!.Value;
    }
}

internal static class VaultSyncPageAssertions
{
    public static void ShouldBeEmpty(this VaultSyncPage page) =>
        (page.Vaults.Count, page.Items.Count, page.Closed.Count).ShouldBe((0, 0, 0));
}
