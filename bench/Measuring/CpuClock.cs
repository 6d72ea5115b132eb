using System.Globalization;

namespace VaultPortal.Bench.Measuring;

/// <summary>Processor time, in seconds, of one process, of this one and of the whole machine (Linux, /proc).</summary>
internal sealed class CpuClock(int serverId)
{
    private const double TicksPerSecond = 100;

    private readonly double _server = OfProcess(serverId);
    private readonly double _client = OfProcess(Environment.ProcessId);
    private readonly double _machine = OfMachine();

    /// <summary>What was used since this clock was made.</summary>
    public CpuUse Read(TimeSpan elapsed)
    {
        var server = OfProcess(serverId) - _server;
        var client = OfProcess(Environment.ProcessId) - _client;
        var machine = OfMachine() - _machine;
        return new CpuUse(
            server / elapsed.TotalSeconds,
            client / elapsed.TotalSeconds,
            Math.Max(0, machine - server - client) / elapsed.TotalSeconds
        );
    }

    /// <summary>Resident memory in MiB.</summary>
    public static double ResidentMebibytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status")
            .First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }

    // proc(5): utime and stime are the 14th and 15th field; the second may hold spaces.
    private static double OfProcess(int id)
    {
        var text = File.ReadAllText($"/proc/{id}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
    }

    // Everything but idle and waiting for I/O.
    private static double OfMachine()
    {
        var fields = File.ReadLines("/proc/stat")
            .First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Skip(1).Take(8).Where((_, i) => i is not 3 and not 4).Sum(Number)
            / TicksPerSecond;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Cores in use, on average.</summary>
internal sealed record CpuUse(double Server, double Client, double Others);
