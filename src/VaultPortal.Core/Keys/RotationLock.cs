using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>One rotation at a time on a data folder; a kill gives it up.</summary>
internal sealed class RotationLock : IDisposable
{
    private readonly FileStream _file;

    private RotationLock(FileStream file) => _file = file;

    /// <exception cref="StartRefusedException">Another process rotates keys.</exception>
    public static RotationLock Take(DataDirectory directory)
    {
        try
        {
            return new(
                new FileStream(
                    directory.RotationLock,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                )
            );
        }
        catch (IOException exception)
        {
            throw new StartRefusedException(
                "Another command is rotating keys. Wait until it is done, then try again; nothing was changed.",
                exception
            );
        }
    }

    public void Dispose() => _file.Dispose();
}
