using VaultPortal.Core.Storage;

namespace VaultPortal.Hosting;

/// <summary>
/// Whether the disk of the data takes a new file. The database alone would not say so for a while: it writes over what its log
/// already occupies. The file is small, is gone again at once and rarely reaches the disk itself.
/// </summary>
public sealed class DiskRoom(DataDirectory data)
{
    private static readonly byte[] Piece = new byte[64 << 10];

    private readonly Lock _gate = new();
    private Task _probe = Task.CompletedTask;

    /// <summary>Ends when the file was written. However often it is asked, no more than one thread waits for a disk that hangs.</summary>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public Task ProbeAsync()
    {
        lock (_gate)
        {
            if (_probe.IsCompleted)
            {
                _probe = Task.Run(Write);
            }

            return _probe;
        }
    }

    private void Write()
    {
        // What a process that was killed left behind is written over.
        using var file = new FileStream(
            data.Probe,
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                BufferSize = 0,
                Options = FileOptions.DeleteOnClose,
            }
        );
        file.Write(Piece);
    }
}
