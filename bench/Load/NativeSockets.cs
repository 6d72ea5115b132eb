using System.Runtime.InteropServices;

namespace VaultPortal.Bench.Load;

/// <summary>
/// The three calls that a load client needs. The client shares the machine with the server that it measures, so it spends as
/// little as can be: one thread, no allocation, no task, no parser.
/// </summary>
internal static unsafe partial class NativeSockets
{
    public const short Readable = 1;
    public const int NoSignal = 0x4000;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, byte* buffer, nuint length, int flags);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Socket;
        public short Wanted;
        public short Got;
    }
}
