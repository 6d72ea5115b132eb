namespace VaultPortal.Core.Storage;

/// <summary>The folder that holds everything of an installation, and the names in it.</summary>
/// <param name="root">The folder; made when missing, for the owner alone.</param>
public sealed class DataDirectory(string root)
{
    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Root { get; } = Path.GetFullPath(root);

    public string Database => Path.Combine(Root, "vault.db");

    public string MasterKey => Path.Combine(Root, "master.key");

    /// <summary>Held shared by every process that uses the data, alone by migrations and restores.</summary>
    public string Lock => Path.Combine(Root, ".lock");

    /// <summary>One file for each process that holds the lock.</summary>
    public string LockHolders => Path.Combine(Root, ".lock-holders");

    /// <summary>Held by whoever rotates keys.</summary>
    public string RotationLock => Path.Combine(Root, ".rotation-lock");

    /// <summary>Written and removed again by whoever asks whether there is room.</summary>
    public string Probe => Path.Combine(Root, ".room");

    /// <summary>Copies of the database from before migrations.</summary>
    public string Backups => Path.Combine(Root, "backups");

    /// <summary>Makes the folder where it is missing, readable by its owner only.</summary>
    /// <exception cref="StartRefusedException">It cannot be made.</exception>
    public DataDirectory Create()
    {
        PrivateFiles.FromNowOn();
        CreateFolder(Root);
        return this;
    }

    internal static void CreateFolder(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, OwnerOnly);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException(
                $"The folder {path} cannot be made: {exception.Message}",
                exception
            );
        }
    }
}
