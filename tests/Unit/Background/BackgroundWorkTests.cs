using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using VaultPortal.Background;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Hosting.Sessions;
using VaultPortal.Tests.Unit.Access;
using VaultPortal.Tests.Unit.Keys;
using Xunit;

namespace VaultPortal.Tests.Unit.Background;

/// <summary>A background service that ends by an exception ends the whole server: a database that cannot be read must not.</summary>
public sealed class BackgroundWorkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly AccountWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task SessionWatch_goes_on_when_sessions_cannot_be_read()
    {
        await _world.CreateAsync();
        var session = await _world.Sessions.SignInAsync(
            _world.Stranger(),
            AccountWorld.Email,
            AccountWorld.Password
        );
        using var circuits = new OpenCircuits(_world.Lookup, _world.Endings, new());
        var closed = new TaskCompletionSource();
        var line = circuits.InvokeAsync(
            new DefaultHttpContext { User = PortalClaims.ForCookie(session.Value) },
            _ => closed.Task
        );
        var log = new ErrorLog<SessionWatch>();
        using var watch = new SessionWatch(circuits, _world.Time, log);

        await RunWithoutReads(watch, log, TimeSpan.FromSeconds(30));

        closed.SetResult();
        await line;
    }

    [Fact]
    public async Task LazyWrites_go_on_when_the_audit_cannot_be_read()
    {
        using var keys = await KeyWorld.OpenAsync(_world.Queue, _world.Reads, _world.Store.Folder);
        await using var seals = new AuditSealService(
            _world.Queue,
            _world.Reads,
            keys.Signer,
            [],
            NullLogger<AuditSealService>.Instance
        );
        var answers = new KeptAnswers(keys.Ring, keys.Derivation, _world.Time);
        var gate = new Gate(_world.Queue, _world.Reads, answers, _world.Time);
        using var sender = new WebhookSender(keys.Ring, _world.Time);
        await using var services = new ServiceCollection()
            .AddSingleton(Run(sender))
            .AddSingleton(
                new RotationService(
                    gate,
                    new EnvironmentSecretService(
                        gate,
                        keys.Ring,
                        new SecretUses(_world.Queue),
                        new StepUpOptions(),
                        _world.Time
                    ),
                    _world.Queue,
                    _world.Time
                )
            )
            .AddSingleton(
                new PublishedCalendars(
                    _world.Reads,
                    new LifetimeReads(gate, _world.Reads),
                    _world.Queue,
                    new CalendarStrangers(
                        new GuessGuard(_world.Time),
                        new RateLimiter(new RateLimitOptions(), _world.Time),
                        _world.Refusals
                    ),
                    _world.Time
                )
            )
            .AddSingleton(_world.Refusals)
            .AddSingleton(new LastUsed(_world.Queue))
            .AddSingleton(new SecretUses(_world.Queue))
            .AddSingleton(new AssetSweep(_world.Queue, _world.Time))
            .AddSingleton(_world.Sessions)
            .AddSingleton(new SessionSweep(_world.Queue))
            .AddSingleton(
                new SealCounts(_world.Queue, keys, keys.Ring, NullLogger<SealCounts>.Instance)
            )
            .AddSingleton(seals)
            .AddSingleton(answers)
            .AddSingleton(_world.Queue)
            .BuildServiceProvider();
        var log = new ErrorLog<LazyWrites>();
        using var writes = new LazyWrites(services, _world.Time, log);

        await RunWithoutReads(writes, log, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Deliveries_go_on_when_messages_cannot_be_looked_for()
    {
        using var keys = await KeyWorld.OpenAsync(_world.Queue, _world.Reads, _world.Store.Folder);
        using var sender = new WebhookSender(keys.Ring, _world.Time);
        var log = new ErrorLog<Deliveries>();
        using var deliveries = new Deliveries(
            Run(sender),
            new DeliveryTurn(new Leases(_world.Queue, _world.Time), _world.Time),
            log
        );

        await RunWithoutReads(deliveries, log, TimeSpan.FromSeconds(1));
    }

    private DeliveryRun Run(WebhookSender sender) =>
        new(
            _world.Reads,
            _world.Queue,
            sender,
            new MailSender(new MailOptions(), new MailLinks(null)),
            _world.Time
        );

    private async Task RunWithoutReads<T>(BackgroundService service, ErrorLog<T> log, TimeSpan turn)
    {
        await service.StartAsync(default);
        _world.Reads.Dispose();
        var done = Task.WhenAny(log.Logged, service.ExecuteTask!);
        for (var began = Stopwatch.StartNew(); !done.IsCompleted; await Task.Delay(10))
        {
            // The service makes its timer on a thread of its own: until it has, there is nothing to move.
            began.Elapsed.ShouldBeLessThan(Patience);
            _world.Time.Advance(turn);
        }

        service.ExecuteTask!.IsFaulted.ShouldBeFalse();
        await service.StopAsync(default);
    }

    private sealed class ErrorLog<T> : ILogger<T>
    {
        private readonly TaskCompletionSource _logged = new();

        public Task Logged => _logged.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel >= LogLevel.Error)
            {
                _logged.TrySetResult();
            }
        }
    }
}
