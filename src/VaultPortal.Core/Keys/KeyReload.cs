using System.Data.Common;
using Microsoft.Extensions.Logging;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>
/// Takes over what another process changed about the keys: new data keys, another current one, another signing key. The write
/// queue says when another process wrote; the ring asks when it meets a key that it does not know.
/// </summary>
public sealed partial class KeyReload(ILogger<KeyReload> logger) : ICacheDrop
{
    private readonly Lock _gate = new();
    private volatile Source? _source;
    private int _asked;

    // A master key that the source does not hold: said once, not with each write of another process.
    private volatile string? _missing;

    /// <summary>
    /// Reads anew at once, so that whatever the batch seals is of the current key; what would have to wait, for the master key
    /// was rotated, is done on another thread.
    /// </summary>
    public void DropAll()
    {
        if (_source is not { } source)
        {
            return;
        }

        if (!_gate.TryEnter())
        {
            Ask();
            return;
        }

        try
        {
            TryReload(source, mayWait: false);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>From now on these keys are kept as the database says.</summary>
    internal void Watch(OpenedKeys keys, ReadConnections reads, IMasterKeySource masterKeys)
    {
        _source = new(keys, reads, masterKeys);
        keys.Ring.OnUnknownKey = _ => ReloadWaiting();
    }

    /// <summary>Once for many calls at a time.</summary>
    private void Ask()
    {
        if (Interlocked.Exchange(ref _asked, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static reload => reload.ReloadAsked(), this, false);
        }
    }

    private void ReloadAsked()
    {
        // Before it reads: who asks from here on means what comes after.
        Volatile.Write(ref _asked, 0);
        ReloadWaiting();
    }

    private void ReloadWaiting()
    {
        lock (_gate)
        {
            TryReload(_source!, mayWait: true);
        }
    }

    private void TryReload(Source source, bool mayWait)
    {
        try
        {
            Reload(source, mayWait);
        }
        catch (Exception exception)
            when (exception
                    is DbException
                        or StartRefusedException
                        or SealException
                        or InvalidOperationException
            )
        {
            // What is in memory stays; the next write of another process, or the next unknown key, asks again.
            LogKept(logger, exception);
        }
    }

    private void Reload(Source source, bool mayWait)
    {
        var (keys, reads, masterKeys) = source;
        using var scope = reads.Open();
        var commands = scope.Commands<KeyCommands>();
        foreach (var stored in StoredDataKey.ReadAll(commands))
        {
            if (stored.MasterKeyId != keys.MasterKey.Id && stored.MasterKeyId != _missing)
            {
                if (!mayWait)
                {
                    Ask();
                    return;
                }

                TakeMasterKey(keys, masterKeys, stored.MasterKeyId);
            }

            if (stored.Purpose == DataKeyPurpose.Seals)
            {
                TakeOver(keys, stored);
            }
        }

        if (
            StoredSigningKey.ReadCurrent(commands) is { } signing
            && signing.Fingerprint != keys.Signer.Fingerprint
        )
        {
            keys.Signer.Switch(signing.Open(keys.Ring));
            LogSigner(logger, signing.Fingerprint);
        }
    }

    private void TakeOver(OpenedKeys keys, StoredDataKey stored)
    {
        if (!keys.Ring.Holds(stored.Id))
        {
            if (!keys.TryAdd(stored))
            {
                throw new SealException(
                    $"The data key {stored.Id} does not open with the master key {keys.MasterKey.Id}."
                );
            }

            LogDataKey(logger, stored.Id);
        }
        else if (stored.IsCurrent && stored.Id != keys.Ring.CurrentId)
        {
            keys.Ring.MakeCurrent(stored.Id);
        }
    }

    private void TakeMasterKey(OpenedKeys keys, IMasterKeySource masterKeys, string wanted)
    {
        var found = masterKeys.FindAsync(wanted).GetAwaiter().GetResult();
        if (found is null)
        {
            _missing = wanted;
            throw new SealException(
                $"The master key was changed to {wanted}, which {masterKeys.Place} does not hold. Start this server again with the new key."
            );
        }

        keys.Take(found);
        LogMasterKey(logger, wanted);
    }

    private sealed record Source(
        OpenedKeys Keys,
        ReadConnections Reads,
        IMasterKeySource MasterKeys
    );

    [LoggerMessage(
        LogLevel.Error,
        "The keys could not be read anew; those in memory stay in use, and values sealed under newer ones cannot be opened by this process."
    )]
    private static partial void LogKept(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Information, "The data key {Id} was taken over.")]
    private static partial void LogDataKey(ILogger logger, string id);

    [LoggerMessage(LogLevel.Information, "The master key {Id} was taken over.")]
    private static partial void LogMasterKey(ILogger logger, string id);

    [LoggerMessage(LogLevel.Information, "The signing key {Fingerprint} was taken over.")]
    private static partial void LogSigner(ILogger logger, string fingerprint);
}
