using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Hosting;

[Collection(FaultyVfsGroup.Name)]
public sealed class ReadinessTests : IDisposable
{
    private readonly TestStore _store = new(
        new() { Vfs = FaultyVfs.Name },
        FaultyVfs.Marker + ".db"
    );
    private readonly ManualTime _time = new();
    private readonly WriteQueue _queue;
    private readonly ReadConnections _reads;
    private readonly DataDirectory _data;
    private readonly Readiness _readiness;

    public ReadinessTests()
    {
        _queue = _store.StartQueue();
        _reads = new ReadConnections(_store.Database);
        _data = new DataDirectory(_store.Folder);
        _readiness = new Readiness(
            _queue,
            _reads,
            new DiskRoom(_data),
            _time,
            NullLogger<Readiness>.Instance
        );
    }

    [Theory]
    [InlineData(FileOperations.Write, true)]
    [InlineData(FileOperations.Write, false)]
    [InlineData(FileOperations.Sync, false)]
    public async Task Database_that_cannot_be_written_is_not_ready_until_it_can(
        FileOperations operations,
        bool full
    )
    {
        (await AskAsync()).ShouldBeTrue();

        FaultyVfs.Fault = new FileFault(operations, full, at: 1, lasting: true);
        (await AskAsync()).ShouldBeFalse();

        FaultyVfs.Fault = null;
        (await AskAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Disk_without_room_is_not_ready_until_it_has_some()
    {
        // Each write to this device fails as on a disk that is full.
        File.CreateSymbolicLink(_data.Probe, "/dev/full");
        (await AskAsync()).ShouldBeFalse();

        // The link was removed as the file would have been.
        (await AskAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Folder_that_takes_no_file_is_not_ready()
    {
        Directory.CreateDirectory(_data.Probe);

        (await AskAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Question_leaves_nothing_in_the_folder()
    {
        (await AskAsync()).ShouldBeTrue();

        Path.Exists(_data.Probe).ShouldBeFalse();
    }

    [Fact]
    public async Task Answer_holds_for_a_second()
    {
        (await AskAsync()).ShouldBeTrue();
        Directory.CreateDirectory(_data.Probe);

        (await _readiness.AskAsync()).ShouldBeTrue();
        (await AskAsync()).ShouldBeFalse();
    }

    public void Dispose()
    {
        FaultyVfs.Fault = null;
        _queue.Dispose();
        _reads.Dispose();
        _store.Dispose();
    }

    private Task<bool> AskAsync()
    {
        _time.Advance(TimeSpan.FromSeconds(2));
        return _readiness.AskAsync();
    }
}
