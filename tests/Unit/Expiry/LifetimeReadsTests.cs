using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class LifetimeReadsTests : IDisposable
{
    private static readonly AuditedCall Call = new(
        "lifetime.list",
        "lifetimes",
        Permissions.MonitoringRead
    );

    private readonly ExpiryWorld _world = new();
    private readonly Caller _owner;

    public LifetimeReadsTests() => _owner = _world.Person();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Read_waits_for_a_turn_and_too_many_that_wait_are_refused()
    {
        var reads = new LifetimeReads(_world.Store.Gate, _world.Store.Reads) { MostWaiting = 1 };
        using var held = new ManualResetEventSlim();
        var running = HoldAllTurns(reads, held);

        var waiting = Read(reads, static _ => { });
        var refused = await Read(reads, static _ => { });

        refused.Error!.Code.ShouldBe("unavailable");
        refused.Error.RetryAfter.ShouldNotBeNull();
        waiting.IsCompleted.ShouldBeFalse();
        _world.Store.Audited("lifetime.list").ShouldHaveSingleItem().ShouldContain("unavailable");
        held.Set();
        (await waiting).Succeeded.ShouldBeTrue();
        (await Task.WhenAll(running)).ShouldAllBe(read => read.Succeeded);
        (await Read(reads, static _ => { })).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_leaves_while_he_waits_takes_no_turn()
    {
        var reads = new LifetimeReads(_world.Store.Gate, _world.Store.Reads) { MostWaiting = 1 };
        using var held = new ManualResetEventSlim();
        using var gone = new CancellationTokenSource();
        var running = HoldAllTurns(reads, held);
        var left = Read(reads, static _ => { }, gone.Token);
        left.IsCompleted.ShouldBeFalse();

        await gone.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(left);
        var next = Read(reads, static _ => { });
        next.IsCompleted.ShouldBeFalse();
        held.Set();
        (await next).Succeeded.ShouldBeTrue();
        (await Task.WhenAll(running)).ShouldAllBe(read => read.Succeeded);
    }

    [Fact]
    public async Task Endless_read_is_given_up_when_its_time_is_over()
    {
        var reads = new LifetimeReads(_world.Store.Gate, _world.Store.Reads)
        {
            Limit = TimeSpan.FromMilliseconds(20),
        };

        var read = await Read(reads, Endless);

        read.Error!.Code.ShouldBe("unavailable");
        _world.Store.Audited("lifetime.list").ShouldHaveSingleItem().ShouldContain("unavailable");
    }

    [Fact]
    public async Task Endless_read_ends_when_its_caller_leaves()
    {
        var reads = new LifetimeReads(_world.Store.Gate, _world.Store.Reads)
        {
            Limit = TimeSpan.FromHours(1),
        };
        using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        await Should.ThrowAsync<OperationCanceledException>(() => Read(reads, Endless, gone.Token));

        _world.Store.Audited("lifetime.list").ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_may_not_read_is_told_so_though_all_turns_are_taken()
    {
        var reads = new LifetimeReads(_world.Store.Gate, _world.Store.Reads) { MostWaiting = 0 };
        var machine = _world.Store.AddMachine(ExpiryWorld.AccountOf(_owner), Permissions.VaultRead);

        var read = await reads.ReadAsync<bool>(machine, Call, static (_, _) => true, default);

        read.Error!.Code.ShouldBe("forbidden");
    }

    /// <summary>Reads that have a turn each, and end when <paramref name="held"/> is set.</summary>
    private List<Task<Result<bool>>> HoldAllTurns(LifetimeReads reads, ManualResetEventSlim held)
    {
        var begun = 0;
        var running = new List<Task<Result<bool>>>();
        for (var turn = 1; turn <= Environment.ProcessorCount; turn++)
        {
            running.Add(
                Task.Run(() =>
                    Read(
                        reads,
                        _ =>
                        {
                            Interlocked.Increment(ref begun);
                            held.Wait();
                        }
                    )
                )
            );
            // One after another: whoever is on his way to a turn waits for it, too.
            var last = turn;
            SpinWait.SpinUntil(() => Volatile.Read(ref begun) >= last);
        }

        return running;
    }

    private Task<Result<bool>> Read(
        LifetimeReads reads,
        Action<ReadScope> read,
        CancellationToken cancellation = default
    ) =>
        reads.ReadAsync<bool>(
            _owner,
            Call,
            (scope, _) =>
            {
                read(scope);
                return true;
            },
            cancellation
        );

    private static void Endless(ReadScope scope) =>
        new PreparedCommand(
            scope.Connection,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        ).Number();
}
