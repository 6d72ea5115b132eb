namespace VaultPortal.Core.Access;

/// <summary>Tells whoever holds something open for a session that it has ended, as soon as that is durable.</summary>
public sealed class SessionEndings
{
    /// <summary>Raised on the queue's thread with the session's row: handlers hand over and return.</summary>
    public event Action<long>? Ended;

    internal void Raise(long sessionId) => Ended?.Invoke(sessionId);
}
