using Shouldly;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

public sealed class LeaseTests : IDisposable
{
    private const string Work = "work";

    private readonly TestStore _store = new();
    private readonly FakeClock _clock = new();
    private readonly WriteQueue _queue;
    private readonly WriteQueue _otherQueue;
    private readonly Leases _one;
    private readonly Leases _other;

    public LeaseTests()
    {
        _queue = _store.StartQueue(time: _clock);
        _otherQueue = _store.StartQueue(time: _clock);
        _one = new(_queue, _clock);
        _other = new(_otherQueue, _clock);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _otherQueue.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task One_process_holds_it_at_a_time()
    {
        (await _one.BeatAsync(Work)).ShouldBeTrue();

        for (var i = 0; i < 20; i++)
        {
            (await _other.BeatAsync(Work)).ShouldBeFalse();
            _clock.Advance(Leases.BeatEvery);
            (await _one.BeatAsync(Work)).ShouldBeTrue();
        }

        (await _other.BeatAsync("another work")).ShouldBeTrue();
    }

    [Fact]
    public async Task Lease_of_a_killed_process_is_taken_over_within_thirty_seconds()
    {
        await _one.BeatAsync(Work);
        (await _other.BeatAsync(Work)).ShouldBeFalse();
        // The last beat comes right after the other looked: the worst case.
        await _one.BeatAsync(Work);
        var killed = _clock.GetUtcNow();

        bool taken;
        do
        {
            _clock.Advance(Leases.BeatEvery);
            taken = await _other.BeatAsync(Work);
        } while (!taken && _clock.GetUtcNow() - killed < TimeSpan.FromSeconds(60));

        (_clock.GetUtcNow() - killed).ShouldBeInRange(Leases.Patience, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Holder_that_was_asleep_writes_no_more_once_another_took_over()
    {
        await _one.BeatAsync(Work);
        await _other.BeatAsync(Work);
        _clock.Advance(Leases.Patience);
        (await _queue.RunAsync(scope => _one.IsHeld(scope, Work))).ShouldBeTrue();

        (await _other.BeatAsync(Work)).ShouldBeTrue();

        (await _queue.RunAsync(scope => _one.IsHeld(scope, Work))).ShouldBeFalse();
        (await _otherQueue.RunAsync(scope => _other.IsHeld(scope, Work))).ShouldBeTrue();
        (await _one.BeatAsync(Work)).ShouldBeFalse();
    }

    [Fact]
    public async Task Lease_that_is_given_up_is_there_at_once()
    {
        await _one.BeatAsync(Work);
        await _other.BeatAsync(Work);
        await _other.ReleaseAsync(Work);
        (await _other.BeatAsync(Work)).ShouldBeFalse();

        await _one.ReleaseAsync(Work);

        (await _other.BeatAsync(Work)).ShouldBeTrue();
    }

    [Fact]
    public async Task Beat_between_two_looks_counts_however_long_they_lie_apart()
    {
        await _one.BeatAsync(Work);
        await _other.BeatAsync(Work);
        _clock.Advance(Leases.Patience);
        await _one.BeatAsync(Work);

        (await _other.BeatAsync(Work)).ShouldBeFalse();
    }
}
