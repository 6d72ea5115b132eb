using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;
using VaultPortal.Tests.Unit.Components;
using VaultPortal.Tests.Unit.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>What the list of vaults tells, and what it does not, whatever is asked of it.</summary>
public sealed class VaultListTests
{
    /// <summary>Of six sample items one has expired and one is due.</summary>
    private const int Items = 6;

    [Fact]
    public async Task Expiring_items_are_counted_only_where_a_moment_is_named()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => Items);

        (await List(world, new VaultQuery())).Vaults.Single().Expiring.ShouldBeNull();
        (await List(world, Now(world))).Vaults.Single().Expiring.ShouldBe(new ExpiringItems(1, 1));
    }

    [Theory]
    [InlineData(0, 0, 0, 1, 1)]
    [InlineData(0, 0, 365, 2, 1)]
    [InlineData(0, 0, null, 0, 1)]
    [InlineData((int)ItemType.Custom, 0, 365, 1, 1)]
    [InlineData(0, (int)DataClassification.Cui, 365, 1, 1)]
    public async Task Policies_say_which_items_are_due(
        int type,
        int classification,
        int? days,
        int due,
        int expired
    )
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => Items);
        world.Tamper("UPDATE vault SET classification = 1");
        world.Tamper("UPDATE vault_item SET type = 1");
        if (days != 0)
        {
            world.Accounts.Queue.Add(
                LifetimeKind.VaultItem,
                policy =>
                    (policy.ItemType, policy.Classification, policy.ReminderOffsets) = (
                        type,
                        classification,
                        days is { } notice ? $"{notice * TestPolicies.Day}" : ""
                    )
            );
        }

        var vault = (await List(world, Now(world))).Vaults.Single();

        vault.Expiring.ShouldBe(new ExpiringItems(due, expired));
    }

    [Fact]
    public async Task Policy_of_one_vault_says_nothing_of_another()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2, items: _ => Items);
        world.Accounts.Queue.Add(
            LifetimeKind.VaultItem,
            policy => (policy.VaultId, policy.ReminderOffsets) = (1, $"{365 * TestPolicies.Day}")
        );
        var query = Now(world) with { Sort = VaultSort.Expiring, Descending = true };

        var vaults = (await List(world, query)).Vaults;
        var soon = await List(world, query with { Expiring = ExpiryFilter.Soon });

        vaults
            .Select(vault => vault.Expiring)
            .ShouldBe([new ExpiringItems(2, 1), new ExpiringItems(1, 1)]);
        soon.Total.ShouldBe(2);
    }

    [Fact]
    public async Task A_filter_by_expiry_without_a_moment_filters_nothing()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2);

        (await List(world, new VaultQuery { Expiring = ExpiryFilter.Expired })).Total.ShouldBe(2);
    }

    [Fact]
    public async Task Vaults_are_sorted_by_how_many_items_expire()
    {
        await using var world = await PageWorld.CreateAsync(
            vaults: 3,
            items: i =>
                i == 0 ? 3
                : i == 2 ? 5
                : 0
        );

        var list = await List(
            world,
            Now(world) with
            {
                Sort = VaultSort.Expiring,
                Descending = true,
            }
        );

        list.Vaults.Select(vault => vault.Id)
            .ShouldBe([SampleVaults.VaultId(2), SampleVaults.VaultId(0), SampleVaults.VaultId(1)]);
    }

    [Fact]
    public async Task Who_has_grants_on_single_items_only_learns_nothing_of_the_others_expiry()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2, items: i => i * Items);
        // A role without an office, a grant on one item that does not expire.
        world.Tamper(
            """
            UPDATE account SET role = 99;
            UPDATE access_grant SET asset_kind = 2, asset_id = (SELECT min(id) FROM vault_item) WHERE asset_id = 2;
            DELETE FROM access_grant WHERE asset_kind = 1;
            """
        );
        var query = Now(world);

        var list = await List(world, query);

        list.Vaults.Single().ItemGrantsOnly.ShouldBeTrue();
        list.Vaults.Single().Expiring.ShouldBeNull();
        (await List(world, query with { Expiring = ExpiryFilter.Soon })).Total.ShouldBe(0);
        (await List(world, query with { Access = VaultAccessFilter.None })).Total.ShouldBe(1);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("UPDATE access_grant SET level = 2", 0)]
    [InlineData("UPDATE access_grant SET ended = 1", 0)]
    [InlineData("UPDATE account SET role = 3", 0)]
    public async Task Archived_vaults_are_listed_for_those_who_may_restore_them(
        string change,
        int total
    )
    {
        await using var world = await PageWorld.CreateAsync(vaults: 2);
        world.Tamper($"UPDATE vault SET archived_at = 1 WHERE id = 1; {change}");

        var list = await List(world, new VaultQuery { State = VaultListState.Archived });

        list.Total.ShouldBe(total);
        list.Vaults.ShouldAllBe(vault => vault.ArchivedAt != null);
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(2, null)]
    [InlineData(1, "forbidden")]
    public async Task Archived_items_are_told_to_those_who_may_restore_them(
        int level,
        string? refusal
    )
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, items: _ => 2);
        world.Tamper(
            $"UPDATE vault_item SET archived_at = 1 WHERE id = 1; UPDATE access_grant SET level = {level}"
        );

        var archived = await Reads(world)
            .GetArchivedItemsAsync(world.Visitor, SampleVaults.VaultId(0), default);

        archived.Error?.Code.ShouldBe(refusal);
        if (refusal is null)
        {
            archived.Value.Items.Single().Id.ShouldBe(SampleVaults.ItemId(0, 0));
        }
    }

    [Fact]
    public async Task Archived_items_are_nothing_for_an_auditor()
    {
        await using var world = await PageWorld.CreateAsync(vaults: 1, role: Role.Auditor);

        var archived = await Reads(world)
            .GetArchivedItemsAsync(world.Visitor, SampleVaults.VaultId(0), default);

        archived.Error!.Code.ShouldBe("forbidden");
    }

    private static VaultService Reads(PageWorld world) =>
        world.Context.Services.GetRequiredService<VaultService>();

    private static VaultQuery Now(PageWorld world) =>
        new() { Now = world.Accounts.Time.GetUtcNow() };

    private static async Task<VaultList> List(PageWorld world, VaultQuery query) =>
        (await Reads(world).ListAsync(world.Visitor, query, default)).Value;
}
