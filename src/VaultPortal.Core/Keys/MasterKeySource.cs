using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using VaultPortal.Core.Cryptography;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>Finds the master key: in an environment variable, else in a file. Overwrites nothing, ever.</summary>
internal sealed partial class MasterKeySource(
    DataDirectory directory,
    MasterKeyOptions options,
    ILogger logger
)
{
    private const int TextLength = 44;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The key.</summary>
    /// <param name="mayMake">Whether a new one may be made: only while nothing was ever wrapped by one.</param>
    /// <exception cref="StartRefusedException">It is missing or malformed.</exception>
    public MasterKey Load(bool mayMake)
    {
        if (!string.IsNullOrEmpty(options.Text))
        {
            return Parse(options.Text, $"The environment variable {MasterKeyOptions.Variable}");
        }

        if (!File.Exists(directory.MasterKey))
        {
            if (!mayMake)
            {
                throw new StartRefusedException(
                    $"The master key is missing: {directory.MasterKey} does not exist and {MasterKeyOptions.Variable} is not set. "
                        + "What the database holds cannot be opened without it. Put the key back where it was; nothing was changed."
                );
            }

            Make();
        }

        WarnOfReaders();
        LogBesideDatabase(logger, directory.MasterKey);
        return Parse(File.ReadAllText(directory.MasterKey), $"The file {directory.MasterKey}");
    }

    private static MasterKey Parse(string text, string source)
    {
        Span<byte> key = stackalloc byte[MasterKey.Length];
        try
        {
            var trimmed = text.AsSpan().Trim();
            return
                trimmed.Length == TextLength
                && Convert.TryFromBase64Chars(trimmed, key, out var length)
                && length == MasterKey.Length
                ? MasterKey.FromBytes(key)
                : throw new StartRefusedException(
                    $"{source} does not hold a master key: it is base64 of 32 bytes (44 characters). Nothing was changed."
                );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Writes a new key under another name first, so that a kill leaves no half of one under its own.</summary>
    private void Make()
    {
        var unfinished = $"{directory.MasterKey}.{Guid.NewGuid():N}";
        Write(unfinished);
        try
        {
            // Does not overwrite: of two processes that start at once, one makes the key.
            File.Move(unfinished, directory.MasterKey, overwrite: false);
            LogMade(logger, directory.MasterKey);
        }
        catch (IOException) when (File.Exists(directory.MasterKey))
        {
            File.Delete(unfinished);
        }
    }

    private static void Write(string path)
    {
        Span<byte> key = stackalloc byte[MasterKey.Length];
        Span<byte> text = stackalloc byte[TextLength + 1];
        try
        {
            RandomNumberGenerator.Fill(key);
            Base64.EncodeToUtf8(key, text, out _, out _);
            text[TextLength] = (byte)'\n';
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using var file = new FileStream(path, options);
            file.Write(text);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private void WarnOfReaders()
    {
        if (
            !OperatingSystem.IsWindows()
            && (File.GetUnixFileMode(directory.MasterKey) & ~OwnerOnly) != 0
        )
        {
            LogReadable(logger, directory.MasterKey);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The master key lies beside the database, in {File}: whoever copies the folder has both. Keep it elsewhere for production."
    )]
    private static partial void LogBesideDatabase(ILogger logger, string file);

    [LoggerMessage(
        LogLevel.Warning,
        "A new master key was made in {File}. Keep a copy in a safe place: without it no stored secret can be opened."
    )]
    private static partial void LogMade(ILogger logger, string file);

    [LoggerMessage(
        LogLevel.Warning,
        "Others than its owner may read or change the master key {File}: set its mode to 0600."
    )]
    private static partial void LogReadable(ILogger logger, string file);
}
