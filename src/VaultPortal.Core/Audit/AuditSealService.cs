using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Audit;

/// <summary>Seals the chain now and then, and hands seals to sinks. A sink that is slow or fails holds nobody up.</summary>
public sealed class AuditSealService : IAsyncDisposable
{
    private const int WaitingSeals = 1_024;

    private readonly WriteQueue _queue;
    private readonly ReadConnections _reads;
    private readonly IPortalSigner _signer;
    private readonly AuditSealOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Channel<string>> _channels = [];
    private readonly Task _pumps;

    public AuditSealService(
        WriteQueue queue,
        ReadConnections reads,
        IPortalSigner signer,
        IEnumerable<IAuditSealSink> sinks,
        ILogger<AuditSealService> logger,
        AuditSealOptions? options = null
    )
    {
        _queue = queue;
        _reads = reads;
        _signer = signer;
        _options = options ?? new();
        _logger = logger;
        _pumps = Task.WhenAll(sinks.Select(Pump).ToArray());
    }

    /// <summary>Seals the chain when enough entries or time have passed since the last seal; answers whether it did.</summary>
    public async Task<bool> SealIfDueAsync(
        Caller caller,
        DateTimeOffset now,
        CancellationToken cancellation = default
    ) => IsDue(now) && await SealAsync(caller, cancellation);

    /// <summary>Seals the chain as it is; false when it has no entry that is not sealed.</summary>
    public async Task<bool> SealAsync(Caller caller, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (await _queue.RunAsync(Seal, cancellation) is not { } seal)
        {
            return false;
        }

        var line = SealContent.ToLine(seal);
        foreach (var channel in _channels)
        {
            // Never waits: a sink that is far behind loses the oldest, and each seal vouches for all before it.
            channel.Writer.TryWrite(line);
        }

        return true;
    }

    /// <summary>Gives the sinks what waits, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Writer.TryComplete());
        _stopping.CancelAfter(TimeSpan.FromSeconds(5));
        await _pumps;
        _stopping.Dispose();
    }

    private bool IsDue(DateTimeOffset now)
    {
        using var scope = _reads.Open();
        var commands = scope.Commands<AuditCommands>();
        var last = commands.LastEntry.Number() ?? 0;
        var (sealedTo, _, sealedAt) = LastSeal(commands);
        return last > sealedTo
            && (last - sealedTo >= _options.Entries || now - sealedAt >= _options.Time);
    }

    private AuditSeal? Seal(WriteScope scope)
    {
        var commands = scope.Commands<AuditCommands>();
        var (sealedTo, previous, _) = LastSeal(commands);
        long sequence;
        byte[] head;
        using (var row = commands.LastEntry.Query())
        {
            if (!row.Read() || row.GetInt64(0) <= sealedTo)
            {
                return null;
            }

            (sequence, head) = (row.GetInt64(0), row.Bytes(1));
        }

        var chain = commands.ChainId.Text()!;
        var signer = _signer.Current;
        var text = new SealContent(
            chain,
            sequence,
            head,
            previous,
            UtcTime.ToText(scope.Now),
            signer.Fingerprint
        ).ToText();
        var seal = new AuditSeal
        {
            Sequence = sequence,
            Text = text,
            Hash = SealContent.Hash(text),
            Signature = signer.Sign(SealContent.Message(text)),
            PublicKey = signer.PublicKey.ToArray(),
            CreatedAt = scope.Now,
        };
        commands.AddSeal.ExecuteOne(
            seal.Sequence,
            seal.Text,
            seal.Hash,
            seal.Signature,
            seal.PublicKey,
            seal.CreatedAt
        );
        return seal;
    }

    private static (long Sequence, byte[]? Hash, DateTimeOffset At) LastSeal(AuditCommands commands)
    {
        using var row = commands.LastSeal.Query();
        return row.Read()
            ? (row.GetInt64(0), row.Bytes(1), row.Time(2))
            : (0, null, DateTimeOffset.UnixEpoch);
    }

    private Task Pump(IAuditSealSink sink)
    {
        var channel = Channel.CreateBounded<string>(
            new BoundedChannelOptions(WaitingSeals) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        _channels.Add(channel);
        return Task.Run(async () =>
        {
            await foreach (var line in channel.Reader.ReadAllAsync())
            {
                try
                {
                    await sink.TakeAsync(line, _stopping.Token);
                }
                catch (Exception exception)
                {
                    // A sink is somebody else's code and place: whatever it throws, the next seal is tried.
                    _logger.LogError(exception, "A seal could not be given to {Sink}.", sink.Name);
                }
            }
        });
    }
}
