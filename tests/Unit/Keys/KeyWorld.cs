using Microsoft.Extensions.Logging.Abstractions;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Hosting.DataProtection;
using VaultPortal.Tests.Unit.Storage;

namespace VaultPortal.Tests.Unit.Keys;

/// <summary>A real database that several processes work on, each with a queue and keys of its own.</summary>
internal sealed class KeyWorld : IDisposable
{
    private readonly List<KeyProcess> _processes = [];

    public KeyWorld() => Directory = new DataDirectory(Store.Folder);

    public TestStore Store { get; } = new();

    public DataDirectory Directory { get; }

    public KeyFile File => new(Directory.MasterKey);

    public FileMasterKeySource FileSource() =>
        new(File, Directory, NullLogger<FileMasterKeySource>.Instance);

    /// <summary>Starts a process on the data.</summary>
    public async Task<KeyProcess> StartAsync(IMasterKeySource? source = null)
    {
        var process = await KeyProcess.StartAsync(this, source ?? FileSource());
        _processes.Add(process);
        return process;
    }

    /// <summary>The keys of a process that shares its queue with others of a test.</summary>
    public static Task<OpenedKeys> OpenAsync(WriteQueue queue, ReadConnections reads, string folder)
    {
        var directory = new DataDirectory(folder);
        return new KeyRingStart(
            queue,
            reads,
            new FileMasterKeySource(
                new KeyFile(directory.MasterKey),
                directory,
                NullLogger<FileMasterKeySource>.Instance
            ),
            new KeyReload(NullLogger<KeyReload>.Instance),
            NullLogger<KeyRingStart>.Instance
        ).OpenAsync(TestStore.Caller);
    }

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        Store.Dispose();
    }
}

/// <summary>One process on the data.</summary>
internal sealed class KeyProcess : IDisposable
{
    private readonly KeyWorld _world;
    private bool _ended;

    private KeyProcess(KeyWorld world, IMasterKeySource source)
    {
        (_world, Source) = (world, source);
        Queue = world.Store.StartQueue(caches: [Reload]);
        Reads = new ReadConnections(world.Store.Database);
    }

    public WriteQueue Queue { get; }

    public ReadConnections Reads { get; }

    public IMasterKeySource Source { get; }

    public KeyReload Reload { get; } = new(NullLogger<KeyReload>.Instance);

    public OpenedKeys Keys { get; private set; } = null!;

    public SealCounts Counts { get; private set; } = null!;

    public static SealedValues[] Columns { get; } =
    [
        new SealedValues<SealedSeeds>(),
        new SealedValues<SealedKeyXml>(),
        new SealedValues<SealedAnswers>(),
        new SealedValues<SealedSecretValues>(),
        new SealedValues<SealedWebhookSecrets>(),
    ];

    public MasterKeyRotation MasterRotation => new(Queue, Keys, Source, _world.Directory);

    public DataKeyRotation DataRotation => new(Queue, Reads, Keys, Columns, _world.Directory);

    public SigningKeyRotation SigningRotation => new(Queue, Keys, _world.Directory);

    public KeyStatus Status => new(Queue, Reads, Keys, Source, Columns);

    public static async Task<KeyProcess> StartAsync(KeyWorld world, IMasterKeySource source)
    {
        var process = new KeyProcess(world, source);
        try
        {
            process.Keys = await new KeyRingStart(
                process.Queue,
                process.Reads,
                source,
                process.Reload,
                NullLogger<KeyRingStart>.Instance
            ).OpenAsync(TestStore.Caller);
            process.Counts = new SealCounts(
                process.Queue,
                process.Keys,
                process.Keys.Ring,
                NullLogger<SealCounts>.Instance
            );
            await process.Counts.ReserveAsync(TestStore.Caller);
            return process;
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Seals an answer as the server keeps them, and stores it.</summary>
    public Task Keep(byte scopeId, string value) =>
        Queue.RunAsync(scope =>
        {
            scope
                .Commands<KeptAnswerCommands>()
                .Put.ExecuteOne(
                    Scope(scopeId),
                    new byte[32],
                    Keys.Ring.Seal(System.Text.Encoding.UTF8.GetBytes(value), Scope(scopeId)),
                    scope.Now,
                    false
                );
            return true;
        });

    /// <summary>Reads it as the server does.</summary>
    public string Read(byte scopeId)
    {
        byte[] stored;
        using (var scope = Reads.Open())
        using (var row = scope.Commands<KeptAnswerCommands>().Find.Query(Scope(scopeId)))
        {
            row.Read();
            stored = row.Bytes(1);
        }

        return System.Text.Encoding.UTF8.GetString(Keys.Ring.Open(stored, Scope(scopeId)));
    }

    /// <summary>Ends without giving anything back.</summary>
    public void Kill()
    {
        if (!_ended)
        {
            _ended = true;
            Queue.Dispose();
            Reads.Dispose();
            Keys?.Dispose();
        }
    }

    public void Dispose()
    {
        if (!_ended)
        {
            Counts.Dispose();
            Kill();
        }
    }

    private static byte[] Scope(byte id) => [.. Enumerable.Repeat(id, 32)];
}

/// <summary>Takes the reports of a rotation, on the thread that makes them.</summary>
internal sealed class Reports(Action<RotationProgress>? then = null) : IProgress<RotationProgress>
{
    public List<RotationProgress> All { get; } = [];

    public void Report(RotationProgress value)
    {
        All.Add(value);
        then?.Invoke(value);
    }
}
