namespace VaultPortal.Hosting.Sessions;

/// <summary>
/// The request that carries a circuit, and whose session it is. A request that is over cannot be aborted any more: its context is
/// taken apart, or serves the next request of the connection.
/// </summary>
public sealed class CircuitLine(HttpContext context, long sessionId, long accountId, string token)
{
    private readonly Lock _gate = new();
    private bool _over;

    public long SessionId => sessionId;

    public long AccountId => accountId;

    public string Token => token;

    /// <summary>Closes the line, if it is still open.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            if (!_over)
            {
                context.Abort();
            }
        }
    }

    /// <summary>The request is over; called before the host gets its context back.</summary>
    public void End()
    {
        lock (_gate)
        {
            _over = true;
        }
    }
}
