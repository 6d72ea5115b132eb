using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using VaultPortal.Background;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.Unit.Expiry;
using Xunit;

namespace VaultPortal.Tests.Unit.Background;

public sealed class ExpirySweeperTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ExpiryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Server_sweeps_when_it_starts_and_leaves_the_lease_when_it_ends()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        using var sweeper = On(_world.Store.Queue);

        await sweeper.StartAsync(default);
        await Until(() => _world.Count("reminder") == 1);
        _world.Count("lease").ShouldBe(1);
        await sweeper.StopAsync(default);

        _world.Count("lease").ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_swept_while_another_process_holds_the_lease()
    {
        _world.Person();
        await _world.Secrets.Create("KEY", expiresAt: _world.Now);
        var other = new Leases(_world.Store.Queue, _world.Clock);
        await other.BeatAsync(ExpirySweep.Lease);
        using var sweeper = On(_world.Store.Queue);

        await sweeper.StartAsync(default);
        // What it asked the queue first is done by then.
        await _world.Store.Queue.RunAsync(static _ => true);
        await sweeper.StopAsync(default);

        (_world.Count("reminder"), _world.Count("lease")).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Storage_that_fails_does_not_end_the_server()
    {
        var queue = _world.Store.StartAnotherQueue();
        queue.Dispose();
        using var sweeper = On(queue);

        await sweeper.StartAsync(default);
        await Task.Yield();

        sweeper.ExecuteTask!.IsFaulted.ShouldBeFalse();
        await sweeper.StopAsync(default);
    }

    private ExpirySweeper On(WriteQueue queue) =>
        new(
            _world.SweepOn(queue),
            new Leases(queue, _world.Clock),
            _world.Clock,
            NullLogger<ExpirySweeper>.Instance
        );

    private static async Task Until(Func<bool> isSo)
    {
        for (var began = Stopwatch.StartNew(); !isSo(); await Task.Delay(10))
        {
            began.Elapsed.ShouldBeLessThan(Patience);
        }
    }
}
