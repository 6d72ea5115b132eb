using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>
/// Finds the session that a cookie names, anew for each request and each call out of a circuit, and remembers that it was used.
/// It stands before every caller, so it takes none; it decides nothing but whether the session is good.
/// </summary>
public sealed class SessionLookup(ReadConnections reads, TimeProvider time)
{
    private readonly ConcurrentDictionary<long, DateTimeOffset> _seen = new();

    /// <summary>The session, if it is good now and belongs to the account; else null.</summary>
    public ActiveSession? Find(long accountId, string token)
    {
        var now = time.GetUtcNow();
        var session = Read(accountId, token, now);
        if (session is not null)
        {
            _seen[session.Id] = now;
        }

        return session;
    }

    /// <summary>The same, asked by the product itself: it does not count as use.</summary>
    public bool IsActive(long accountId, string token) =>
        Read(accountId, token, time.GetUtcNow()) is not null;

    private ActiveSession? Read(long accountId, string token, DateTimeOffset now)
    {
        using var scope = reads.Open();
        return scope.Commands<SessionCommands>().Find(Hash(token), accountId, now);
    }

    /// <summary>The uses since the last call, to be written: reads do not wait for the writer.</summary>
    internal IReadOnlyList<KeyValuePair<long, DateTimeOffset>> TakeSeen(int most)
    {
        var taken = _seen.Take(most).ToList();
        foreach (var use in taken)
        {
            // Only this very use: a newer one stays for the next time.
            _seen.TryRemove(use);
        }

        return taken;
    }

    internal static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
