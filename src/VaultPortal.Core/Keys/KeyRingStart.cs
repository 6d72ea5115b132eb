using Microsoft.Extensions.Logging;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>
/// Opens the keys at start and tests each: master key, data keys, the portal's signing key; makes the first ones; finishes a
/// rotation of the master key that was interrupted. A master key that is missing, wrong or changed is said plainly, and nothing is
/// overwritten (DESIGN section 4).
/// </summary>
public sealed partial class KeyRingStart(
    WriteQueue queue,
    ReadConnections reads,
    IMasterKeySource masterKeys,
    KeyReload reload,
    ILogger<KeyRingStart> logger
)
{
    /// <exception cref="StartRefusedException">With the whole reason as its message.</exception>
    public async Task<OpenedKeys> OpenAsync(Caller caller, CancellationToken cancellation = default)
    {
        var (masterKey, stored) = await OpenMasterKeyAsync(caller, cancellation);
        var ring = new KeyRing();
        try
        {
            if (stored.TrueForAll(key => key.Purpose != DataKeyPurpose.Derives))
            {
                stored = await AddMissingAsync(caller, masterKey, cancellation);
            }

            Fill(ring, masterKey, stored);
            var (signer, now) = await OpenSignerAsync(caller, ring, cancellation);
            var derivation = OpenDerivation(masterKey, stored, now);
            var keys = new OpenedKeys(masterKey, ring, derivation, signer);
            reload.Watch(keys, reads, masterKeys);
            return keys;
        }
        catch
        {
            ring.Dispose();
            masterKey.Dispose();
            throw;
        }
    }

    /// <summary>The master key that the data keys are wrapped by, and these.</summary>
    private async Task<(MasterKey MasterKey, List<StoredDataKey> Stored)> OpenMasterKeyAsync(
        Caller caller,
        CancellationToken cancellation
    )
    {
        var stored = ReadDataKeys();
        if (stored.Count == 0)
        {
            var first = masterKeys.Exists()
                ? await masterKeys.LoadAsync(cancellation)
                : await masterKeys.MakeFirstAsync(cancellation);
            return (first, await AddMissingAsync(caller, first, cancellation));
        }

        var present = await masterKeys.LoadAsync(cancellation);
        if (Wanted(stored) != present.Id)
        {
            // A rotation in another process may have ended between the two looks.
            stored = ReadDataKeys();
        }

        return Wanted(stored) == present.Id
            ? (present, stored)
            : (await FinishRotationAsync(present, Wanted(stored), cancellation), stored);
    }

    /// <summary>A rotation was killed after it wrapped the data keys, and before it put the new key in its place.</summary>
    private async Task<MasterKey> FinishRotationAsync(
        MasterKey present,
        string wanted,
        CancellationToken cancellation
    )
    {
        var next = await masterKeys.LoadNextAsync(cancellation);
        if (next?.Id != wanted)
        {
            next?.Dispose();
            using (present)
            {
                throw Wrong(present.Id, wanted);
            }
        }

        var advice = await masterKeys.AdoptNextAsync(present, next, cancellation);
        LogFinished(logger, present.Id, next.Id, advice);
        present.Dispose();
        return next;
    }

    private StartRefusedException Wrong(string present, string wanted) =>
        new(
            $"The master key is the wrong one, or it was changed: {masterKeys.Place} holds {present}, but the database is sealed under {wanted}. "
                + $"Put the right key in place; nothing was changed. {masterKeys.Hint(wanted)}".TrimEnd()
        );

    private static string Wanted(List<StoredDataKey> stored) =>
        stored.Select(key => key.MasterKeyId).Distinct().ToArray() is [var one]
            ? one
            : throw new StartRefusedException(
                $"The data keys are wrapped by different master keys ({string.Join(", ", stored.Select(key => $"{key.Id} by {key.MasterKeyId}"))}): "
                    + "the database was damaged or altered. Restore a backup; nothing was changed."
            );

    private List<StoredDataKey> ReadDataKeys()
    {
        using var scope = reads.Open();
        return StoredDataKey.ReadAll(scope.Commands<KeyCommands>());
    }

    private Task<List<StoredDataKey>> AddMissingAsync(
        Caller caller,
        MasterKey masterKey,
        CancellationToken cancellation
    ) =>
        queue.RunAsync(
            scope =>
            {
                var commands = scope.Commands<KeyCommands>();
                // Another process may have been first.
                var stored = StoredDataKey.ReadAll(commands);
                if (stored.Count > 0 && Wanted(stored) != masterKey.Id)
                {
                    throw Wrong(masterKey.Id, Wanted(stored));
                }

                if (stored.Count == 0)
                {
                    StoredDataKey.Add(scope, caller, masterKey, DataKeyPurpose.Seals);
                }

                if (stored.TrueForAll(key => key.Purpose != DataKeyPurpose.Derives))
                {
                    StoredDataKey.Add(scope, caller, masterKey, DataKeyPurpose.Derives);
                }

                return StoredDataKey.ReadAll(commands);
            },
            cancellation
        );

    private static void Fill(KeyRing ring, MasterKey masterKey, List<StoredDataKey> stored)
    {
        foreach (var each in stored.Where(key => key.Purpose == DataKeyPurpose.Seals))
        {
            var key = Unwrap(masterKey, each);
            ring.Add(each.Id, key, each.IsCurrent, each.SealCount);
            Array.Clear(key);
        }

        if (!stored.Exists(key => key.IsCurrent))
        {
            throw new StartRefusedException(
                "No data key is the current one: the database was damaged or altered. Restore a backup; nothing was changed."
            );
        }

        if (!ring.SelfTest())
        {
            throw new StartRefusedException(
                $"The self-test failed: what the data key {ring.CurrentId} seals, it does not open. Nothing was changed."
            );
        }
    }

    private static DerivationKey OpenDerivation(
        MasterKey masterKey,
        List<StoredDataKey> stored,
        DateTimeOffset now
    )
    {
        var each = stored.Find(key => key.Purpose == DataKeyPurpose.Derives)!;
        var key = Unwrap(masterKey, each);
        // What was derived from the master key itself, before this key was made, is asked for as long as answers are kept.
        var isYoung = now - each.CreatedAt < KeptAnswers.Lifetime;
        var derivation = DerivationKey.FromBytes(key, isYoung ? masterKey : null);
        Array.Clear(key);
        return derivation;
    }

    private static byte[] Unwrap(MasterKey masterKey, StoredDataKey stored) =>
        masterKey.TryUnwrap(stored.Wrapped, stored.Id, out var key)
            ? key
            : throw new StartRefusedException(
                $"The data key {stored.Id} is damaged: the master key {masterKey.Id} that wrapped it does not open it. Restore a backup; nothing was changed."
            );

    private Task<(PortalSigner Signer, DateTimeOffset Now)> OpenSignerAsync(
        Caller caller,
        KeyRing ring,
        CancellationToken cancellation
    ) =>
        queue.RunAsync(
            scope =>
            {
                var key = StoredSigningKey.ReadCurrent(scope.Commands<KeyCommands>()) is { } stored
                    ? Open(ring, stored)
                    : StoredSigningKey.Add(scope, caller, ring);
                return (new PortalSigner(key), scope.Now);
            },
            cancellation
        );

    private static SigningKey Open(KeyRing ring, StoredSigningKey stored)
    {
        try
        {
            return stored.Open(ring);
        }
        catch (SealException exception)
        {
            throw new StartRefusedException(
                $"The portal's signing key {stored.Fingerprint} cannot be opened: {exception.Message} Restore a backup; nothing was changed.",
                exception
            );
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "A rotation of the master key from {Old} to {New} had been interrupted; it was finished. {Advice}"
    )]
    private static partial void LogFinished(ILogger logger, string old, string @new, string advice);
}
