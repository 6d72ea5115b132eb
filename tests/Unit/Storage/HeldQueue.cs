using System.Data.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>Keeps a queue busy with one item that does nothing, so that what is enqueued meanwhile forms the next batch.</summary>
internal sealed class HeldQueue : IAsyncDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly Task _item;
    private Action<DbConnection>? _last;

    private HeldQueue(WriteQueue queue, TaskCompletionSource begun) =>
        _item = queue.RunAsync(scope =>
        {
            begun.SetResult();
            _release.Wait();
            var connection = scope.Connection;
            scope.AfterCommit(() => _last?.Invoke(connection));
            return 0;
        });

    /// <summary>Comes back when the queue is held.</summary>
    public static async Task<HeldQueue> HoldAsync(WriteQueue queue)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new HeldQueue(queue, begun);
        await begun.Task;
        return held;
    }

    /// <summary>Lets the queue go on.</summary>
    /// <param name="last">Done on the queue's thread, with its connection, before the next batch.</param>
    public async Task ReleaseAsync(Action<DbConnection>? last = null)
    {
        _last ??= last;
        _release.Set();
        await _item;
    }

    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync();
        _release.Dispose();
    }
}
