namespace VaultPortal.Core.Storage;

/// <summary>One piece of work that waits in the queue, and its caller.</summary>
internal abstract class WriteItem
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Cancelled = 2;

    /// <summary>
    /// The item in whose flow of control the code runs, also on threads that it started: waiting for the queue there would
    /// wait for ever. A caller's continuation runs in the caller's own flow and is not affected.
    /// </summary>
    private static readonly AsyncLocal<WriteItem?> Current = new();

    private int _state;
    private volatile bool _running;
    private bool _answered;
    private CancellationTokenRegistration _cancellation;

    public static bool IsInside => Current.Value is { _running: true };

    /// <summary>Why it did not happen; null when it did.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Lets the caller cancel it as long as it has not begun.</summary>
    public void CancelWith(CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
        {
            _cancellation = cancellation.UnsafeRegister(
                static (state, token) => ((WriteItem)state!).Cancel(token),
                this
            );
        }
    }

    /// <summary>False when the caller has cancelled it; otherwise it is too late for that.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) != Cancelled;

    /// <summary>Does the work. May be called again after its transaction was rolled back.</summary>
    public void Run(WriteScope scope, DateTimeOffset now)
    {
        Failure = null;
        _running = true;
        Current.Value = this;
        scope.Open(now);
        try
        {
            Work(scope);
        }
        finally
        {
            scope.Close();
            Current.Value = null;
            _running = false;
        }
    }

    /// <summary>Answers the caller, on another thread; once, and not when it was cancelled.</summary>
    public void Complete()
    {
        if (_answered || !TryBegin())
        {
            return;
        }

        _answered = true;
        _cancellation.Unregister();
        Answer();
    }

    /// <summary>It never came into the queue.</summary>
    public void Forget() => _cancellation.Unregister();

    protected abstract void Work(WriteScope scope);

    protected abstract void Answer();

    protected abstract void AnswerCancelled(CancellationToken cancellation);

    private void Cancel(CancellationToken cancellation)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
        {
            AnswerCancelled(cancellation);
        }
    }
}

/// <inheritdoc cref="WriteItem"/>
internal sealed class WriteItem<T>(Func<WriteScope, T> work) : WriteItem
{
    private readonly TaskCompletionSource<T> _caller = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private T? _result;

    public Task<T> Task => _caller.Task;

    protected override void Work(WriteScope scope) => _result = work(scope);

    protected override void Answer()
    {
        if (Failure is { } failure)
        {
            _caller.SetException(failure);
        }
        else
        {
            _caller.SetResult(_result!);
        }
    }

    protected override void AnswerCancelled(CancellationToken cancellation) =>
        _caller.SetCanceled(cancellation);
}
