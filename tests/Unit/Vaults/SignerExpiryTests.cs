using Shouldly;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Tests.Unit.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>A registered key that has expired signs nothing more; what it signed stands.</summary>
public sealed class SignerExpiryTests : IAsyncLifetime
{
    private SharingWorld _world = null!;

    public async Task InitializeAsync() => _world = await SharingWorld.MakeAsync();

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Key_signs_until_the_very_instant()
    {
        Expire(_world.Store.Clock.GetUtcNow().AddHours(1));
        _world.Store.Clock.Advance(TimeSpan.FromHours(1));

        (await Renaming()).Error!.Code.ShouldBe("checkpoint_signer_required");
        _world.Name().ShouldBe("shared");
    }

    [Fact]
    public async Task Key_still_signs_a_millisecond_before()
    {
        Expire(_world.Store.Clock.GetUtcNow().AddHours(1));
        _world.Store.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));

        (await Renaming()).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData(LifetimeKind.UserKey)]
    [InlineData((LifetimeKind)0)]
    public async Task Expired_key_signs_nothing_though_a_policy_only_warns(LifetimeKind kind)
    {
        _world.Store.Queue.Warn(kind);
        Expire(_world.Store.Clock.GetUtcNow());

        (await Renaming()).Error!.Code.ShouldBe("checkpoint_signer_required");
    }

    [Fact]
    public async Task What_an_expired_key_signed_stays_verified()
    {
        Expire(_world.Store.Clock.GetUtcNow());

        var vault = (
            await _world.Vaults.GetAsync(_world.Ada.Caller, _world.VaultId, default)
        ).Value;

        vault.Summary!.SignerKeyId.ShouldBe(_world.Ada.KeyId);
        vault.Summary.Standing.ShouldNotBe(CheckpointStanding.SignatureInvalid);
    }

    private void Expire(DateTimeOffset at) =>
        _world.Store.Execute(
            $"UPDATE registered_key SET expires_at = {UtcTime.ToMicroseconds(at)}"
        );

    private Task<Result<Core.Common.Unit>> Renaming() =>
        _world.Vaults.UpdateAsync(
            _world.Ben.Caller,
            _world.VaultId,
            _world.Rename(_world.Ben, "renamed"),
            default
        );
}
