using System.Runtime.InteropServices;

namespace VaultPortal.Core.Storage;

/// <summary>
/// Makes every file of this process readable by its owner only, also those that SQLite makes, and also in a folder that was
/// there before and is open to others.
/// </summary>
internal static partial class PrivateFiles
{
    private const uint GroupAndOthers = 0b000_111_111;

    public static void FromNowOn()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Umask(GroupAndOthers);
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint Umask(uint mask);
}
