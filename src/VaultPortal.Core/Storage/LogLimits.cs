namespace VaultPortal.Core.Storage;

/// <summary>When the write-ahead log is moved into the database, in frames (one page each: 4 KiB). The defaults are measured.</summary>
public sealed record LogLimits
{
    /// <summary>From here on a thread of its own moves frames while the writer goes on.</summary>
    public int Start { get; init; } = 16_000;

    /// <summary>So few frames are left to the writer, which moves them between two batches, so that the log can begin anew.</summary>
    public int Few { get; init; } = 1_000;

    /// <summary>Here the writer stops for it: the log never grows much beyond (256 MiB).</summary>
    public int Ceiling { get; init; } = 65_536;

    /// <summary>How long the writer waits between two batches for readers of the old log.</summary>
    public TimeSpan ReaderPatience { get; init; } = TimeSpan.FromMilliseconds(50);
}
