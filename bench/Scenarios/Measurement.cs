using VaultPortal.Bench.Load;
using VaultPortal.Bench.Measuring;

namespace VaultPortal.Bench.Scenarios;

/// <summary>One line of the table: several runs of one kind of request against one installation.</summary>
internal sealed class Measurement(BenchOptions options, int connections)
{
    /// <summary>Warms up, then runs; each run's requests are made before its clock starts.</summary>
    /// <param name="make">The next request.</param>
    public MeasuredLine Run(Installation installation, string name, int items, Func<byte[]> make)
    {
        using var client = new LoadClient(installation.Process.Address, connections);
        var prepared = installation.Prepared;
        var rate = connections == 1 ? 1_500.0 : 4_000.0;
        for (var warmed = 0; warmed < options.WarmUpSeconds; warmed += 5)
        {
            Prepare(prepared, make, rate * 5);
            rate = Math.Max(
                rate,
                client.Run(prepared, TimeSpan.FromSeconds(5), 200).PerSecond * 1.25
            );
        }

        var runs = new List<(LoadResult Load, CpuUse Cpu)>();
        for (var run = 0; run < options.Runs; run++)
        {
            Prepare(prepared, make, rate * options.Seconds);
            var cpu = new CpuClock(installation.Process.Id);
            var load = client.Run(prepared, TimeSpan.FromSeconds(options.Seconds), 200);
            runs.Add((load, cpu.Read(load.Elapsed)));
            Console.Error.WriteLine(
                $"  {name}, {items} items, {connections} connections: {load.PerSecond:F0}/s"
            );
        }

        return new MeasuredLine(
            name,
            items,
            connections,
            Median(runs, run => run.Load.PerSecond),
            Median(runs, run => run.Load.Percentile(0.50)),
            Median(runs, run => run.Load.Percentile(0.95)),
            Median(runs, run => run.Load.Percentile(0.99)),
            runs.Max(run => run.Load.Percentile(1)),
            new CpuUse(
                Median(runs, run => run.Cpu.Server),
                Median(runs, run => run.Cpu.Client),
                Median(runs, run => run.Cpu.Others)
            ),
            CpuClock.ResidentMebibytes(installation.Process.Id)
        );
    }

    private static void Prepare(PreparedRequests prepared, Func<byte[]> make, double count)
    {
        while (prepared.Count < count)
        {
            prepared.Add(make());
        }
    }

    private static double Median<T>(List<T> runs, Func<T, double> of)
    {
        var sorted = runs.Select(of).Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

/// <param name="P50">Milliseconds, as the other percentiles.</param>
/// <param name="Memory">Resident memory of the server afterwards, MiB.</param>
internal sealed record MeasuredLine(
    string Name,
    int Items,
    int Connections,
    double PerSecond,
    double P50,
    double P95,
    double P99,
    double Max,
    CpuUse Cpu,
    double Memory
);
