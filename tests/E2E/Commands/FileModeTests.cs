using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Commands;

[UnsupportedOSPlatform("windows")]
public sealed class FileModeTests
{
    [Fact]
    public async Task Files_are_the_owners_alone_in_a_folder_that_was_open_to_others()
    {
        var folder = Directory.CreateTempSubdirectory("vaultportal-mode-").FullName;
        File.SetUnixFileMode(
            folder,
            UnixFileMode.UserRead
                | UnixFileMode.UserWrite
                | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead
                | UnixFileMode.GroupExecute
                | UnixFileMode.OtherRead
                | UnixFileMode.OtherExecute
        );
        // The tests' own process, which this one begins as, may have made its files private already.
        _ = Umask(0b000_010_010);
        await using var process = await PortalProcess.StartAsync(folder: folder);

        var open = Directory
            .GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file =>
                (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead))
                != 0
            );

        open.ShouldBeEmpty();
    }

    [DllImport("libc", EntryPoint = "umask")]
    private static extern uint Umask(uint mask);
}
