using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>
/// A small file that keys lie in: readable by its owner only, written whole under another name first and durable before it gets
/// its own, so that a kill leaves no half of one. The next one waits in <c>….next</c>, earlier ones stay in <c>….ID.old</c>;
/// <c>….lock</c> is empty, and held by whoever exchanges them.
/// </summary>
public sealed partial class KeyFile(string path)
{
    private const int MostBytes = 64 << 10;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Whoever holds the lock may ask a service over the network twice, with retries; otherwise it takes milliseconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);

    // No process takes so long between writing a file whole and giving it its name.
    private static readonly TimeSpan UnfinishedLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Where the next one waits while a rotation is under way.</summary>
    public string NextPath => Path + ".next";

    /// <summary>Held while the next one takes the place of the present one.</summary>
    public string LockPath => Path + ".lock";

    public bool Exists => File.Exists(Path);

    /// <summary>Whether others than its owner may read or change it.</summary>
    public bool IsOpenToOthers =>
        !OperatingSystem.IsWindows() && Exists && (File.GetUnixFileMode(Path) & ~OwnerOnly) != 0;

    /// <summary>Where the one with this id stays after a rotation.</summary>
    public string OldPath(string id) => $"{Path}.{id}.old";

    /// <summary>The whole text; the caller zeroes it. Null when there is no file.</summary>
    public byte[]? Read() => Read(Path);

    /// <inheritdoc cref="Read()"/>
    public byte[]? ReadNext() => Read(NextPath);

    /// <summary>Writes the first one; false when there is one already, which stays.</summary>
    public bool WriteFirst(ReadOnlySpan<byte> text) => WriteNew(Path, text);

    /// <summary>Writes the next one; false when there is one already, which stays.</summary>
    public bool WriteNext(ReadOnlySpan<byte> text) => WriteNew(NextPath, text);

    /// <summary>
    /// The next one takes the place of the present one if it is <paramref name="nextId"/>; the present one stays under the id of
    /// what it holds. At every moment one of them lies at <see cref="Path"/>. Looks and moves under one lock: whoever comes late
    /// finds no next one, or that of another rotation, and leaves both files alone.
    /// </summary>
    /// <param name="nextId">The id of the one that is to be the present one.</param>
    /// <param name="identify">Tells the id of what a file holds.</param>
    /// <param name="cancellation">Ends it, up to the move.</param>
    /// <exception cref="StartRefusedException">It cannot be done; the present one lies where it was.</exception>
    public async Task AdoptNextAsync(
        string nextId,
        IdentifyKey identify,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(identify);
        await using var alone = await LockAsync(cancellation);
        var (waiting, present) = (ReadNext(), Read());
        try
        {
            if (waiting is null || await identify(waiting, NextPath, cancellation) != nextId)
            {
                return;
            }

            var presentId = present is null ? null : await identify(present, Path, cancellation);
            Guard(
                Path,
                () =>
                {
                    if (presentId is not null && presentId != nextId)
                    {
                        WriteNew(OldPath(presentId), present!);
                    }

                    File.Move(NextPath, Path, overwrite: true);
                    SyncFolder();
                }
            );
        }
        finally
        {
            Array.Clear(waiting ?? []);
            Array.Clear(present ?? []);
        }
    }

    /// <summary>
    /// Removes what a kill left between writing a file and giving it its name: no key of it was ever used. What is young may be of a
    /// process that is at work.
    /// </summary>
    /// <param name="now">The time that the age of files is told by.</param>
    public void RemoveUnfinished(DateTimeOffset now)
    {
        try
        {
            var left = Directory
                .EnumerateFiles(
                    System.IO.Path.GetDirectoryName(Path)!,
                    System.IO.Path.GetFileName(Path) + ".*"
                )
                .Where(file =>
                    Guid.TryParseExact(System.IO.Path.GetExtension(file)[1..], "N", out _)
                    && File.GetLastWriteTimeUtc(file) < now - UnfinishedLife
                );
            foreach (var file in left)
            {
                File.Delete(file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is only litter: the next start tries again.
        }
    }

    /// <summary>Alone with these files, until it is disposed of; a kill gives it up. Waits for another process that has it.</summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellation)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(LockPath, options);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(BetweenTries, cancellation);
            }
            catch (Exception exception)
                when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StartRefusedException(
                    $"The file {LockPath} cannot be locked: {exception.Message} If another process finishes a rotation of the master key, wait until it is done; then start again.",
                    exception
                );
            }
        }
    }

    private static byte[]? Read(string file) =>
        Guard<byte[]?>(
            file,
            () =>
            {
                try
                {
                    return new FileInfo(file) is { Exists: true, Length: > MostBytes }
                        ? throw new StartRefusedException(
                            $"The file {file} is too large to be what is expected there. Nothing was changed."
                        )
                        : File.ReadAllBytes(file);
                }
                catch (FileNotFoundException)
                {
                    return null;
                }
                catch (DirectoryNotFoundException)
                {
                    return null;
                }
            }
        );

    private bool WriteNew(string file, ReadOnlySpan<byte> text)
    {
        var bytes = text.ToArray();
        try
        {
            return Guard(file, () => WriteNew(file, bytes));
        }
        finally
        {
            Array.Clear(bytes);
        }
    }

    private bool WriteNew(string file, byte[] text)
    {
        var unfinished = $"{file}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(text);
            stream.Flush(flushToDisk: true);
        }

        try
        {
            // Does not overwrite: of two processes that write at once, one is first.
            File.Move(unfinished, file, overwrite: false);
            SyncFolder();
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(unfinished);
            return false;
        }
    }

    private static void Guard(string file, Action work) =>
        Guard(
            file,
            () =>
            {
                work();
                return true;
            }
        );

    private static T Guard<T>(string file, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"The file {file} cannot be read or written: {exception.Message}",
                exception
            );
        }
    }

    /// <summary>A name in a folder is durable only when the folder is: without it a power cut could lose a key that the database needs already.</summary>
    private void SyncFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Open(Encoding.UTF8.GetBytes(System.IO.Path.GetDirectoryName(Path)! + '\0'), 0);
        if (folder < 0)
        {
            throw new IOException("The folder cannot be opened.");
        }

        var result = Sync(folder);
        _ = Close(folder);
        if (result != 0)
        {
            throw new IOException("The folder cannot be written to the disk.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte[] path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}

/// <summary>Tells the id of the key that a file holds.</summary>
/// <param name="text">The whole file; the caller zeroes it.</param>
/// <param name="path">Where it was read from, for messages.</param>
/// <param name="cancellation">Ends it.</param>
/// <exception cref="StartRefusedException">It holds none, or it cannot be opened.</exception>
public delegate Task<string> IdentifyKey(byte[] text, string path, CancellationToken cancellation);
