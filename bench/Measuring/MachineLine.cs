using System.Globalization;
using System.Runtime.InteropServices;

namespace VaultPortal.Bench.Measuring;

/// <summary>What the numbers were measured on.</summary>
internal static class MachineLine
{
    public static string Describe(string sqliteVersion)
    {
        var model = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        var system = File.ReadLines("/etc/os-release")
            .FirstOrDefault(line => line.StartsWith("PRETTY_NAME", StringComparison.Ordinal))
            ?.Split('"')[1];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores of {model ?? "an unnamed processor"}, {memory} GiB, {system}, {RuntimeInformation.FrameworkDescription}, SQLite {sqliteVersion}, {DateTime.UtcNow:yyyy-MM-dd}"
        );
    }
}
