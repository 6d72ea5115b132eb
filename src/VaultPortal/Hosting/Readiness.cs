using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Hosting;

/// <summary>
/// Whether the process takes work: the database answers a read, and the queue commits an item. Asked by strangers too, so an answer
/// holds for a second and only one question is under way.
/// </summary>
public sealed class Readiness(WriteQueue queue, ReadConnections reads, TimeProvider time)
{
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<bool> _answer = Task.FromResult(false);
    private DateTimeOffset _asked;

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

            await queue.RunAsync(_ => default(Unit)).WaitAsync(Patience, time);
            return true;
        }
        catch (Exception exception)
            when (exception
                    is StorageUnavailableException
                        or WriteQueueFullException
                        or TimeoutException
                        or System.Data.Common.DbException
            )
        {
            return false;
        }
    }
}
