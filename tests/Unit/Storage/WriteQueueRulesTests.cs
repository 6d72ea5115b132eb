using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Shouldly;
using SQLitePCL;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>The rules of the write queue (DESIGN section 2), where the disk does what it should.</summary>
public sealed class WriteQueueRulesTests : IDisposable
{
    private static readonly WriteQueueOptions NeverIdle = new()
    {
        IdlePoll = TimeSpan.FromHours(1),
    };

    private readonly TestStore _store = new(new() { BusyTimeout = TimeSpan.FromMilliseconds(200) });

    [Fact]
    public async Task Batch_takes_256_items_at_most()
    {
        using var queue = _store.StartQueue();
        var held = await HeldQueue.HoldAsync(queue);
        var items = Enumerable.Range(1, 600).Select(id => queue.RunAsync(s => Batch(s, id)));
        var waiting = items.ToArray();

        await held.DisposeAsync();

        var batches = await Task.WhenAll(waiting);
        batches.CountBy(batch => batch).Select(b => b.Value).ShouldBe([256, 256, 88]);
    }

    [Fact]
    public async Task Batch_takes_one_step_and_leaves_the_rest_to_ordinary_items()
    {
        using var queue = _store.StartQueue();
        var held = await HeldQueue.HoldAsync(queue);
        var steps = Enumerable
            .Range(1, 5)
            .Select(id => queue.RunStepAsync(scope => Batch(scope, id)))
            .ToArray();
        var items = Enumerable
            .Range(10, 300)
            .Select(id => queue.RunAsync(scope => Batch(scope, id)))
            .ToArray();

        await held.DisposeAsync();

        var first = (await Task.WhenAll(steps))[0];
        (await Task.WhenAll(steps)).ShouldBe(Enumerable.Range(0, 5).Select(i => first + i));
        (await Task.WhenAll(items))
            .CountBy(batch => batch)
            .Select(b => (b.Key, b.Value))
            .ShouldBe([(first, 255), (first + 1, 45)]);
    }

    [Fact]
    public async Task Item_that_lost_the_transaction_lets_the_batch_run_again_one_by_one()
    {
        using var queue = _store.StartQueue();
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;
        var held = await HeldQueue.HoldAsync(queue);
        var before = ledger.Enqueue();
        var bad = queue.RunAsync<int>(scope =>
        {
            TestStore.Execute(scope.Connection, "ROLLBACK");
            throw new FormatException("a bug");
        });
        var after = ledger.Enqueue();

        await held.DisposeAsync();

        await Should.ThrowAsync<FormatException>(bad);
        await Task.WhenAll(before.Answer, after.Answer);
        before.Runs.ShouldBe(2);
        after.Runs.ShouldBe(1);
        _store.Number("SELECT batch FROM audit_head").ShouldBe(3);
        await ledger.DemandAsync([before, after], exactly: true, "lost");
    }

    [Theory]
    [InlineData("ROLLBACK")]
    [InlineData("COMMIT")]
    public async Task Item_that_ends_the_transaction_and_says_nothing_stores_nothing(string end)
    {
        using var queue = _store.StartQueue();
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;
        var held = await HeldQueue.HoldAsync(queue);
        var neighbour = ledger.Enqueue();
        var bad = queue.RunAsync(scope =>
        {
            Ignore(scope.Connection, "INSERT INTO test_note VALUES (7777, 'before')");
            Ignore(scope.Connection, end);
            // Without a transaction this statement would commit alone.
            Ignore(scope.Connection, "INSERT INTO test_note VALUES (7778, 'after')");
            return 1;
        });

        await held.DisposeAsync();

        await Should.ThrowAsync<Exception>(bad);
        await neighbour.Answer;
        _store.Number("SELECT count(*) FROM test_note WHERE id >= 7777").ShouldBe(0);
        await ledger.DemandAsync([neighbour], exactly: true, end);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Item_that_hides_a_failed_entry_does_not_break_the_chain(
        bool before,
        bool together
    )
    {
        using var queue = _store.StartQueue();
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;
        var held = await HeldQueue.HoldAsync(queue);
        var neighbour = ledger.Enqueue();
        var bad = queue.RunAsync(scope =>
        {
            var fault = new StatementFault(1, StatementFailure.Full)
            {
                Only = "INSERT INTO audit_entry",
            };
            fault.Set(scope.Connection, before);
            Should.Throw<SqliteException>(() =>
                scope.Audit(TestStore.Caller, "note.create", "note:7777", "ok")
            );
            return scope.Commands<NoteCommands>().Insert.Execute(77770L, "not recorded");
        });
        // One that loses the transaction, so that each runs alone.
        var loser = together
            ? Task.FromException<int>(new FormatException())
            : queue.RunAsync<int>(scope =>
            {
                TestStore.Execute(scope.Connection, "ROLLBACK");
                throw new FormatException("a bug");
            });

        await held.DisposeAsync();

        await Should.ThrowAsync<Exception>(bad);
        await Should.ThrowAsync<FormatException>(loser);
        await neighbour.Answer;
        _store.Number("SELECT count(*) FROM test_note WHERE id = 77770").ShouldBe(0);
        await ledger.DemandAsync([neighbour], exactly: true, "hidden");
    }

    [Fact]
    public async Task Cancelled_item_that_has_not_begun_never_runs()
    {
        using var queue = _store.StartQueue();
        using var cancel = new CancellationTokenSource();
        var held = await HeldQueue.HoldAsync(queue);
        var ran = false;
        var item = queue.RunAsync(_ => ran = true, cancel.Token);

        await cancel.CancelAsync();

        // While the queue is still busy with another.
        item.IsCanceled.ShouldBeTrue();
        await held.DisposeAsync();
        await queue.RunAsync(_ => 0);
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task Cancelled_item_that_has_begun_is_done()
    {
        using var queue = _store.StartQueue();
        using var cancel = new CancellationTokenSource();

        var item = queue.RunAsync(
            scope =>
            {
                cancel.Cancel();
                return NoteLedger.Write(scope, 1);
            },
            cancel.Token
        );

        (await item).ShouldBe(1);
        _store.Number("SELECT count(*) FROM test_note").ShouldBe(NoteLedger.RowsEach);
    }

    [Fact]
    public async Task Cancelled_before_it_is_enqueued_is_cancelled()
    {
        using var queue = _store.StartQueue();

        await Should.ThrowAsync<OperationCanceledException>(
            queue.RunAsync(_ => 0, new CancellationToken(canceled: true))
        );
    }

    [Fact]
    public async Task Callers_are_answered_in_order()
    {
        using var queue = _store.StartQueue();
        var held = await HeldQueue.HoldAsync(queue);
        var items = Enumerable.Range(0, 250).Select(i => queue.RunAsync(_ => i)).ToArray();
        var watch = Task.Run(() =>
        {
            // The last that is answered is looked for first: all before it must have been answered by then.
            for (var last = -1; last < items.Length - 1; )
            {
                last = Array.FindLastIndex(items, item => item.IsCompleted);
                items.Take(last + 1).ShouldAllBe(item => item.IsCompleted);
            }
        });

        await held.DisposeAsync();

        await watch;
    }

    [Fact]
    public async Task Actions_after_commit_run_when_all_is_durable_and_before_any_caller_hears()
    {
        using var queue = _store.StartQueue();
        var held = await HeldQueue.HoldAsync(queue);
        var seen = new ConcurrentQueue<(long Rows, bool Answered)>();
        Task<int>[] items = [];
        items =
        [
            .. Enumerable
                .Range(1, 3)
                .Select(id =>
                    queue.RunAsync(scope =>
                    {
                        scope.AfterCommit(() =>
                            seen.Enqueue((Rows(), items.Any(item => item.IsCompleted)))
                        );
                        return NoteLedger.Write(scope, id);
                    })
                ),
        ];

        await held.DisposeAsync();
        await Task.WhenAll(items);

        seen.ShouldBe(Enumerable.Repeat(((long)3 * NoteLedger.RowsEach, false), 3));
        long Rows() => _store.Number("SELECT count(*) FROM test_note");
    }

    [Fact]
    public async Task Action_after_commit_of_an_item_that_failed_does_not_run()
    {
        using var queue = _store.StartQueue();
        var ran = false;

        await Should.ThrowAsync<FormatException>(
            queue.RunAsync<int>(scope =>
            {
                scope.AfterCommit(() => ran = true);
                throw new FormatException("a bug");
            })
        );

        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task Action_after_commit_that_throws_drops_caches_and_refuses_nobody()
    {
        var cache = new CountingCache();
        using var queue = _store.StartQueue(NeverIdle, caches: [cache]);
        await queue.RunAsync(_ => 0);
        var before = cache.Drops;

        var answer = await queue.RunAsync(scope =>
        {
            scope.AfterCommit(() => throw new FormatException("a bug"));
            return NoteLedger.Write(scope, 1);
        });

        answer.ShouldBe(1);
        cache.Drops.ShouldBe(before + 1);
    }

    [Fact]
    public async Task Enqueue_from_inside_an_item_throws()
    {
        using var queue = _store.StartQueue();

        await Should.ThrowAsync<InvalidOperationException>(
            queue.RunAsync(_ => queue.RunAsync(_ => 0).Result)
        );
    }

    [Fact]
    public async Task Enqueue_from_a_thread_that_an_item_waits_for_throws()
    {
        using var queue = _store.StartQueue();

        var refusal = await queue.RunAsync(_ =>
            Record.Exception(() => Task.Run(() => queue.RunAsync(_ => 0)).GetAwaiter().GetResult())
        );

        refusal.ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task Enqueue_from_a_callers_continuation_works()
    {
        using var queue = _store.StartQueue();

        var both = await queue
            .RunAsync(_ => 1)
            .ContinueWith(
                first => queue.RunAsync(_ => first.Result + 1),
                TaskContinuationOptions.ExecuteSynchronously
            )
            .Unwrap();

        both.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Context_forgets_what_an_item_left_in_it(bool throws)
    {
        using var queue = _store.StartQueue();
        var first = queue.RunAsync(scope =>
        {
            scope.Context.Add(new KeptAnswer { Scope = new byte[32], BodyMac = new byte[32] });
            return throws ? throw new FormatException("a bug") : 0;
        });

        await first.ContinueWith(_ => { });
        var saved = await queue.RunAsync(scope => scope.Context.SaveChanges());

        saved.ShouldBe(0);
    }

    [Fact]
    public async Task Scope_is_dead_after_its_item()
    {
        using var queue = _store.StartQueue();

        var scope = await queue.RunAsync(scope => scope);

        Should.Throw<InvalidOperationException>(() => scope.Connection);
    }

    [Fact]
    public async Task Queue_that_is_full_refuses_and_works_on()
    {
        using var queue = _store.StartQueue(new() { Capacity = 2 });
        var held = await HeldQueue.HoldAsync(queue);
        var waiting = new[] { queue.RunAsync(_ => 1), queue.RunAsync(_ => 2) };

        await Should.ThrowAsync<WriteQueueFullException>(queue.RunAsync(_ => 3));

        await held.DisposeAsync();
        (await Task.WhenAll(waiting)).ShouldBe([1, 2]);
        (await queue.RunAsync(_ => 4)).ShouldBe(4);
    }

    [Fact]
    public async Task Lanes_are_bounded_each_for_itself()
    {
        using var queue = _store.StartQueue(new() { Capacity = 1 });
        var held = await HeldQueue.HoldAsync(queue);
        var step = queue.RunStepAsync(_ => 1);

        await Should.ThrowAsync<WriteQueueFullException>(queue.RunStepAsync(_ => 2));
        var item = queue.RunAsync(_ => 3);

        await held.DisposeAsync();
        (await step).ShouldBe(1);
        (await item).ShouldBe(3);
    }

    [Fact]
    public async Task Lock_of_another_process_makes_storage_unavailable_until_it_is_given_up()
    {
        using var queue = _store.StartQueue();
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;
        using var other = _store.Database.OpenWriting();
        TestStore.Execute(other, "BEGIN IMMEDIATE");

        var refused = ledger.Enqueue();
        await Should.ThrowAsync<StorageUnavailableException>(refused.Answer);

        TestStore.Execute(other, "ROLLBACK");
        refused.Runs.ShouldBe(0);
        await ledger.DemandAsync([refused], exactly: true, "locked");
    }

    [Fact]
    public async Task Lock_of_another_process_that_is_given_up_in_time_is_waited_for()
    {
        using var store = new TestStore(new() { BusyTimeout = TimeSpan.FromMinutes(1) });
        using var queue = store.StartQueue(NeverIdle);
        await queue.RunAsync(scope => NoteLedger.Write(scope, 1));
        using var other = store.Database.OpenWriting();
        TestStore.Execute(other, "BEGIN IMMEDIATE");

        var item = queue.RunAsync(scope => NoteLedger.Write(scope, 2));
        item.IsCompleted.ShouldBeFalse();
        TestStore.Execute(other, "ROLLBACK");

        (await item).ShouldBe(2);
    }

    [Fact]
    public async Task Write_of_another_process_drops_caches_before_the_next_batch()
    {
        var cache = new CountingCache();
        using var queue = _store.StartQueue(NeverIdle, caches: [cache]);
        var before = await queue.RunAsync(_ => cache.Drops);
        _store.Execute("INSERT INTO test_note VALUES (1, 'from elsewhere')");

        var inside = await queue.RunAsync(_ => cache.Drops);

        inside.ShouldBe(before + 1);
    }

    [Fact]
    public async Task Own_writes_and_readers_do_not_drop_caches()
    {
        var cache = new CountingCache();
        using var queue = _store.StartQueue(NeverIdle, caches: [cache]);
        var before = await queue.RunAsync(_ => cache.Drops);

        await queue.RunAsync(scope => NoteLedger.Write(scope, 1));
        _store.Number("SELECT count(*) FROM test_note").ShouldBe(NoteLedger.RowsEach);

        (await queue.RunAsync(_ => cache.Drops)).ShouldBe(before);
    }

    [Fact]
    public async Task Write_of_another_process_drops_caches_while_idle()
    {
        new WriteQueueOptions().IdlePoll.ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(500));
        var cache = new CountingCache();
        using var queue = _store.StartQueue(caches: [cache]);
        await queue.RunAsync(_ => 0);
        var dropped = cache.Next();

        _store.Execute("INSERT INTO test_note VALUES (1, 'from elsewhere')");

        await dropped;
    }

    [Fact]
    public async Task Write_of_another_process_is_seen_while_that_holds_the_lock_again()
    {
        using var store = new TestStore(new() { BusyTimeout = TimeSpan.FromMinutes(1) });
        var cache = new CountingCache();
        using var queue = store.StartQueue(NeverIdle, caches: [cache]);
        await queue.RunAsync(_ => 0);
        using var other = store.Database.OpenWriting();
        TestStore.Execute(other, "INSERT INTO test_note VALUES (1, 'from elsewhere')");
        TestStore.Execute(other, "BEGIN IMMEDIATE");
        var dropped = cache.Next();

        var item = queue.RunAsync(_ => 0);

        await dropped;
        item.IsCompleted.ShouldBeFalse();
        TestStore.Execute(other, "ROLLBACK");
        await item;
    }

    [Fact]
    public async Task Batch_counts_up_with_each_commit()
    {
        using var queue = _store.StartQueue();

        for (var id = 1; id <= 3; id++)
        {
            await queue.RunAsync(scope => NoteLedger.Write(scope, id));
            _store.Number("SELECT batch FROM audit_head").ShouldBe(id);
        }
    }

    [Fact]
    public async Task Batch_of_refusals_only_writes_nothing()
    {
        using var queue = _store.StartQueue(NeverIdle);
        await queue.RunAsync(scope => NoteLedger.Write(scope, 1));
        var log = _store.Database.Path + "-wal";
        var before = await File.ReadAllBytesAsync(log);

        var refusals = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => queue.RunAsync(_ => "refused"))
        );

        refusals.ShouldAllBe(refusal => refusal == "refused");
        (await File.ReadAllBytesAsync(log)).ShouldBe(before);
        _store.Number("SELECT batch FROM audit_head").ShouldBe(1);
    }

    [Fact]
    public async Task Dispose_finishes_what_waits_and_takes_no_more()
    {
        var queue = _store.StartQueue();
        var held = await HeldQueue.HoldAsync(queue);
        var waiting = Enumerable
            .Range(1, 300)
            .Select(id => queue.RunAsync(scope => Batch(scope, id)))
            .ToArray();
        var step = queue.RunStepAsync(_ => 0);
        var disposal = Task.Run(queue.Dispose);

        await held.DisposeAsync();
        await disposal;

        waiting.ShouldAllBe(item => item.IsCompletedSuccessfully);
        step.IsCompletedSuccessfully.ShouldBeTrue();
        _store.Number("SELECT count(*) FROM test_note").ShouldBe(300);
        await Should.ThrowAsync<StorageUnavailableException>(queue.RunAsync(_ => 0));
    }

    [Fact]
    public async Task Dispose_refuses_what_cannot_be_done()
    {
        var queue = _store.StartQueue();
        await queue.RunAsync(_ => 0);
        using var other = _store.Database.OpenWriting();
        TestStore.Execute(other, "BEGIN IMMEDIATE");
        var waiting = queue.RunAsync(scope => NoteLedger.Write(scope, 1));

        await Task.Run(queue.Dispose);

        await Should.ThrowAsync<StorageUnavailableException>(waiting);
    }

    [Fact]
    public async Task Clock_that_steps_back_does_no_harm()
    {
        var clock = new FakeClock();
        using var queue = _store.StartQueue(time: clock);
        var ledger = new NoteLedger(_store, queue);
        var notes = new List<Note> { ledger.Enqueue() };
        await notes[0].Answer;

        clock.Advance(TimeSpan.FromDays(-400));
        notes.Add(ledger.Enqueue());
        await notes[1].Answer;

        (await queue.RunAsync(scope => scope.Now)).ShouldBe(clock.GetUtcNow());
        await ledger.DemandAsync(notes, exactly: true, "clock");
    }

    [Fact]
    public async Task Moment_of_an_item_is_one_value()
    {
        using var queue = _store.StartQueue();

        var (first, second) = await queue.RunAsync(scope =>
        {
            var first = scope.Now;
            SpinWait.SpinUntil(() => DateTimeOffset.UtcNow > first);
            return (first, scope.Now);
        });

        second.ShouldBe(first);
    }

    public void Dispose() => _store.Dispose();

    /// <summary>Writes, and answers the number of the batch before its own.</summary>
    private static long Batch(WriteScope scope, long id)
    {
        scope.Commands<NoteCommands>().Insert.ExecuteOne(id, "x");
        using var command = scope.Connection.CreateCommand();
        command.CommandText = "SELECT batch FROM audit_head";
        return (long)command.ExecuteScalar()!;
    }

    private static void Ignore(DbConnection connection, string sql) =>
        _ = raw.sqlite3_exec(SqliteHandle.Of(connection), sql);

    private sealed class CountingCache : ICacheDrop
    {
        private volatile TaskCompletionSource _next = new();
        private int _drops;

        public int Drops => Volatile.Read(ref _drops);

        public void DropAll()
        {
            Interlocked.Increment(ref _drops);
            _next.TrySetResult();
        }

        /// <summary>The next drop from now on, for which it is waited as long as a slow machine may need.</summary>
        public Task Next()
        {
            var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _next = next;
            return next.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }
}
