using System.Globalization;

namespace VaultPortal.Core.Storage;

/// <summary>
/// The lock on a data directory: every process that uses the data holds it shared; who changes it as a whole (migration,
/// restore, demo seed) holds it alone. Beside it each holder keeps a locked file with its process and command as the name, so
/// that whoever cannot get the lock can say why. What a kill leaves behind is not locked and therefore ignored.
/// </summary>
public sealed class DataLock : IDisposable
{
    private const int Attempts = 16;

    private readonly FileStream _lock;
    private readonly FileStream _holder;

    private DataLock(FileStream held, FileStream holder) => (_lock, _holder) = (held, holder);

    /// <summary>Takes the lock together with others.</summary>
    /// <param name="directory">The data.</param>
    /// <param name="command">What this process does, as others are told it, e.g. <c>serve</c>.</param>
    /// <exception cref="StartRefusedException">A process holds it alone; the message says which.</exception>
    public static DataLock TakeShared(DataDirectory directory, string command) =>
        Take(directory, command, FileAccess.Read, FileShare.Read);

    /// <summary>Takes the lock alone.</summary>
    /// <inheritdoc cref="TakeShared"/>
    public static DataLock TakeAlone(DataDirectory directory, string command) =>
        Take(directory, command, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Who holds the lock now, e.g. <c>serve (process 4711)</c>.</summary>
    public static IReadOnlyList<string> Holders(DataDirectory directory)
    {
        var holders = new List<string>();
        if (!Directory.Exists(directory.LockHolders))
        {
            return holders;
        }

        foreach (var file in Directory.EnumerateFiles(directory.LockHolders))
        {
            if (IsHeld(file) && Path.GetFileName(file).Split('.') is [var process, var command, _])
            {
                holders.Add($"{command} (process {process})");
            }
        }

        return holders;
    }

    public void Dispose()
    {
        // The record goes first: a holder that is named holds.
        _holder.Dispose();
        _lock.Dispose();
    }

    private static DataLock Take(
        DataDirectory directory,
        string command,
        FileAccess access,
        FileShare share
    )
    {
        FileStream? held = null;
        try
        {
            held = new FileStream(directory.Lock, FileMode.OpenOrCreate, access, share);
            return new DataLock(held, Register(directory, command));
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException)
        {
            held?.Dispose();
            throw Refusal(directory, exception);
        }
    }

    private static StartRefusedException Refusal(DataDirectory directory, IOException exception)
    {
        var holders = Holders(directory);
        var who = holders.Count == 0 ? "another process" : string.Join(", ", holders);
        return new StartRefusedException(
            $"The data in {directory.Root} is in use by {who}. Stop it or wait until it is done, then try again.",
            exception
        );
    }

    private static FileStream Register(DataDirectory directory, string command)
    {
        DataDirectory.CreateFolder(directory.LockHolders);
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var name = string.Concat(command.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
        for (var attempt = 0; ; attempt++)
        {
            var file = $"{process}.{name}.{Guid.NewGuid():N}";
            try
            {
                return new FileStream(
                    Path.Combine(directory.LockHolders, file),
                    FileMode.CreateNew,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 0,
                    FileOptions.DeleteOnClose
                );
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Somebody who looks for holders had it open just now.
            }
        }
    }

    private static bool IsHeld(string file)
    {
        try
        {
            using var open = new FileStream(
                file,
                FileMode.Open,
                FileAccess.ReadWrite,
                FileShare.None
            );
            File.Delete(file);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
