using System.Buffers.Binary;
using Shouldly;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

public sealed class LogCheckpointerTests : IDisposable
{
    // A frame is a page and its header (https://sqlite.org/fileformat2.html#walformat).
    private const int FrameSize = 4096 + 24;
    private const int LargestBatch = 40;

    private static readonly LogLimits Limits = new()
    {
        Start = 60,
        Few = 20,
        Ceiling = 240,
    };

    private readonly TestStore _store = new();
    private int _written;

    private long LogSize => new FileInfo(_store.Database.Path + "-wal").Length;

    [Fact]
    public async Task Log_never_passes_its_ceiling_under_a_steady_load()
    {
        using var queue = Start(Limits);
        await WriteAsync(queue, 1, 1);
        var largest = 0L;

        for (var batch = 0; batch < 300; batch++)
        {
            await WriteAsync(queue, rows: 8, pages: 1);
            largest = Math.Max(largest, LogSize);
        }

        largest.ShouldBeLessThanOrEqualTo(Most);
        await DemandAllAsync(queue);
    }

    [Fact]
    public async Task Log_never_passes_its_ceiling_when_each_batch_is_beyond_the_start()
    {
        using var queue = Start(Limits with { Start = 10, Few = 1 });
        await WriteAsync(queue, 1, 1);
        var largest = 0L;

        for (var batch = 0; batch < 100; batch++)
        {
            await WriteAsync(queue, rows: 5, pages: 3);
            largest = Math.Max(largest, LogSize);
        }

        largest.ShouldBeLessThanOrEqualTo(Most);
        await DemandAllAsync(queue);
    }

    [Fact]
    public async Task Log_begins_anew_while_there_is_load_and_no_ceiling()
    {
        using var queue = Start(Limits with { Ceiling = int.MaxValue });
        await WriteAsync(queue, 1, 1);
        var first = TimesBegun();

        // The thread moves most, then the writer the rest: how soon depends on the machine.
        while (TimesBegun() < first + 3)
        {
            _written.ShouldBeLessThan(40_000);
            await WriteAsync(queue, rows: 4, pages: 1);
        }

        await DemandAllAsync(queue);
    }

    [Fact]
    public async Task Log_held_by_a_reader_is_emptied_once_the_reader_ends()
    {
        using var queue = Start(Limits with { ReaderPatience = TimeSpan.FromMilliseconds(1) });
        await WriteAsync(queue, 1, 1);
        using (var reader = _store.Database.OpenReading())
        {
            TestStore.Execute(reader, "BEGIN");
            TestStore.Execute(reader, "SELECT count(*) FROM test_note");
            while (LogSize <= Most)
            {
                await WriteAsync(queue, rows: 8, pages: 1);
            }
        }

        var held = LogSize;
        for (var batch = 0; batch < 100 && LogSize >= held; batch++)
        {
            await WriteAsync(queue, rows: 8, pages: 1);
            held = Math.Max(held, LogSize);
        }

        LogSize.ShouldBeLessThan(held);
        await DemandAllAsync(queue);
    }

    public void Dispose() => _store.Dispose();

    /// <summary>The ceiling, what one batch adds before it is looked at, and the header.</summary>
    private static long Most => (long)(Limits.Ceiling + LargestBatch) * FrameSize + 32;

    private WriteQueue Start(LogLimits limits) => _store.StartQueue(new() { Log = limits });

    /// <summary>A number in the log's header that counts up each time the log begins anew.</summary>
    private int TimesBegun()
    {
        using var log = new FileStream(
            _store.Database.Path + "-wal",
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite
        );
        Span<byte> header = stackalloc byte[16];
        log.ReadExactly(header);
        return BinaryPrimitives.ReadInt32BigEndian(header[12..]);
    }

    private Task<int> WriteAsync(WriteQueue queue, int rows, int pages) =>
        queue.RunAsync(scope =>
        {
            var insert = scope.Commands<NoteCommands>().Insert;
            for (var row = 0; row < rows; row++)
            {
                insert.ExecuteOne((long)++_written, new string('x', pages * 4000));
            }

            scope.Audit(TestStore.Caller, "note.create", "note:*", "ok");
            return rows;
        });

    private async Task DemandAllAsync(WriteQueue queue)
    {
        await queue.RunAsync(_ => 0);
        _store.Number("SELECT count(*) FROM test_note").ShouldBe(_written);
        _store
            .Number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'")
            .ShouldBe(1);
        new AuditVerifier(_store.Database, queue)
            .Verify(new(), CancellationToken.None)
            .Intact.ShouldBeTrue();
    }
}
