using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>
/// Exchanges the master key: the next one is made durable beside it, all data keys are wrapped by it in one transaction, then it
/// takes the other's place. A kill before the transaction leaves the old key valid, and a next one that the next run uses; a kill
/// after it leaves a start that finishes. Nothing that data keys have sealed is touched.
/// </summary>
public sealed class MasterKeyRotation(
    WriteQueue queue,
    OpenedKeys keys,
    IMasterKeySource source,
    DataDirectory directory
)
{
    /// <param name="caller">Who rotates.</param>
    /// <param name="given">The new key, where a person brings it; null = the source makes one. Belongs to the callee.</param>
    /// <param name="cancellation">Ends it, as a kill would.</param>
    /// <exception cref="StartRefusedException">It cannot be done; with the whole reason.</exception>
    public async Task<MasterKeyChange> RunAsync(
        Caller caller,
        MasterKey? given,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        using var alone = RotationLock.Take(directory);
        var old = keys.MasterKey;
        if (given?.Id == old.Id)
        {
            throw new StartRefusedException(
                "The new master key is the present one. Make another; nothing was changed."
            );
        }

        var next = await source.MakeNextAsync(given, cancellation);
        var count = await queue.RunAsync(scope => Rewrap(scope, caller, old, next), cancellation);
        keys.Take(next);
        // Not cancelled: from here on only the next key opens the data keys.
        var advice = await source.AdoptNextAsync(old, next, CancellationToken.None);
        return new(old.Id, next.Id, count, advice);
    }

    private static int Rewrap(WriteScope scope, Caller caller, MasterKey old, MasterKey next)
    {
        var commands = scope.Commands<KeyCommands>();
        var stored = StoredDataKey.ReadAll(commands);
        foreach (var each in stored)
        {
            if (!old.TryUnwrap(each.Wrapped, each.Id, out var key))
            {
                throw new StartRefusedException(
                    $"The data key {each.Id} does not open with the master key {old.Id}: another command changed it, or it is damaged. Look at keys status; nothing was changed."
                );
            }

            var wrapped = next.Wrap(key, each.Id);
            CryptographicOperations.ZeroMemory(key);
            commands.Rewrap.ExecuteOne(each.Id, wrapped, next.Id);
        }

        scope.Audit(caller, "master_key.rotate", $"master_key:{next.Id}", "ok", stored.Count);
        return stored.Count;
    }
}

/// <summary>What a rotation of the master key did.</summary>
/// <param name="Before">The id of the key before.</param>
/// <param name="Now">The id of the new one.</param>
/// <param name="DataKeys">How many data keys were wrapped anew.</param>
/// <param name="Advice">What whoever operates it has to do, as sentences.</param>
public sealed record MasterKeyChange(string Before, string Now, int DataKeys, string Advice);
