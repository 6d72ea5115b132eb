using Microsoft.Data.Sqlite;
using Shouldly;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>The disk fails at each operation in turn (DESIGN section 2: FULL and IOERR at every statement).</summary>
[Collection(FaultyVfsGroup.Name)]
public sealed class FileFaultTests : IDisposable
{
    private const int BatchSize = 4;

    // A cache of a few pages: statements write to the log long before COMMIT.
    private readonly TestStore _store = new(
        new() { Vfs = FaultyVfs.Name, WriterCacheKibibytes = 1 },
        FaultyVfs.Marker + ".db"
    );

    [Fact]
    public async Task Statements_write_to_the_log_before_commit()
    {
        using var queue = _store.StartQueue();
        var count = new FileFault(FileOperations.Write, full: true, int.MaxValue, lasting: false);

        var before = await queue.RunAsync(scope =>
        {
            FaultyVfs.Fault = count;
            NoteLedger.Write(scope, 1);
            NoteLedger.Write(scope, 2);
            return count.Count;
        });

        before.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(FileOperations.Write, true, false, true)]
    [InlineData(FileOperations.Changing, false, false, true)]
    [InlineData(FileOperations.Read, false, false, true)]
    [InlineData(FileOperations.Write, true, true, true)]
    [InlineData(FileOperations.Changing, false, true, true)]
    [InlineData(FileOperations.Read, false, true, true)]
    [InlineData(FileOperations.Write, true, false, false)]
    [InlineData(FileOperations.Changing, false, false, false)]
    [InlineData(FileOperations.Read, false, false, false)]
    [InlineData(FileOperations.Write, true, true, false)]
    [InlineData(FileOperations.Changing, false, true, false)]
    [InlineData(FileOperations.Read, false, true, false)]
    public async Task Fault_at_each_operation_loses_nothing_acknowledged(
        FileOperations operations,
        bool full,
        bool lasting,
        bool othersOpen
    )
    {
        using var queue = _store.StartQueue(new() { IdlePoll = TimeSpan.FromHours(1) });
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;
        // The last connection that closes moves the log and deletes it: with readers, as in the product, it does not.
        using var reader = othersOpen ? _store.Database.OpenReading() : null;
        if (reader is not null)
        {
            TestStore.Execute(reader, "SELECT count(*) FROM test_note");
        }

        for (var at = 1; ; at++)
        {
            var fault = new FileFault(operations, full, at, lasting);
            var notes = await ledger.RunBatchAsync(BatchSize, _ => FaultyVfs.Fault = fault);
            FaultyVfs.Fault = null;

            // A fault that lasts may hide what was committed: then the answer is a refusal that does not know.
            await ledger.DemandAsync(notes, exactly: !lasting, $"{operations} {at}");
            if (!fault.Fired)
            {
                at.ShouldBeGreaterThan(operations is FileOperations.Read ? 1 : 20);
                break;
            }
        }
    }

    [Theory]
    [InlineData(FileOperations.Changing, true)]
    [InlineData(FileOperations.Changing, false)]
    [InlineData(FileOperations.Read, false)]
    public async Task Fault_while_the_log_is_moved_loses_nothing_acknowledged(
        FileOperations operations,
        bool full
    )
    {
        var limits = new LogLimits
        {
            Start = 20,
            Few = 5,
            Ceiling = 60,
        };
        using var queue = _store.StartQueue(new() { Log = limits });
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;

        // The thread that moves the log is as fast as it is: the faults are spread over several batches.
        for (var at = 1; at < 200; at += 9)
        {
            FaultyVfs.Fault = new(operations, full, at, lasting: false);
            var notes = new List<Note>();
            for (var batch = 0; batch < 3; batch++)
            {
                notes.AddRange(await ledger.RunAsync(BatchSize));
            }

            FaultyVfs.Fault = null;
            await ledger.DemandAsync(notes, exactly: true, $"{operations} {at}");
        }

        _store
            .Number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'")
            .ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disk_that_fails_refuses_with_StorageUnavailable(bool full)
    {
        using var queue = _store.StartQueue();
        var ledger = new NoteLedger(_store, queue);
        await ledger.Enqueue().Answer;

        var notes = await ledger.RunBatchAsync(
            BatchSize,
            _ => FaultyVfs.Fault = new(FileOperations.Write, full, at: 1, lasting: true)
        );

        foreach (var note in notes)
        {
            await Should.ThrowAsync<StorageUnavailableException>(note.Answer);
        }
    }

    [Fact]
    public async Task Read_only_database_is_said_and_works_again_when_it_can_be_written()
    {
        using var queue = _store.StartQueue();
        FaultyVfs.ReadOnly = true;

        var refusal = await Should.ThrowAsync<StorageUnavailableException>(
            queue.RunAsync(scope => NoteLedger.Write(scope, 1))
        );
        FaultyVfs.ReadOnly = false;

        refusal.InnerException.ShouldBeOfType<SqliteException>().Message.ShouldContain("readonly");
        (await queue.RunAsync(scope => NoteLedger.Write(scope, 1))).ShouldBe(1);
    }

    public void Dispose()
    {
        FaultyVfs.Fault = null;
        FaultyVfs.ReadOnly = false;
        _store.Dispose();
    }
}
