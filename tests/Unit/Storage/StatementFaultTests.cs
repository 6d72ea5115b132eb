using System.Reflection;
using Shouldly;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>Every statement of a batch fails in turn, before and after it ran; COMMIT with both outcomes.</summary>
public sealed class StatementFaultTests : IDisposable
{
    private const int BatchSize = 3;
    private static readonly WriteQueueOptions Options = new() { IdlePoll = TimeSpan.FromHours(1) };

    private readonly TestStore _store = new();

    [Theory]
    [InlineData(StatementFailure.Bug, true)]
    [InlineData(StatementFailure.Bug, false)]
    [InlineData(StatementFailure.Full, true)]
    [InlineData(StatementFailure.Full, false)]
    [InlineData(StatementFailure.FullAndLost, true)]
    [InlineData(StatementFailure.FullAndLost, false)]
    public async Task Fault_at_each_statement_keeps_exactly_what_was_acknowledged(
        StatementFailure failure,
        bool before
    )
    {
        using var queue = _store.StartQueue(Options);
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;

        for (var at = 1; ; at++)
        {
            var fault = new StatementFault(at, failure);
            var notes = await ledger.RunBatchAsync(BatchSize, c => fault.Set(c, before));
            fault.End();
            await ledger.DemandAsync(notes, exactly: true, $"statement {at}");
            if (!fault.Fired)
            {
                at.ShouldBeGreaterThan(BatchSize * NoteLedger.RowsEach);
                break;
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Faults_from_each_statement_on_lose_nothing_acknowledged(bool before)
    {
        using var queue = _store.StartQueue(Options);
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;

        for (var at = 1; ; at++)
        {
            var fault = new StatementFault(at, StatementFailure.FullAndLost, lasting: true);
            var notes = await ledger.RunBatchAsync(BatchSize, c => fault.Set(c, before));
            fault.End();
            await ledger.DemandAsync(notes, exactly: false, $"statements from {at}");
            if (!fault.Fired)
            {
                break;
            }
        }
    }

    [Fact]
    public async Task Commit_that_fails_after_it_happened_is_acknowledged_and_not_done_again()
    {
        using var queue = _store.StartQueue(Options);
        var ledger = new NoteLedger(_store, queue);
        var fault = new StatementFault(1, StatementFailure.Full) { Only = "COMMIT" };

        var notes = await ledger.RunBatchAsync(BatchSize, fault.SetAfter);

        fault.Fired.ShouldBeTrue();
        notes.ShouldAllBe(note => note.Answer.IsCompletedSuccessfully && note.Runs == 1);
        await ledger.DemandAsync(notes, exactly: true, "after COMMIT");
    }

    [Theory]
    [InlineData(StatementFailure.Full)]
    [InlineData(StatementFailure.FullAndLost)]
    public async Task Commit_that_fails_before_it_happened_is_done_again_item_by_item(
        StatementFailure failure
    )
    {
        using var queue = _store.StartQueue(Options);
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;
        var batch = _store.Number("SELECT batch FROM audit_head");
        var fault = new StatementFault(1, failure) { Only = "COMMIT" };

        var notes = await ledger.RunBatchAsync(BatchSize, fault.SetBefore);

        notes.ShouldAllBe(note => note.Answer.IsCompletedSuccessfully && note.Runs == 2);
        _store.Number("SELECT batch FROM audit_head").ShouldBe(batch + BatchSize);
        await ledger.DemandAsync(notes, exactly: true, "before COMMIT");
    }

    [Fact]
    public async Task Commit_lost_and_its_number_taken_by_another_process_is_done_again()
    {
        using var queue = _store.StartQueue(Options);
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;
        var fault = new StatementFault(1, StatementFailure.FullAndLost)
        {
            Only = "COMMIT",
            Then = AnotherBatch,
        };

        var notes = await ledger.RunBatchAsync(BatchSize, fault.SetBefore);

        notes.ShouldAllBe(note => note.Answer.IsCompletedSuccessfully && note.Runs == 2);
        await ledger.DemandAsync(notes, exactly: true, "number taken");
    }

    [Fact]
    public async Task Commit_that_happened_is_recognised_by_its_entry_when_another_process_wrote_since()
    {
        using var queue = _store.StartQueue(Options);
        var ledger = new NoteLedger(_store, queue);
        var fault = new StatementFault(1, StatementFailure.Full)
        {
            Only = "COMMIT",
            Then = AnotherBatch,
        };

        var notes = await ledger.RunBatchAsync(BatchSize, fault.SetAfter);

        notes.ShouldAllBe(note => note.Answer.IsCompletedSuccessfully && note.Runs == 1);
        await ledger.DemandAsync(notes, exactly: true, "another batch since");
    }

    [Fact]
    public async Task Commit_of_which_nothing_can_be_told_is_unavailable_and_not_done_again()
    {
        using var queue = _store.StartQueue(Options);
        await queue.RunAsync(scope => NoteLedger.Write(scope, 1));
        var fault = new StatementFault(1, StatementFailure.Full)
        {
            Only = "COMMIT",
            Then = AnotherBatch,
        };
        var runs = 0;

        var refusal = await Should.ThrowAsync<StorageUnavailableException>(
            queue.RunAsync(scope =>
            {
                fault.SetAfter(scope.Connection);
                runs++;
                // No entry by which it could be recognised.
                return scope.Commands<NoteCommands>().Insert.Execute(1000L, "one");
            })
        );

        refusal.Message.ShouldContain("cannot be told");
        runs.ShouldBe(1);
        (await queue.RunAsync(scope => NoteLedger.Write(scope, 2))).ShouldBe(2);
    }

    [Fact]
    public async Task Commit_that_cannot_be_looked_up_is_unavailable()
    {
        using var store = new TestStore(new() { BusyTimeout = TimeSpan.FromMilliseconds(100) });
        using var queue = store.StartQueue(Options);
        var ledger = new NoteLedger(store, queue);
        await ledger.Enqueue().Answer;
        using var other = store.Database.OpenWriting();
        var fault = new StatementFault(1, StatementFailure.Full)
        {
            Only = "COMMIT",
            Then = () => TestStore.Execute(other, "BEGIN IMMEDIATE"),
        };

        var notes = await ledger.RunBatchAsync(BatchSize, fault.SetAfter);
        TestStore.Execute(other, "ROLLBACK");

        foreach (var note in notes)
        {
            await Should.ThrowAsync<StorageUnavailableException>(note.Answer);
        }

        notes.ShouldAllBe(note => note.Runs == 1);
        await ledger.DemandAsync(notes, exactly: false, "cannot be looked up");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Actions_after_commit_run_once_however_it_was_committed(bool before)
    {
        using var queue = _store.StartQueue(Options);
        await queue.RunAsync(scope => NoteLedger.Write(scope, 1));
        var fault = new StatementFault(1, StatementFailure.Full) { Only = "COMMIT" };
        var actions = 0;

        await queue.RunAsync(scope =>
        {
            if (!fault.Fired)
            {
                fault.Set(scope.Connection, before);
            }

            scope.AfterCommit(() => actions++);
            return NoteLedger.Write(scope, 2);
        });

        fault.Fired.ShouldBeTrue();
        actions.ShouldBe(1);
    }

    [Fact]
    public async Task Hooks_are_unset_on_the_queues_thread()
    {
        using var queue = _store.StartQueue();

        var unset = await queue.RunAsync(_ =>
            StatementFaults.Before is null && StatementFaults.After is null
        );

        unset.ShouldBeTrue();
    }

    [Fact]
    public void Hooks_are_out_of_reach_for_other_assemblies()
    {
        typeof(StatementFaults).IsVisible.ShouldBeFalse();
        var vfs = typeof(SqliteDatabaseOptions).GetProperty(
            nameof(SqliteDatabaseOptions.Vfs),
            BindingFlags.Instance | BindingFlags.NonPublic
        );
        vfs.ShouldNotBeNull().GetMethod!.IsAssembly.ShouldBeTrue();
        vfs.SetMethod!.IsAssembly.ShouldBeTrue();
        new SqliteDatabaseOptions().Vfs.ShouldBeNull();
    }

    [Fact]
    public void Hooks_are_set_nowhere_in_the_product()
    {
        var lines = Directory
            .EnumerateFiles(
                Path.Combine(Repository.Root, "src"),
                "*.cs",
                SearchOption.AllDirectories
            )
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(File.ReadLines)
            .Select(line => line.Trim())
            .Where(line =>
                line.Contains("StatementFaults", StringComparison.Ordinal)
                || line.Contains("Vfs", StringComparison.Ordinal)
            )
            .Distinct()
            .Order(StringComparer.Ordinal);

        lines.ShouldBe([
            "StatementFaults.After?.Invoke(_sql);",
            "StatementFaults.Before?.Invoke(_sql);",
            "Vfs = _options.Vfs,",
            "internal static class StatementFaults",
            "internal string? Vfs { get; init; }",
        ]);
    }

    public void Dispose() => _store.Dispose();

    /// <summary>Another process commits a batch.</summary>
    private void AnotherBatch() =>
        _store.Execute("UPDATE audit_head SET batch = batch + 1, writer = 99");
}
