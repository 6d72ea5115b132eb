using System.Collections.Concurrent;
using VaultPortal.Core.Access;

namespace VaultPortal.Hosting.Sessions;

/// <summary>
/// The open lines of circuits by session, so that the end of a session closes them at once. A circuit whose line is cut cannot
/// come back: its browser would have to authenticate anew.
/// </summary>
public sealed class OpenCircuits : IDisposable
{
    private readonly ConcurrentDictionary<CircuitLine, bool> _lines = new();
    private readonly SessionLookup _sessions;
    private readonly SessionEndings _endings;

    public OpenCircuits(SessionLookup sessions, SessionEndings endings)
    {
        _sessions = sessions;
        _endings = endings;
        _endings.Ended += Close;
    }

    /// <summary>Middleware around the circuits' hub: refuses who has no session and keeps the line of who has.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (
            !PortalClaims.TryRead(context.User, out var accountId, out var token)
            || _sessions.Find(accountId, token) is not { } session
        )
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var line = new CircuitLine(context, session.Id, accountId, token);
        _lines[line] = true;
        try
        {
            // Between the look above and the entry the session may have ended.
            if (_sessions.Find(accountId, token) is not null)
            {
                await next(context);
            }
        }
        finally
        {
            _lines.TryRemove(line, out _);
            line.End();
        }
    }

    /// <summary>Closes the lines of sessions that ended elsewhere: by time, by another process, with their account.</summary>
    public void CloseEnded()
    {
        foreach (var (line, _) in _lines)
        {
            if (!_sessions.IsActive(line.AccountId, line.Token))
            {
                line.Cut();
            }
        }
    }

    public void Dispose() => _endings.Ended -= Close;

    private void Close(long sessionId)
    {
        foreach (var (line, _) in _lines)
        {
            if (line.SessionId == sessionId)
            {
                // Called on the queue's thread, which must not wait for a socket.
                ThreadPool.QueueUserWorkItem(static open => open.Cut(), line, false);
            }
        }
    }
}
