using System.Collections.Immutable;
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
    public async Task SaveAsync(
        string vaultId,
        VaultPins pins,
        CancellationToken cancellation = default
    )
    {
        await using var held = await LockAsync(cancellation);
        var vaults = await ReadAsync(cancellation);
        var merged = pins.MergeInto(vaults.GetValueOrDefault(vaultId));
        var fresh = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Options = FileOptions.WriteThrough,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var stream = new FileStream(fresh, options))
        {
            var content = new Content(1, vaults.SetItem(vaultId, merged));
            await JsonSerializer.SerializeAsync(stream, content, Indented, cancellation);
            stream.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
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

    private async Task<FileStream> LockAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(
                    LockPath,
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                );
            }
            catch (IOException fault)
                when (attempt < MaxAttempts && fault is not DirectoryNotFoundException)
            {
                RemoveStaleLock();
                await Task.Delay(10, cancellation);
            }
        }
    }

    /// <summary>A lock is held for milliseconds: an old one was left by a process that was killed.</summary>
    private void RemoveStaleLock()
    {
        // Looked at once: of a lock that is gone in between there would be no time, and the next one's holder would lose it.
        var held = new FileInfo(LockPath);
        if (held.Exists && DateTime.UtcNow - held.LastWriteTimeUtc > StaleAfter)
        {
            held.Delete();
        }
    }

    private sealed record Content(int V, ImmutableSortedDictionary<string, VaultPins> Vaults);
}
