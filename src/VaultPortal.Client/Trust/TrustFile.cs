using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace VaultPortal.Client;

/// <summary>
/// Pins in a file, {"v":1,"vaults":{…}}, shared with the JavaScript client: mode 0600, replaced as a whole, under a lock file
/// beside it, so that several processes may use it. It holds no secret, but whoever can write it can undo what it protects from.
/// </summary>
public sealed class TrustFile(string path) : IPinStore
{
    private const int MaxAttempts = 500;

    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Indented = new(WireJson.Options)
    {
        WriteIndented = true,
    };

    private string LockPath => $"{path}.lock";

    /// <inheritdoc/>
    public async Task<VaultPins?> LoadAsync(
        string vaultId,
        CancellationToken cancellation = default
    ) => (await ReadAsync(cancellation)).GetValueOrDefault(vaultId);

    /// <inheritdoc/>
    public Task SaveAsync(
        string vaultId,
        VaultPins pins,
        CancellationToken cancellation = default
    ) => WriteAsync(vaultId, pins.MergeInto, cancellation);

    /// <inheritdoc/>
    public Task ReplaceAsync(
        string vaultId,
        VaultPins pins,
        CancellationToken cancellation = default
    ) => WriteAsync(vaultId, _ => pins, cancellation);

    private async Task WriteAsync(
        string vaultId,
        Func<VaultPins?, VaultPins> merge,
        CancellationToken cancellation
    )
    {
        // A lock can be lost by holding it for too long: then others have written, and it is done again on what they wrote.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            if (await TryWriteAsync(vaultId, merge, cancellation))
            {
                return;
            }
        }

        throw new IOException("The lock of the trust file was taken away again and again.");
    }

    private async Task<bool> TryWriteAsync(
        string vaultId,
        Func<VaultPins?, VaultPins> merge,
        CancellationToken cancellation
    )
    {
        var owner = await LockAsync(cancellation);
        var fresh = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            var vaults = await ReadAsync(cancellation);
            var merged = merge(vaults.GetValueOrDefault(vaultId));
            var content = new Content(1, vaults.SetItem(vaultId, merged));
            await using (var stream = new FileStream(fresh, OwnersOnly(FileMode.CreateNew)))
            {
                await JsonSerializer.SerializeAsync(stream, content, Indented, cancellation);
                stream.Flush(flushToDisk: true);
            }

            var isHeld = Holds(owner);
            if (isHeld)
            {
                File.Move(fresh, path, overwrite: true);
            }

            return isHeld;
        }
        finally
        {
            File.Delete(fresh);
            if (Holds(owner))
            {
                File.Delete(LockPath);
            }
        }
    }

    private async Task<ImmutableSortedDictionary<string, VaultPins>> ReadAsync(
        CancellationToken cancellation
    )
    {
        byte[] text;
        try
        {
            text = await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (FileNotFoundException)
        {
            return ImmutableSortedDictionary<string, VaultPins>.Empty;
        }

        // A file that cannot be read is no reason to begin anew: that would be the attack.
        var content = JsonSerializer.Deserialize<Content>(text, WireJson.Options);
        return content is { V: 1 }
            ? content.Vaults
            : throw new InvalidDataException("The trust file is not of version 1.");
    }

    /// <summary>Makes the lock file; answers its text, which tells it from any other.</summary>
    private async Task<string> LockAsync(CancellationToken cancellation)
    {
        var owner = $"{Environment.ProcessId} {DateTime.UtcNow:O} {Guid.NewGuid():n}\n";
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var stream = new FileStream(LockPath, OwnersOnly(FileMode.CreateNew));
                await stream.WriteAsync(Encoding.UTF8.GetBytes(owner), CancellationToken.None);
                return owner;
            }
            catch (IOException fault)
                when (attempt < MaxAttempts && fault is not DirectoryNotFoundException)
            {
                RemoveStaleLock();
                await Task.Delay(10, cancellation);
            }
        }
    }

    private bool Holds(string owner) => Look(LockPath)?.Text == owner;

    /// <summary>
    /// A lock is held for milliseconds: an old one was left by a process that was killed. It is moved aside first and looked at
    /// there: when others removed it in between, what was moved is the next one's, and goes back.
    /// </summary>
    private void RemoveStaleLock()
    {
        if (Look(LockPath) is not { } seen || DateTime.UtcNow - seen.Written <= StaleAfter)
        {
            return;
        }

        var aside = $"{LockPath}.{Guid.NewGuid():n}.stale";
        try
        {
            File.Move(LockPath, aside);
            if (Look(aside) != seen)
            {
                // Never over another: where somebody has it already, its holder notices before he writes.
                File.Move(aside, LockPath, overwrite: false);
            }
        }
        catch (IOException)
        {
            // Somebody else was faster.
        }

        File.Delete(aside);
    }

    private static (string Text, DateTime Written)? Look(string file)
    {
        try
        {
            return (File.ReadAllText(file), File.GetLastWriteTimeUtc(file));
        }
        catch (IOException)
        {
            // It is gone, or being written.
            return null;
        }
    }

    private static FileStreamOptions OwnersOnly(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.Write,
            Options = FileOptions.WriteThrough,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private sealed record Content(int V, ImmutableSortedDictionary<string, VaultPins> Vaults);
}
