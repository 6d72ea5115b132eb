using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace VaultPortal.Core.Storage;

/// <summary>
/// The one way in which state changes: one writer per process. It takes what waits, runs it in order in one transaction, commits
/// once, and only then answers the callers. Acknowledged means that COMMIT returned.
/// </summary>
[SuppressMessage(
    "Naming",
    "CA1711:Identifiers should not have incorrect suffix",
    Justification = "It is a queue, though not a collection."
)]
public sealed class WriteQueue : IDisposable
{
    private readonly WriteQueueOptions _options;
    private readonly BatchRunner _runner;
    private readonly ILogger _logger;
    private readonly object _gate = new();
    private readonly Queue<WriteItem> _items = new();
    private readonly Queue<WriteItem> _steps = new();
    private readonly List<WriteItem> _batch = [];
    private readonly Thread _thread;
    private bool _sleeping;
    private bool _stopping;

    public WriteQueue(
        SqliteDatabase database,
        TimeProvider time,
        IEnumerable<ICacheDrop> caches,
        ILogger<WriteQueue> logger,
        WriteQueueOptions? options = null
    )
    {
        _options = options ?? new();
        _logger = logger;
        _runner = new BatchRunner(database, time, [.. caches], _options.Log, logger);
        _thread = new Thread(Work) { IsBackground = true, Name = "write queue" };
        // What the thread starts must not inherit the flow of whoever made the queue.
        _thread.UnsafeStart();
    }

    /// <summary>
    /// Runs a work item in the next batch; completes when it is durable. The work reads, decides and then writes, does not wait
    /// for anything, changes 500 rows at most, and may be called again when its transaction was lost.
    /// </summary>
    /// <exception cref="WriteQueueFullException">Too many wait: 503.</exception>
    /// <exception cref="StorageUnavailableException">Storage could not, or it cannot be told: 503.</exception>
    /// <exception cref="InvalidOperationException">Called from inside a work item.</exception>
    /// <param name="work">The work; its result or exception is the caller's.</param>
    /// <param name="cancellation">Removes the item as long as it has not begun.</param>
    public Task<T> RunAsync<T>(
        Func<WriteScope, T> work,
        CancellationToken cancellation = default
    ) => Enqueue(_items, work, cancellation);

    /// <summary>Runs one step of a long job (500 rows at most) on the second lane, of which each batch takes one.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<T> RunStepAsync<T>(
        Func<WriteScope, T> work,
        CancellationToken cancellation = default
    ) => Enqueue(_steps, work, cancellation);

    /// <summary>Takes no more, finishes what waits, and closes the connection.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join();
    }

    private Task<T> Enqueue<T>(
        Queue<WriteItem> lane,
        Func<WriteScope, T> work,
        CancellationToken cancellation
    )
    {
        if (WriteItem.IsInside)
        {
            throw new InvalidOperationException(
                "A work item must not use the write queue: it would wait for itself."
            );
        }

        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellation);
        }

        var item = new WriteItem<T>(work);
        item.CancelWith(cancellation);
        lock (_gate)
        {
            if (!_stopping && lane.Count < _options.Capacity)
            {
                lane.Enqueue(item);
                if (_sleeping)
                {
                    Monitor.Pulse(_gate);
                }

                return item.Task;
            }
        }

        item.Forget();
        return Task.FromException<T>(
            _stopping
                ? new StorageUnavailableException("The write queue is stopping.")
                : new WriteQueueFullException()
        );
    }

    private void Work()
    {
        while (Take())
        {
            try
            {
                if (_batch.Count == 0)
                {
                    _runner.LookForOthers();
                }
                else
                {
                    _runner.Run(_batch);
                }
            }
            catch (Exception exception)
            {
                // A bug of the queue itself: nobody may be left waiting, and the queue goes on with a new connection.
                _logger.LogCritical(exception, "The write queue failed.");
                _runner.Abandon(_batch, exception);
            }

            _batch.Clear();
        }

        _runner.Dispose();
    }

    /// <summary>Fills the batch; leaves it empty when it is time to look for others' writes; false when all is done and the queue stops.</summary>
    private bool Take()
    {
        lock (_gate)
        {
            if (_items.Count == 0 && _steps.Count == 0)
            {
                if (_stopping)
                {
                    return false;
                }

                _sleeping = true;
                Monitor.Wait(_gate, _options.IdlePoll);
                _sleeping = false;
            }

            var room = _steps.Count == 0 ? _options.BatchSize : _options.BatchSize - 1;
            while (_batch.Count < room && _items.TryDequeue(out var item))
            {
                _batch.Add(item);
            }

            if (_steps.TryDequeue(out var step))
            {
                _batch.Add(step);
            }

            return true;
        }
    }
}
