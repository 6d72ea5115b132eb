using Shouldly;
using VaultPortal.Core.Audit;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Audit;

public sealed class AuditSealServiceTests : IAsyncLifetime, IDisposable
{
    private readonly AuditFixture _audit = new();

    public Task InitializeAsync() => _audit.AppendAsync(3);

    [Fact]
    public async Task AuditSealService_seals_first_when_nothing_was_sealed_for_the_time()
    {
        await using var seals = _audit.Seals();

        (await seals.SealIfDueAsync(TestStore.Caller, DateTimeOffset.UtcNow)).ShouldBeTrue();

        var report = _audit.Verify();
        report.SealedTo.ShouldBe(4);
        report.Intact.ShouldBeTrue();
    }

    [Fact]
    public async Task AuditSealService_without_a_new_entry_does_not_seal()
    {
        await using var seals = _audit.Seals();
        await seals.SealAsync(TestStore.Caller);

        (
            await seals.SealIfDueAsync(TestStore.Caller, DateTimeOffset.UtcNow.AddDays(1))
        ).ShouldBeFalse();
    }

    [Fact]
    public async Task AuditSealService_seals_after_the_number_of_entries()
    {
        await using var seals = _audit.Seals();
        await seals.SealAsync(TestStore.Caller);
        await _audit.AppendAsync(4);
        (await seals.SealIfDueAsync(TestStore.Caller, DateTimeOffset.UtcNow)).ShouldBeFalse();

        await _audit.AppendAsync(1);

        (await seals.SealIfDueAsync(TestStore.Caller, DateTimeOffset.UtcNow)).ShouldBeTrue();
    }

    [Fact]
    public async Task AuditSealService_gives_seals_to_sinks_in_order()
    {
        var file = Path.Combine(_audit.Store.Folder, "seals.jsonl");
        await using (var seals = _audit.Seals(new FileSealSink(file)))
        {
            await seals.SealAsync(TestStore.Caller);
            await _audit.AppendAsync(1);
            await seals.SealAsync(TestStore.Caller);
        }

        var lines = await File.ReadAllLinesAsync(file);
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("\"sequence\":4");
        lines[1].ShouldContain("\"sequence\":5");
    }

    [Fact]
    public async Task AuditSealService_sink_that_never_answers_holds_nobody_up()
    {
        var stuck = new StuckSink();
        await using (var seals = _audit.Seals(stuck))
        {
            await seals.SealAsync(TestStore.Caller);
            await stuck.Called.Task;
            await _audit.AppendAsync(1);

            (await seals.SealAsync(TestStore.Caller)).ShouldBeTrue();
            stuck.LetGo.SetResult();
        }
    }

    [Fact]
    public async Task AuditSealService_sink_that_fails_gets_the_next_seal()
    {
        var failing = new FailingSink();
        await using (var seals = _audit.Seals(failing))
        {
            await seals.SealAsync(TestStore.Caller);
            await _audit.AppendAsync(1);
            await seals.SealAsync(TestStore.Caller);
        }

        failing.Calls.ShouldBe(2);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _audit.Dispose();

    private sealed class StuckSink : IAuditSealSink
    {
        public TaskCompletionSource Called { get; } = new();

        public TaskCompletionSource LetGo { get; } = new();

        public string Name => "stuck";

        public Task TakeAsync(string line, CancellationToken cancellation)
        {
            Called.TrySetResult();
            return LetGo.Task;
        }
    }

    private sealed class FailingSink : IAuditSealSink
    {
        public int Calls { get; private set; }

        public string Name => "failing";

        public Task TakeAsync(string line, CancellationToken cancellation)
        {
            Calls++;
            throw new IOException("no place");
        }
    }
}
