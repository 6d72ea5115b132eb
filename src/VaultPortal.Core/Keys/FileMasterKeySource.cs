using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>The master key in a file, as base64; made when nothing was ever wrapped by one.</summary>
public sealed partial class FileMasterKeySource(
    KeyFile file,
    DataDirectory directory,
    ILogger<FileMasterKeySource> logger
) : IMasterKeySource
{
    public string Place => $"the file {file.Path}";

    public bool Exists() => file.Exists;

    public Task<MasterKey> LoadAsync(CancellationToken cancellation = default) =>
        Task.FromResult(
            Parse(file.Read(), file.Path)
                ?? throw new StartRefusedException(
                    $"The master key is missing: {file.Path} does not exist. What the database holds cannot be opened without it. "
                        + "Put the key back where it was, or say where it is now (Keys:Source, Keys:File); nothing was changed."
                )
        );

    public Task<MasterKey> MakeFirstAsync(CancellationToken cancellation = default)
    {
        using var made = MasterKey.Generate();
        if (Write(made, file.WriteFirst))
        {
            LogMade(logger, file.Path);
        }

        return LoadAsync(cancellation);
    }

    public Task<MasterKey?> LoadNextAsync(CancellationToken cancellation = default) =>
        Task.FromResult(Parse(file.ReadNext(), file.NextPath));

    public async Task<MasterKey> MakeNextAsync(
        MasterKey? given,
        CancellationToken cancellation = default
    )
    {
        using var made = given is null ? MasterKey.Generate() : null;
        Write(given ?? made!, file.WriteNext);
        var next = (await LoadNextAsync(cancellation))!;
        if (given is not null && next.Id != given.Id)
        {
            var left = next.Id;
            next.Dispose();
            throw new StartRefusedException(
                $"An interrupted rotation left the key {left} in {file.NextPath}. Run keys rotate-master without a new key to finish it; nothing was changed."
            );
        }

        return next;
    }

    public async Task<string> AdoptNextAsync(
        MasterKey old,
        MasterKey next,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        await file.AdoptNextAsync(next.Id, IdentifyAsync, cancellation);
        return $"The new master key is in {file.Path}: keep a copy of it in a safe place. The old one is in {file.OldPath(old.Id)}: "
            + "backups made before need it; keep it with them and take it away from here.";
    }

    public string Hint(string masterKeyId) =>
        File.Exists(file.OldPath(masterKeyId))
            ? $"A key that was kept under that id lies in {file.OldPath(masterKeyId)}."
            : "";

    public IReadOnlyList<string> Warnings()
    {
        var warnings = new List<string>();
        if (Path.GetDirectoryName(file.Path) == directory.Root)
        {
            warnings.Add(
                $"The master key lies beside the database, in {file.Path}: whoever copies the folder has both. Keep it elsewhere for production."
            );
        }

        if (file.IsOpenToOthers)
        {
            warnings.Add(
                $"Others than its owner may read or change the master key {file.Path}: set its mode to 0600."
            );
        }

        return warnings;
    }

    private static Task<string> IdentifyAsync(
        byte[] text,
        string path,
        CancellationToken cancellation
    )
    {
        using var key = MasterKeyText.Parse(text, $"The file {path}");
        return Task.FromResult(key.Id);
    }

    private static MasterKey? Parse(byte[]? text, string path)
    {
        try
        {
            return text is null ? null : MasterKeyText.Parse(text, $"The file {path}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static bool Write(MasterKey key, WriteText write)
    {
        var text = MasterKeyText.Write(key);
        try
        {
            return write(text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private delegate bool WriteText(ReadOnlySpan<byte> text);

    [LoggerMessage(
        LogLevel.Warning,
        "A new master key was made in {File}. Keep a copy in a safe place: without it no stored secret can be opened."
    )]
    private static partial void LogMade(ILogger logger, string file);
}
