using Shouldly;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Notifications;

public sealed class DeliveryTurnTests : IDisposable
{
    private readonly NotificationWorld _world = new();
    private readonly WriteQueue _other;
    private readonly DeliveryTurn _first;
    private readonly DeliveryTurn _second;

    public DeliveryTurnTests()
    {
        _other = _world.Store.StartAnotherQueue();
        _first = new DeliveryTurn(new Leases(_world.Store.Queue, _world.Clock), _world.Clock);
        _second = new DeliveryTurn(new Leases(_other, _world.Clock), _world.Clock);
    }

    public void Dispose()
    {
        _other.Dispose();
        _world.Dispose();
    }

    [Fact]
    public async Task One_process_sends_as_long_as_it_says_so()
    {
        (await _first.HasItAsync(default)).ShouldBeTrue();

        for (var beats = 0; beats < 20; beats++)
        {
            (await _second.HasItAsync(default)).ShouldBeFalse();
            _world.Clock.Advance(Leases.BeatEvery);
            (await _first.HasItAsync(default)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Another_takes_over_within_thirty_seconds_of_a_kill()
    {
        (await _first.HasItAsync(default)).ShouldBeTrue();
        var waited = TimeSpan.Zero;
        while (!await _second.HasItAsync(default))
        {
            _world.Clock.Advance(TimeSpan.FromSeconds(1));
            waited += TimeSpan.FromSeconds(1);
            waited.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        }

        waited.ShouldBeGreaterThanOrEqualTo(Leases.Patience);
        // The first was only asleep: it does not send any more.
        (await _first.HasItAsync(default)).ShouldBeFalse();
    }

    [Fact]
    public async Task Process_that_ends_hands_its_turn_over()
    {
        (await _first.HasItAsync(default)).ShouldBeTrue();
        await _first.EndAsync(default);

        (await _second.HasItAsync(default)).ShouldBeTrue();
    }
}
