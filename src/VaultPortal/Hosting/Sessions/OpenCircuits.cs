using System.Collections.Concurrent;
using VaultPortal.Core.Access;

namespace VaultPortal.Hosting.Sessions;

/// <summary>
/// The open lines of circuits by session, so that the end of a session closes them at once. A circuit whose line is cut cannot
/// come back: its browser would have to authenticate anew.
/// </summary>
public sealed class OpenCircuits : IDisposable
{
    private const int SecondsToTryAgain = 10;

    private readonly ConcurrentDictionary<CircuitLine, bool> _lines = new();
    private readonly Dictionary<long, int> _perAccount = [];
    private readonly Lock _counting = new();
    private int _all;
    private readonly SessionLookup _sessions;
    private readonly SessionEndings _endings;
    private readonly HostLimits _limits;

    public OpenCircuits(SessionLookup sessions, SessionEndings endings, HostLimits limits)
    {
        _sessions = sessions;
        _endings = endings;
        _limits = limits;
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

        var takes = CircuitDoor.IsLine(context);
        // A page that is left needs no room.
        if (
            (takes || CircuitDoor.AsksForLine(context.Request))
            && Refusal(session.AccountId, takes) is { } status
        )
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = $"{SecondsToTryAgain}";
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
            if (takes)
            {
                GiveBack(session.AccountId);
            }
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

    /// <summary>Null when there is room for one more circuit, which is taken if <paramref name="takes"/>.</summary>
    private int? Refusal(long accountId, bool takes)
    {
        lock (_counting)
        {
            var own = _perAccount.GetValueOrDefault(accountId);
            if (own >= _limits.CircuitsPerAccount)
            {
                return StatusCodes.Status429TooManyRequests;
            }

            if (_all >= _limits.Circuits)
            {
                return StatusCodes.Status503ServiceUnavailable;
            }

            if (takes)
            {
                _perAccount[accountId] = own + 1;
                _all++;
            }

            return null;
        }
    }

    private void GiveBack(long accountId)
    {
        lock (_counting)
        {
            _all--;
            if (--_perAccount[accountId] == 0)
            {
                _perAccount.Remove(accountId);
            }
        }
    }

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
