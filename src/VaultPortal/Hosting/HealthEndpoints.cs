using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Hosting;

/// <summary>For whoever watches the process: alive, and ready to take work. They say nothing else.</summary>
public static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("ok")).AllowAnonymous();
        app.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
    }

    // Ready = the database answers a read, and the queue takes an item and commits it.
    private static async Task<IResult> ReadyAsync(
        WriteQueue queue,
        ReadConnections reads,
        CancellationToken aborted
    )
    {
        try
        {
            using (var scope = reads.Open())
            {
                using var command = scope.Connection.CreateCommand();
                command.CommandText = "SELECT 1 FROM account LIMIT 1";
                command.ExecuteScalar();
            }

            await queue.RunAsync(_ => default(Unit), aborted).WaitAsync(Patience, aborted);
            return Results.Text("ok");
        }
        catch (Exception exception)
            when (exception
                    is StorageUnavailableException
                        or WriteQueueFullException
                        or TimeoutException
                        or System.Data.Common.DbException
            )
        {
            return Results.Text("unavailable", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
