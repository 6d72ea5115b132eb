using System.Text;

namespace VaultPortal.Core.Audit;

/// <summary>Appends seals to a file, one JSON object a line. Belongs on another machine's disk.</summary>
public sealed class FileSealSink(string path) : IAuditSealSink
{
    public string Name => path;

    public async Task TakeAsync(string line, CancellationToken cancellation)
    {
        await using var file = new FileStream(
            path,
            FileMode.Append,
            FileAccess.Write,
            FileShare.Read
        );
        await file.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellation);
        file.Flush(flushToDisk: true);
    }
}
