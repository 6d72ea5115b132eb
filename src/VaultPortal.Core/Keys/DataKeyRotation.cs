using System.Diagnostics;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Keys;

/// <summary>
/// Gives the installation a new data key and seals under it what older ones hold, column by column in steps of at most 500 rows,
/// while everything else goes on: reads open either form, and a value that somebody changes meanwhile stays as he wrote it. Where
/// it stands is written with each step, so that after a kill the same command goes on from there. Older keys stay and open: what
/// a process sealed just before it learned of the new key, and wrote after, is found by <see cref="RunAsync"/> without a new key.
/// </summary>
public sealed class DataKeyRotation(
    WriteQueue queue,
    ReadConnections reads,
    OpenedKeys keys,
    IEnumerable<SealedValues> columns,
    DataDirectory directory
)
{
    /// <summary>How soon after the new key was made the last look for older ones may begin: by then every process has seen it.</summary>
    private static readonly TimeSpan OthersNotice = TimeSpan.FromSeconds(1);

    private const int MostPasses = 8;

    private readonly SealedValues[] _columns = [.. columns];

    /// <param name="caller">Who rotates.</param>
    /// <param name="makeKey">Whether to make a new key; an interrupted rotation goes on in any case.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellation">Ends it between two steps, as a kill would.</param>
    /// <exception cref="StartRefusedException">It cannot be done; with the whole reason.</exception>
    public async Task<DataKeyChange> RunAsync(
        Caller caller,
        bool makeKey,
        IProgress<RotationProgress> progress,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(progress);
        using var alone = RotationLock.Take(directory);
        var total = CountAll();
        var job = await queue.RunAsync(scope => Begin(scope, caller, makeKey, total), cancellation);
        TakeOver();
        var began = Stopwatch.GetTimestamp();
        var run = new Run(job, progress);
        await PassAsync(run, cancellation);
        var rest = OthersNotice - Stopwatch.GetElapsedTime(began);
        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, cancellation);
        }

        for (var pass = 0; pass < MostPasses && await SweepAsync(run, cancellation) > 0; pass++) { }
        await queue.RunAsync(scope => Finish(scope, caller, run), cancellation);
        return new(keys.Ring.CurrentId, job.Resumed, run.Resealed, CountOlder(), [.. run.Damaged]);
    }

    private Job Begin(WriteScope scope, Caller caller, bool makeKey, long total)
    {
        var commands = scope.Commands<RotationJobCommands>();
        if (commands.Unfinished() is { } interrupted)
        {
            return interrupted with { Resumed = true };
        }

        var stored = StoredDataKey.ReadAll(scope.Commands<KeyCommands>());
        var id = stored.Single(key => key.IsCurrent).Id;
        if (makeKey)
        {
            if (stored.Exists(key => key.MasterKeyId != keys.MasterKey.Id))
            {
                throw new StartRefusedException(
                    "Another command changed the master key meanwhile. Try again; nothing was changed."
                );
            }

            id = StoredDataKey.Add(scope, caller, keys.MasterKey, DataKeyPurpose.Seals);
        }

        scope.Audit(
            caller,
            makeKey ? "data_key.rotate" : "data_key.reseal",
            $"data_key:{id}",
            "ok"
        );
        commands.Begin.ExecuteOne(
            RotationJobCommands.Name,
            total,
            $"{id}|{_columns[0].Name}",
            scope.Now
        );
        return new(id, _columns[0].Name, Cursor: 0, Done: 0, total, Resumed: false);
    }

    /// <summary>This process seals under the new key from here on.</summary>
    private void TakeOver()
    {
        using var scope = reads.Open();
        var current = StoredDataKey
            .ReadAll(scope.Commands<KeyCommands>())
            .Single(key => key.IsCurrent);
        if (!keys.TryAdd(current))
        {
            throw new StartRefusedException(
                $"The data key {current.Id} does not open with the master key {keys.MasterKey.Id}: another command changed that. Run keys rotate-data again."
            );
        }
    }

    /// <summary>Every column once, from where the job stands.</summary>
    private async Task PassAsync(Run run, CancellationToken cancellation)
    {
        var first = Math.Max(0, Array.FindIndex(_columns, column => column.Name == run.Job.Column));
        var cursor = run.Job.Cursor;
        foreach (var column in _columns.Skip(first))
        {
            for (var isLast = false; !isLast; )
            {
                var batch = Read(column, cursor);
                run.Took(batch.Read);
                run.Found(column, batch.Damaged);
                run.Resealed += await queue.RunStepAsync(
                    scope => Step(scope, column, batch, run),
                    cancellation
                );
                (cursor, isLast) = (batch.Cursor, batch.IsLast);
                run.Report();
            }

            cursor = 0;
        }
    }

    /// <summary>Every column from its beginning, for what was written meanwhile by a process that did not know the new key yet.</summary>
    private async Task<long> SweepAsync(Run run, CancellationToken cancellation)
    {
        long found = 0;
        foreach (var column in _columns)
        {
            ResealBatch batch;
            for (long cursor = 0; ; cursor = batch.Cursor)
            {
                batch = Read(column, cursor);
                run.Found(column, batch.Damaged);
                if (batch.Rows.Count > 0)
                {
                    found += batch.Rows.Count;
                    var rows = batch;
                    run.Resealed += await queue.RunStepAsync(
                        scope => column.Store(scope, rows),
                        cancellation
                    );
                }

                if (batch.IsLast)
                {
                    break;
                }
            }
        }

        return found;
    }

    private ResealBatch Read(SealedValues column, long cursor)
    {
        using var scope = reads.Open();
        return column.Reseal(scope, keys.Ring, cursor);
    }

    private static int Step(WriteScope scope, SealedValues column, ResealBatch batch, Run run)
    {
        var stored = column.Store(scope, batch);
        scope
            .Commands<RotationJobCommands>()
            .Step.ExecuteOne(
                RotationJobCommands.Name,
                batch.Cursor,
                run.Done,
                $"{run.Job.KeyId}|{column.Name}",
                scope.Now
            );
        return stored;
    }

    private static Common.Unit Finish(WriteScope scope, Caller caller, Run run)
    {
        scope.Commands<RotationJobCommands>().Finish.Execute(RotationJobCommands.Name, scope.Now);
        scope.Audit(
            caller,
            "data_key.reseal_done",
            $"data_key:{run.Job.KeyId}",
            "ok",
            Math.Max(1, run.Resealed)
        );
        return default;
    }

    private long CountAll() => Count().Values.Sum();

    private long CountOlder() =>
        Count().Where(key => key.Key != keys.Ring.CurrentId).Sum(key => key.Value);

    private Dictionary<string, long> Count()
    {
        var byKey = new Dictionary<string, long>(StringComparer.Ordinal);
        using var scope = reads.Open();
        foreach (var column in _columns)
        {
            column.Count(scope, byKey);
        }

        return byKey;
    }

    /// <summary>What one call of <see cref="RunAsync"/> has done.</summary>
    private sealed class Run(Job job, IProgress<RotationProgress> progress)
    {
        private readonly long _began = Stopwatch.GetTimestamp();
        private long _here;

        public Job Job { get; } = job;

        public long Done => Job.Done + _here;

        public long Resealed { get; set; }

        /// <summary>Rows that cannot be opened; a second look finds the same ones.</summary>
        public HashSet<string> Damaged { get; } = [];

        public void Found(SealedValues column, IReadOnlyList<long> damaged) =>
            Damaged.UnionWith(damaged.Select(row => $"{column.Name} row {row}"));

        public void Took(int values) => _here += values;

        public void Report() =>
            progress.Report(
                new(
                    Done,
                    Math.Max(Job.Total, Done),
                    _here / Math.Max(0.001, Stopwatch.GetElapsedTime(_began).TotalSeconds)
                )
            );
    }
}

/// <summary>How far a rotation has come.</summary>
/// <param name="Done">Values that were looked at.</param>
/// <param name="Total">How many there were at its begin.</param>
/// <param name="PerSecond">The rate of this run.</param>
public readonly record struct RotationProgress(long Done, long Total, double PerSecond);

/// <summary>What a rotation of the data keys did.</summary>
/// <param name="KeyId">The key that everything is sealed under now.</param>
/// <param name="Resumed">Whether it went on with one that was interrupted.</param>
/// <param name="Resealed">How many values this run sealed anew.</param>
/// <param name="Older">How many values older keys still hold: written meanwhile, or damaged.</param>
/// <param name="Damaged">What could not be opened and stays as it is: table, column and row, e.g. <c>secret_version.sealed row 17</c>.</param>
public sealed record DataKeyChange(
    string KeyId,
    bool Resumed,
    long Resealed,
    long Older,
    IReadOnlyList<string> Damaged
);
