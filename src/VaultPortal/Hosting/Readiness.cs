using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Hosting;

/// <summary>
/// Whether the process takes work: the database answers a read, the queue commits an item that writes, and the disk takes a file.
/// Asked by strangers too, so an answer holds for a second and only one question is under way.
/// </summary>
public sealed partial class Readiness(
    WriteQueue queue,
    ReadConnections reads,
    DiskRoom disk,
    TimeProvider time,
    ILogger<Readiness> logger
)
{
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<bool> _answer = Task.FromResult(false);
    private DateTimeOffset _asked;
    private bool _wasReady = true;

    public Task<bool> AskAsync()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_answer.IsCompleted && (now - _asked).Duration() >= Holds)
            {
                _asked = now;
                _answer = LookAsync();
            }

            return _answer;
        }
    }

    private async Task<bool> LookAsync()
    {
        try
        {
            using (var scope = reads.Open())
            {
                using var command = scope.Connection.CreateCommand();
                command.CommandText = "SELECT 1 FROM account LIMIT 1";
                command.ExecuteScalar();
            }

            await queue.RunAsync(Touch).WaitAsync(Patience, time);
            await disk.ProbeAsync().WaitAsync(Patience, time);
            _wasReady = true;
            return true;
        }
        catch (Exception exception)
            when (exception
                    is StorageUnavailableException
                        or WriteQueueFullException
                        or TimeoutException
                        or IOException
                        or UnauthorizedAccessException
                        or System.Data.Common.DbException
            )
        {
            // Once, however often it is asked.
            if (_wasReady)
            {
                NotReady(logger, exception);
                _wasReady = false;
            }

            return false;
        }
    }

    /// <summary>Writes a row as it is, one that each batch writes: nothing is changed, and yet the batch has to be made durable.</summary>
    private static Unit Touch(WriteScope scope)
    {
        using var command = scope.Connection.CreateCommand();
        command.CommandText = "UPDATE audit_head SET chain_id = chain_id";
        command.ExecuteNonQuery();
        return default;
    }

    [LoggerMessage(LogLevel.Error, "The server takes no work: its data cannot be read or written.")]
    private static partial void NotReady(ILogger logger, Exception exception);
}
