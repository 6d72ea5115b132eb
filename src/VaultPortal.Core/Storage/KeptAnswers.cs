using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VaultPortal.Core.Common;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Safe retries (machine.md section 8): a write that took effect leaves its answer in its own transaction, and the same
/// request gives it again for 24 hours. A refusal leaves nothing and is decided anew. The body is known by a MAC only.
/// </summary>
public sealed class KeptAnswers(KeyRing keys, DerivationKey derivation, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>How long an answer is kept that holds a secret which is shown once.</summary>
    public static readonly TimeSpan ShownOnceLifetime = TimeSpan.FromMinutes(10);
    private const int PurgeBatch = 500;
    private const string MacPurpose = "vaultportal/idempotency/v1";

    private readonly ConcurrentDictionary<string, byte> _underWay = new(StringComparer.Ordinal);
    private readonly byte[] _macKey = derivation.Derive(MacPurpose, 32);
    private readonly byte[]? _earlierMacKey = derivation.DeriveEarlier(MacPurpose, 32);

    /// <summary>Recognises a request by its principal, method, path and key; the body decides whether it is the same one.</summary>
    public IdempotencyToken Token(
        string principal,
        string method,
        string path,
        string key,
        ReadOnlySpan<byte> body
    ) =>
        Of(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(string.Join('\n', principal, method, path, key))
            ),
            body
        );

    /// <summary>The same request with a body that was only known once it had been read.</summary>
    public IdempotencyToken WithBody(IdempotencyToken token, ReadOnlySpan<byte> body) =>
        Of(token.Scope, body);

    /// <summary>Claims the request for the time it is under way; null when it is already.</summary>
    public IDisposable? Begin(IdempotencyToken token)
    {
        var scope = Convert.ToHexString(token.Scope);
        return _underWay.TryAdd(scope, 0) ? new Claim(_underWay, scope) : null;
    }

    /// <summary>The kept answer to this request; a refusal when the key was used for another body; null when it is new.</summary>
    internal Result<T>? Find<T>(WriteScope scope, IdempotencyToken token)
    {
        var commands = scope.Commands<KeptAnswerCommands>();
        using var row = commands.Find.Query(token.Scope);
        if (!row.Read() || row.Time(2) <= scope.Now - Lifetime)
        {
            return null;
        }

        var mac = row.Bytes(0);
        if (
            !CryptographicOperations.FixedTimeEquals(mac, token.BodyMac)
            && !CryptographicOperations.FixedTimeEquals(mac, token.EarlierMac)
        )
        {
            return new VaultError(
                ErrorKind.Invalid,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request; choose a new one."
            );
        }

        if (row.GetInt64(3) != 0 && row.Time(2) <= scope.Now - ShownOnceLifetime)
        {
            return new VaultError(
                ErrorKind.Conflict,
                "idempotency_secret_gone",
                "This request took effect, but its answer held a secret and is no longer kept. Read the state, and rotate the key if nobody has stored it."
            );
        }

        Result<T> answer = row.OptionalBytes(1) is { } kept
            ? JsonSerializer.Deserialize<T>(keys.Open(kept, token.Scope))!
            : default(T)!;
        return answer with { Replayed = true };
    }

    internal void Keep<T>(WriteScope scope, IdempotencyToken token, T answer)
    {
        var commands = scope.Commands<KeptAnswerCommands>();
        var kept =
            answer is Unit
                ? null
                : keys.Seal(JsonSerializer.SerializeToUtf8Bytes(answer), token.Scope);
        commands.Put.ExecuteOne(
            token.Scope,
            token.BodyMac,
            kept,
            scope.Now,
            answer is IShownOnceAnswer { HoldsSecret: true }
        );
    }

    /// <summary>Removes answers that are past their time, in steps that leave room for others.</summary>
    public async Task PurgeAsync(WriteQueue queue, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await StepsAsync(queue, commands => commands.Forget, now - ShownOnceLifetime, cancellation);
        await StepsAsync(queue, commands => commands.Purge, now - Lifetime, cancellation);
    }

    private IdempotencyToken Of(byte[] scope, ReadOnlySpan<byte> body) =>
        new(
            scope,
            HMACSHA256.HashData(_macKey, body),
            _earlierMacKey is null ? null : HMACSHA256.HashData(_earlierMacKey, body)
        );

    private static async Task StepsAsync(
        WriteQueue queue,
        Func<KeptAnswerCommands, PreparedCommand> command,
        DateTimeOffset oldest,
        CancellationToken cancellation
    )
    {
        int changed;
        do
        {
            changed = await queue.RunStepAsync(
                scope =>
                    command(scope.Commands<KeptAnswerCommands>()).Execute(oldest, (long)PurgeBatch),
                cancellation
            );
        } while (changed == PurgeBatch);
    }

    private sealed class Claim(ConcurrentDictionary<string, byte> underWay, string scope)
        : IDisposable
    {
        public void Dispose() => underWay.TryRemove(scope, out _);
    }
}

/// <summary>An answer that may hold a secret which is shown once.</summary>
public interface IShownOnceAnswer
{
    bool HoldsSecret { get; }
}

internal sealed class KeptAnswerCommands : ICommandSet<KeptAnswerCommands>
{
    public readonly PreparedCommand Find;
    public readonly PreparedCommand Put;
    public readonly PreparedCommand Purge;
    public readonly PreparedCommand Forget;

    private KeptAnswerCommands(DbConnection connection)
    {
        Find = new(
            connection,
            "SELECT body_mac, answer, created_at, shown_once FROM kept_answer WHERE scope = $1"
        );
        Put = new(
            connection,
            """
            INSERT INTO kept_answer (scope, body_mac, answer, created_at, shown_once) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (scope) DO UPDATE
            SET body_mac = excluded.body_mac, answer = excluded.answer, created_at = excluded.created_at,
                shown_once = excluded.shown_once
            """
        );
        Forget = new(
            connection,
            """
            UPDATE kept_answer SET answer = NULL WHERE id IN (
                SELECT id FROM kept_answer
                WHERE shown_once = 1 AND answer IS NOT NULL AND created_at <= $1 ORDER BY created_at LIMIT $2)
            """
        );
        Purge = new(
            connection,
            "DELETE FROM kept_answer WHERE id IN (SELECT id FROM kept_answer WHERE created_at <= $1 ORDER BY created_at LIMIT $2)"
        );
    }

    public static KeptAnswerCommands Create(DbConnection connection) => new(connection);
}
