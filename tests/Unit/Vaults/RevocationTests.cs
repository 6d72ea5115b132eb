using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>
/// What is taken away counts at once, also for a request that was on its way already: it has passed every early check and waits in the
/// queue behind what takes its access (DESIGN section 7).
/// </summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private SharingWorld _world = null!;

    public async Task InitializeAsync() => _world = await SharingWorld.MakeAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Update_succeeds_where_nothing_is_taken_away() =>
        (await Renaming()).Succeeded.ShouldBeTrue();

    [Fact]
    public async Task Removed_grant_ends_an_update_under_way()
    {
        var refused = await Behind(
            () =>
                _world.Grants.SetAsync(
                    _world.Ada.Caller,
                    GrantedAsset.Vault,
                    _world.VaultId,
                    _world.Permissions(3, _world.Ada, _world.Ada)
                ),
            Renaming
        );

        refused.Code.ShouldBe("vault_not_found");
        _world.Name().ShouldBe("shared");
    }

    [Fact]
    public async Task Removed_grant_ends_another_change_of_grants_under_way()
    {
        var refused = await Behind(
            () =>
                _world.Grants.SetAsync(
                    _world.Ada.Caller,
                    GrantedAsset.Vault,
                    _world.VaultId,
                    _world.Permissions(3, _world.Ada, _world.Ada)
                ),
            () =>
                _world.Grants.SetAsync(
                    _world.Ben.Caller,
                    GrantedAsset.Vault,
                    _world.VaultId,
                    _world.Permissions(3, _world.Ben, _world.Ben)
                )
        );

        refused.Code.ShouldBe("vault_not_found");
        _world
            .Store.Number("SELECT principal_id FROM access_grant WHERE level = 3 AND ended IS NULL")
            .ShouldBe(_world.Ada.Account.Id);
    }

    [Fact]
    public async Task Revoked_API_key_ends_an_update_under_way()
    {
        var key = (await _world.Store.ApiKeys.ListAsync(Caller.Command()))
            .Value.Single(k => k.OwnerName == _world.Ben.Account.Email)
            .Id;

        var refused = await Behind(
            () => _world.Store.ApiKeys.RevokeAsync(Caller.Command(), key),
            Renaming
        );

        refused.Code.ShouldBe("unauthorized");
        _world.Name().ShouldBe("shared");
    }

    [Fact]
    public async Task Retired_signing_key_ends_an_update_under_way()
    {
        var refused = await Behind(
            () =>
                _world.Store.KeyPairs.RetireAsync(
                    _world.Ben.Caller,
                    _world.Ben.KeyId,
                    RetireReason.Compromised
                ),
            Renaming
        );

        refused.Code.ShouldBe("checkpoint_signer_required");
        _world.Name().ShouldBe("shared");
    }

    [Fact]
    public async Task Archived_agent_gets_no_value_that_it_was_reading()
    {
        var refused = await Behind(
            () => _world.Store.Agents.ArchiveAsync(_world.Ada.Caller, _world.Agent.AgentPublicId),
            () => Reading(_world.Agent)
        );

        refused.Code.ShouldBe("unauthorized");
    }

    [Fact]
    public async Task Removed_grant_withholds_a_value_that_was_being_read()
    {
        var refused = await Behind(
            () =>
                _world.Grants.SetAsync(
                    _world.Ada.Caller,
                    GrantedAsset.Vault,
                    _world.VaultId,
                    _world.Permissions(3, _world.Ada, _world.Ada)
                ),
            () => Reading(_world.Ben.Caller)
        );

        refused.Code.ShouldBe("vault_item_not_found");
    }

    [Fact]
    public async Task Archiving_ends_grants_and_marks_the_vault()
    {
        var archived = await _world.Store.Agents.ArchiveAsync(
            _world.Ada.Caller,
            _world.Agent.AgentPublicId
        );

        archived.Succeeded.ShouldBeTrue();
        _world
            .Store.Number(
                "SELECT count(*) FROM access_grant WHERE principal_kind = 2 AND ended IS NULL"
            )
            .ShouldBe(0);
        _world.Store.Number("SELECT rekey_due FROM vault").ShouldBe(1);
    }

    [Fact]
    public async Task Grant_that_ended_keeps_its_row_and_begins_anew()
    {
        var benId = _world.Ben.Account.Id;
        var grant = $"FROM access_grant WHERE principal_kind = 1 AND principal_id = {benId}";
        var opened = _world.Store.Number($"SELECT opened {grant}");
        await Set(3, _world.Ada);
        _world.Store.Number($"SELECT ended IS NOT NULL {grant}").ShouldBe(1);

        await Set(4, _world.Ada, _world.Ben);

        _world.Store.Number($"SELECT ended IS NULL {grant}").ShouldBe(1);
        _world.Store.Number($"SELECT opened {grant}").ShouldBeGreaterThan(opened);
    }

    [Fact]
    public async Task Grant_that_goes_on_keeps_when_it_began()
    {
        var grant =
            $"FROM access_grant WHERE principal_kind = 1 AND principal_id = {_world.Ben.Account.Id}";
        var opened = _world.Store.Number($"SELECT opened {grant}");

        await Set(3, _world.Ada, _world.Ben);

        _world.Store.Number($"SELECT opened {grant}").ShouldBe(opened);
    }

    [Fact]
    public async Task Each_grant_that_changes_stands_in_the_audit()
    {
        await Set(3, _world.Ada);

        _world
            .Store.Audited("grant.end")
            .ShouldContain(entry =>
                entry.Contains(
                    $"user:{_world.Ben.Account.PublicId} ADMIN",
                    StringComparison.Ordinal
                )
            );
    }

    private async Task Set(long version, params SharingWorld.Member[] admins) =>
        (
            await _world.Grants.SetAsync(
                _world.Ada.Caller,
                GrantedAsset.Vault,
                _world.VaultId,
                _world.Permissions(version, _world.Ada, admins)
            )
        ).Succeeded.ShouldBeTrue();

    private Task<Result<Core.Common.Unit>> Renaming() =>
        _world.Vaults.UpdateAsync(
            _world.Ben.Caller,
            _world.VaultId,
            _world.Rename(_world.Ben, "renamed"),
            default
        );

    private Task<Result<Core.Vaults.VaultItemView>> Reading(Caller caller) =>
        _world.Items.GetAsync(caller, _world.VaultId, _world.ItemId, withValues: true, default);

    /// <summary>Both wait in the queue, the one that takes access away first; the refusal of the other.</summary>
    private async Task<VaultError> Behind<TFirst, TSecond>(
        Func<Task<Result<TFirst>>> takesAway,
        Func<Task<Result<TSecond>>> underWay
    )
    {
        await using var held = await HeldQueue.HoldAsync(_world.Store.Queue);
        var first = takesAway();
        var second = underWay();
        second.IsCompleted.ShouldBeFalse();
        await held.ReleaseAsync();
        (await first).Succeeded.ShouldBeTrue();
        return (await second).Error.ShouldNotBeNull();
    }
}
