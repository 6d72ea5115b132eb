using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Access;

namespace VaultPortal.Tests.Unit.Notifications;

/// <summary>Webhooks, mails and announced rotations on a real database, with a clock that is moved.</summary>
internal sealed class NotificationWorld : IDisposable
{
    private readonly WebhookSender _sender;
    private int _accounts;
    private Caller? _person;

    /// <param name="mail">The mail server; null = none.</param>
    /// <param name="patience">How long an answer is waited for; null = longer than any test.</param>
    public NotificationWorld(MailOptions? mail = null, TimeSpan? patience = null)
    {
        Keys.Add("dk-1", new byte[32], current: true);
        Webhooks = new WebhookService(Store.Gate, Keys);
        _sender = new WebhookSender(Keys, Clock, patience ?? TimeSpan.FromMinutes(5));
        Run = RunOn(Store.Queue, mail);
        Secrets = new EnvironmentSecretService(
            Store.Gate,
            Keys,
            new SecretUses(Store.Queue),
            new StepUpOptions(),
            Clock
        );
        Calendars = new CalendarFeedService(Store.Gate);
        Published = new PublishedCalendars(
            Store.Reads,
            new LifetimeReads(Store.Gate, Store.Reads),
            Store.Queue,
            new CalendarStrangers(
                new GuessGuard(Clock),
                new RateLimiter(new RateLimitOptions(), Clock),
                Store.Refusals
            ),
            Clock
        );
        Rotations = new RotationService(Store.Gate, Secrets, Store.Queue, Clock);
        Owner = Store.AddAccount();
        Machine = Store.AddMachine(Owner, (Permissions)~0L);
    }

    public AccessStore Store { get; } = new();
    public FakeClock Clock => Store.Clock;
    public KeyRing Keys { get; } = new();
    public WebhookService Webhooks { get; }
    public DeliveryRun Run { get; }
    public EnvironmentSecretService Secrets { get; }
    public RotationService Rotations { get; }
    public CalendarFeedService Calendars { get; }
    public PublishedCalendars Published { get; }
    public TestAccount Owner { get; }

    /// <summary>May everything; its owner is an Owner.</summary>
    public Caller Machine { get; }

    public DeliveryRun RunOn(WriteQueue queue, MailOptions? mail = null) =>
        new(
            Store.Reads,
            queue,
            _sender,
            new MailSender(mail ?? new MailOptions(), new MailLinks("https://vault.example.com")),
            Clock
        );

    public static WebhookDraft Draft(string url = "https://hooks.example.com/in") =>
        new()
        {
            Name = "Ops",
            Url = url,
            Events = [EventTypes.Expired],
        };

    public Task<Result<WebhookSecretShown>> MakeAsync(
        string url,
        bool allowsPrivate = true,
        params string[] events
    ) =>
        Webhooks.CreateAsync(
            // What is to reach into a private network, only a person makes.
            allowsPrivate ? _person ??= Person() : Machine,
            Draft(url) with
            {
                AllowsPrivateAddress = allowsPrivate,
                Events = events.Length == 0 ? [EventTypes.Expired] : events,
            }
        );

    /// <summary>Announces an event to all who want it.</summary>
    public Task<int> AnnounceAsync(string eventType = EventTypes.Expired, string data = "{}") =>
        Store.Queue.RunAsync(scope => scope.Commands<Outbox>().Announce(scope, eventType, data));

    public Task<PublicId> MailAsync(long account, string eventType, string data) =>
        Store.Queue.RunAsync(scope =>
            scope.Commands<Outbox>().Mail(scope, account, eventType, data)
        );

    /// <summary>The log of a webhook, newest first.</summary>
    public async Task<IReadOnlyList<DeliveryView>> LogAsync(PublicId webhook) =>
        (await Webhooks.ListDeliveriesAsync(Machine, webhook)).Value.Deliveries;

    /// <summary>A portal session of a new account.</summary>
    public Caller Person(Role role = Role.Owner, bool steppedUp = true)
    {
        var account = Store.AddAccount($"person{++_accounts}@example.org", role);
        var now = UtcTime.ToMicroseconds(Clock.GetUtcNow());
        Store.Execute(
            $"""
            INSERT INTO portal_session (kind, token_hash, account_id, created_at, last_seen_at, expires_at, step_up_at, source)
            VALUES (1, randomblob(32), {account.Id}, {now}, {now}, {now + 3_600_000_000}, {(
                steppedUp ? now : "NULL"
            )}, '')
            """
        );
        return new Caller
        {
            Kind = CallerKind.Person,
            AccountId = account.Id,
            AccountPublicId = account.PublicId,
            SessionId = Store.Number(
                $"SELECT id FROM portal_session WHERE account_id = {account.Id}"
            ),
            Actor = $"user:{account.PublicId}",
            CorrelationId = "call",
        };
    }

    public void Dispose()
    {
        _sender.Dispose();
        Store.Dispose();
        Keys.Dispose();
    }
}
