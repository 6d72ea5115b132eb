using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using VaultPortal.Core.Access;
using VaultPortal.Core.Cryptography;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>
/// Opens the keys at start: master key, data keys, the portal's signing key; makes the first ones. A master key that is missing
/// or wrong is said plainly, and nothing is overwritten (DESIGN section 4).
/// </summary>
public sealed class KeyRingStart(
    WriteQueue queue,
    ReadConnections reads,
    DataDirectory directory,
    MasterKeyOptions options,
    ILogger<KeyRingStart> logger
)
{
    /// <exception cref="StartRefusedException">With the whole reason as its message.</exception>
    public async Task<OpenedKeys> OpenAsync(Caller caller, CancellationToken cancellation = default)
    {
        var stored = ReadDataKeys();
        var masterKey = new MasterKeySource(directory, options, logger).Load(stored.Count == 0);
        var ring = new KeyRing();
        try
        {
            if (stored.Count == 0)
            {
                stored = await AddFirstDataKeyAsync(caller, masterKey, cancellation);
            }

            Fill(ring, masterKey, stored);
            var signer = await OpenSignerAsync(caller, ring, cancellation);
            return new OpenedKeys(masterKey, ring, signer);
        }
        catch
        {
            ring.Dispose();
            masterKey.Dispose();
            throw;
        }
    }

    /// <summary>Stores how often the data keys have sealed; called now and then, and when the process ends.</summary>
    public Task StoreSealCountsAsync(
        Caller caller,
        KeyRing ring,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        return queue.RunAsync(
            scope =>
                scope
                    .Commands<KeyCommands>()
                    .StoreSealCount.Execute(ring.CurrentId, ring.SealCount(ring.CurrentId)),
            cancellation
        );
    }

    private List<StoredDataKey> ReadDataKeys()
    {
        using var scope = reads.Open();
        return Read(scope.Commands<KeyCommands>());
    }

    private Task<List<StoredDataKey>> AddFirstDataKeyAsync(
        Caller caller,
        MasterKey masterKey,
        CancellationToken cancellation
    ) =>
        queue.RunAsync(
            scope =>
            {
                var commands = scope.Commands<KeyCommands>();
                // Another process may have been first.
                var stored = Read(commands);
                if (stored.Count > 0)
                {
                    return stored;
                }

                var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
                var key = RandomNumberGenerator.GetBytes(32);
                var wrapped = masterKey.Wrap(key, id);
                CryptographicOperations.ZeroMemory(key);
                commands.AddDataKey.ExecuteOne(
                    id,
                    wrapped,
                    masterKey.Id,
                    DataKeyState.Current,
                    scope.Now
                );
                scope.Audit(caller, "data_key.create", $"data_key:{id}", "ok");
                return Read(commands);
            },
            cancellation
        );

    private static void Fill(KeyRing ring, MasterKey masterKey, List<StoredDataKey> stored)
    {
        foreach (var each in stored)
        {
            if (!masterKey.TryUnwrap(each.Wrapped, each.Id, out var key))
            {
                throw new StartRefusedException(
                    masterKey.Id == each.MasterKeyId
                        ? $"The data key {each.Id} is damaged: the master key that wrapped it does not open it. Restore a backup; nothing was changed."
                        : $"The master key is the wrong one: it is {masterKey.Id}, but the database was sealed under {each.MasterKeyId}. Put the right key in place; nothing was changed."
                );
            }

            ring.Add(each.Id, key, each.State == DataKeyState.Current, each.SealCount);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private Task<PortalSigner> OpenSignerAsync(
        Caller caller,
        KeyRing ring,
        CancellationToken cancellation
    ) =>
        queue.RunAsync(
            scope =>
            {
                var commands = scope.Commands<KeyCommands>();
                using (var row = commands.CurrentSigningKey.Query())
                {
                    if (row.Read())
                    {
                        return Open(ring, row.GetString(0), row.Bytes(1));
                    }
                }

                return AddSigner(scope, caller, ring);
            },
            cancellation
        );

    private static PortalSigner Open(KeyRing ring, string fingerprint, byte[] sealedSeed)
    {
        byte[] seed;
        try
        {
            seed = ring.Open(sealedSeed, SeedContext(fingerprint));
        }
        catch (SealException exception)
        {
            throw new StartRefusedException(
                $"The portal's signing key {fingerprint} cannot be opened: {exception.Message} Restore a backup; nothing was changed.",
                exception
            );
        }

        var key = SigningKey.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return new PortalSigner(key);
    }

    private static PortalSigner AddSigner(WriteScope scope, Caller caller, KeyRing ring)
    {
        var key = SigningKey.Generate();
        var fingerprint = key.PublicKey.FingerprintHex;
        var seed = key.ExportSeed();
        var sealedSeed = ring.Seal(seed, SeedContext(fingerprint));
        CryptographicOperations.ZeroMemory(seed);
        scope
            .Commands<KeyCommands>()
            .AddSigningKey.ExecuteOne(
                fingerprint,
                key.PublicKey.Spki.ToArray(),
                sealedSeed,
                scope.Now
            );
        scope.Audit(caller, "portal_signing_key.create", $"portal_signing_key:{fingerprint}", "ok");
        return new PortalSigner(key);
    }

    private static byte[] SeedContext(string fingerprint) =>
        Encoding.UTF8.GetBytes($"portal_signing_key|sealed_seed|{fingerprint}");

    private static List<StoredDataKey> Read(KeyCommands commands)
    {
        var stored = new List<StoredDataKey>();
        using var rows = commands.DataKeys.Query();
        while (rows.Read())
        {
            stored.Add(
                new(
                    rows.GetString(0),
                    rows.Bytes(1),
                    rows.GetString(2),
                    (DataKeyState)rows.GetInt64(3),
                    rows.GetInt64(4)
                )
            );
        }

        return stored;
    }

    private sealed record StoredDataKey(
        string Id,
        byte[] Wrapped,
        string MasterKeyId,
        DataKeyState State,
        long SealCount
    );
}
