using Shouldly;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

public sealed class WriteQueueTests : IDisposable
{
    private readonly TestStore _store = new();

    [Fact]
    public async Task WriteQueue_item_completes_with_its_result_when_durable()
    {
        using var queue = _store.StartQueue();

        var result = await queue.RunAsync(scope =>
        {
            scope.Commands<NoteCommands>().Insert.ExecuteOne(1L, "one");
            scope.Audit(TestStore.Caller, "note.create", "note:1", "ok");
            return 7;
        });

        result.ShouldBe(7);
        _store.Number("SELECT count(*) FROM test_note").ShouldBe(1);
        _store.Number("SELECT sequence FROM audit_head").ShouldBe(2);
        _store.Number("SELECT batch FROM audit_head").ShouldBe(1);
    }

    [Fact]
    public async Task WriteQueue_item_that_throws_leaves_nothing_and_does_not_touch_its_neighbours()
    {
        using var queue = _store.StartQueue();

        var good = queue.RunAsync(scope =>
            scope.Commands<NoteCommands>().Insert.Execute(1L, "one")
        );
        var bad = queue.RunAsync<int>(scope =>
        {
            scope.Commands<NoteCommands>().Insert.Execute(2L, "two");
            scope.Audit(TestStore.Caller, "note.create", "note:2", "ok");
            throw new FormatException("a bug");
        });
        var alsoGood = queue.RunAsync(scope =>
            scope.Commands<NoteCommands>().Insert.Execute(3L, "three")
        );

        await good;
        await Should.ThrowAsync<FormatException>(bad);
        await alsoGood;
        _store.Number("SELECT sum(id) FROM test_note").ShouldBe(4);
        _store.Number("SELECT count(*) FROM audit_entry").ShouldBe(1);
    }

    public void Dispose() => _store.Dispose();
}
