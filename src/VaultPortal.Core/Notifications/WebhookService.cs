using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Notifications;

/// <summary>
/// Which addresses are told of what. Whoever monitors sees them and their logs; Owners and Administrators change them, persons after a
/// step-up, machines with <c>machine.monitoring.all</c> or <c>machine.webhook.all</c>. The path and the query of an address are often a
/// credential themselves (those of chats are): whoever may not change webhooks sees where they lead, and no more.
/// </summary>
public sealed class WebhookService(Gate gate, KeyRing keys)
{
    public const int MostWebhooks = 100;
    public const int MostListed = 100;

    internal const string Deleted = "The webhook was deleted.";
    internal const string Disabled = "The webhook is disabled.";

    private const Permissions Changing = Permissions.MonitoringAll | Permissions.Webhook;

    internal static readonly VaultError Changed = new(
        ErrorKind.Stale,
        "version_conflict",
        "This webhook was changed meanwhile; load it again and repeat the change."
    );

    private static readonly VaultError IsDisabled = new(
        ErrorKind.Conflict,
        "webhook_disabled",
        "This webhook is disabled; enable it first."
    );

    /// <summary>A key that leaks must not send requests of its finder's choice into the network of the server.</summary>
    private static readonly VaultError PersonNeeded = new(
        ErrorKind.Denied,
        "person_required",
        "Only a person may allow a webhook addresses in a private network, or give one that has them another address; a key may not. Do it in the portal."
    );

    private static readonly VaultError Underway = new(
        ErrorKind.Conflict,
        "delivery_waiting",
        "This message is on its way already."
    );

    public Task<Result<IReadOnlyList<WebhookView>>> ListAsync(
        Caller caller,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<WebhookView>>(
            caller,
            new AuditedCall("webhook.list", "webhooks", Permissions.None),
            (scope, standing) =>
                MayRead(standing) is { } refused
                    ? refused
                    : scope
                        .Commands<WebhookCommands>()
                        .All()
                        .ConvertAll(webhook => Shown(webhook, standing)),
            cancellation
        );

    public Task<Result<WebhookView>> GetAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<WebhookView>(
            caller,
            Call("webhook.read", id),
            (scope, standing) =>
                MayRead(standing) is { } refused ? refused
                : scope.Commands<WebhookCommands>().Find(id) is { } webhook
                    ? Shown(webhook, standing)
                : AccessErrors.NotFound,
            cancellation
        );

    /// <summary>The delivery log, newest first.</summary>
    /// <param name="after">The last message of the page before; null = from the newest.</param>
    /// <param name="take">1 to <see cref="MostListed"/>.</param>
    public Task<Result<DeliveryPage>> ListDeliveriesAsync(
        Caller caller,
        PublicId id,
        PublicId? after = null,
        int take = 50,
        CancellationToken cancellation = default
    )
    {
        var most = Math.Clamp(take, 1, MostListed);
        return gate.ReadAsync<DeliveryPage>(
            caller,
            Call("webhook.deliveries", id),
            (scope, standing) =>
            {
                var commands = scope.Commands<WebhookCommands>();
                if ((MayRead(standing) ?? Missing(commands.RowOf(id))) is { } refused)
                {
                    return refused;
                }

                // One more than asked for says whether there are others.
                var found = commands.Deliveries(commands.RowOf(id)!.Value, after, most + 1);
                return new DeliveryPage(
                    found.Take(most).ToList(),
                    found.Count > most ? found[most - 1].Id : null
                );
            },
            cancellation
        );
    }

    /// <summary>Makes one; its secret is shown this once.</summary>
    public Task<Result<WebhookSecretShown>> CreateAsync(
        Caller caller,
        WebhookDraft draft,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<Unit, WebhookSecretShown>(
            caller,
            new AuditedCall("webhook.create", "webhooks", Permissions.None),
            (scope, standing) =>
                MayChange(standing, scope.Now) is { } refused ? refused : default(Unit),
            (scope, standing, _) =>
                MayReachInside(standing, null, draft) is { } refused
                    ? refused
                    : Create(scope, standing, draft),
            cancellation,
            made => Target(made.Id)
        );

    /// <param name="ifMatch">The versions that may be changed; null = whichever it is.</param>
    public Task<Result<WebhookView>> UpdateAsync(
        Caller caller,
        PublicId id,
        WebhookDraft draft,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        ChangeAsync<WebhookView>(
            caller,
            "webhook.update",
            id,
            ifMatch,
            (scope, standing, webhook) =>
            {
                if (
                    (WebhookDrafts.Problem(draft) ?? MayReachInside(standing, webhook, draft)) is
                    { } problem
                )
                {
                    return problem;
                }

                Fill(webhook, draft);
                Save(scope, webhook);
                return scope.Commands<WebhookCommands>().Find(id)!;
            },
            cancellation
        );

    /// <summary>A new secret, shown this once; from then on only its signatures are sent.</summary>
    public Task<Result<WebhookSecretShown>> RotateSecretAsync(
        Caller caller,
        PublicId id,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        ChangeAsync<WebhookSecretShown>(
            caller,
            "webhook.rotate_secret",
            id,
            ifMatch,
            (scope, webhook) =>
            {
                var shown = Renew(webhook);
                Save(scope, webhook);
                return new WebhookSecretShown(id, webhook.Version, shown);
            },
            cancellation
        );

    /// <summary>A disabled one is told nothing: what waits for it ends, and can be sent again from the log.</summary>
    public Task<Result<WebhookView>> SetDisabledAsync(
        Caller caller,
        PublicId id,
        bool disabled,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        ChangeAsync<WebhookView>(
            caller,
            disabled ? "webhook.disable" : "webhook.enable",
            id,
            ifMatch,
            (scope, webhook) =>
            {
                var commands = scope.Commands<WebhookCommands>();
                if (disabled != webhook.DisabledAt.HasValue)
                {
                    webhook.DisabledAt = disabled ? scope.Now : null;
                    Save(scope, webhook);
                }

                if (disabled)
                {
                    commands.FailWaiting(webhook.Id, Disabled, scope.Now);
                }

                return commands.Find(id)!;
            },
            cancellation
        );

    /// <summary>What waits for it is not sent any more.</summary>
    public Task<Result<Unit>> DeleteAsync(
        Caller caller,
        PublicId id,
        VersionCondition? ifMatch = null,
        CancellationToken cancellation = default
    ) =>
        ChangeAsync<Unit>(
            caller,
            "webhook.delete",
            id,
            ifMatch,
            (scope, webhook) =>
            {
                scope.Commands<WebhookCommands>().FailWaiting(webhook.Id, Deleted, scope.Now);
                scope.Context.Remove(webhook);
                scope.Context.SaveChanges();
                return default(Unit);
            },
            cancellation
        );

    /// <summary>Sends a message that says nothing, whatever the webhook wants; what became of it stands in the log.</summary>
    public Task<Result<DeliveryView>> TestAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        SendAsync(
            caller,
            "webhook.test",
            id,
            (scope, webhook) =>
                scope
                    .Commands<Outbox>()
                    .Tell(
                        scope,
                        webhook.Id,
                        EventTypes.Test,
                        $$"""{"kind":"webhook","id":"{{id}}"}"""
                    ),
            cancellation
        );

    /// <summary>
    /// Sends a message of the log once more, as it was and with its own id. One that is older than a day is tried once only.
    /// </summary>
    public Task<Result<DeliveryView>> RedeliverAsync(
        Caller caller,
        PublicId id,
        PublicId delivery,
        CancellationToken cancellation = default
    ) =>
        SendAsync(
            caller,
            "webhook.redeliver",
            id,
            (scope, webhook) =>
            {
                var commands = scope.Commands<WebhookCommands>();
                return commands.Delivery(webhook.Id, delivery) is null ? AccessErrors.NotFound
                    : commands.Again(webhook.Id, delivery, scope.Now) ? delivery
                    : Underway;
            },
            cancellation
        );

    internal static AuditedCall Call(string action, PublicId id) =>
        new(action, Target(id), Permissions.None);

    private static string Target(PublicId id) => $"webhook:{id}";

    private Task<Result<DeliveryView>> SendAsync(
        Caller caller,
        string action,
        PublicId id,
        Func<WriteScope, Webhook, Result<PublicId>> send,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync<Webhook, DeliveryView>(
            caller,
            Call(action, id),
            // It sends what was made before to where it goes anyway: no step-up.
            (scope, standing) =>
                MayAct(standing) is { } refused ? refused
                : Find(scope, id) is { } webhook ? webhook
                : AccessErrors.NotFound,
            (scope, _, webhook) =>
            {
                if (webhook.DisabledAt is not null)
                {
                    return IsDisabled;
                }

                var sent = send(scope, webhook);
                return sent.Error is { } refused
                    ? refused
                    : scope.Commands<WebhookCommands>().Delivery(webhook.Id, sent.Value)!;
            },
            cancellation
        );

    private Task<Result<T>> ChangeAsync<T>(
        Caller caller,
        string action,
        PublicId id,
        VersionCondition? ifMatch,
        Func<WriteScope, Webhook, Result<T>> change,
        CancellationToken cancellation
    ) =>
        ChangeAsync(
            caller,
            action,
            id,
            ifMatch,
            (scope, _, webhook) => change(scope, webhook),
            cancellation
        );

    private Task<Result<T>> ChangeAsync<T>(
        Caller caller,
        string action,
        PublicId id,
        VersionCondition? ifMatch,
        Func<WriteScope, Standing, Webhook, Result<T>> change,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync<Webhook?, T>(
            caller,
            Call(action, id),
            // One that is gone is found out later, so that a retry of what deleted it is answered.
            (scope, standing) =>
                MayChange(standing, scope.Now) is { } refused ? refused : Find(scope, id),
            (scope, standing, webhook) =>
                webhook is null ? AccessErrors.NotFound
                : ifMatch?.Holds(webhook.Version) == false ? Changed
                : change(scope, standing, webhook),
            cancellation
        );

    private Result<WebhookSecretShown> Create(
        WriteScope scope,
        Standing standing,
        WebhookDraft draft
    )
    {
        if (WebhookDrafts.Problem(draft) is { } problem)
        {
            return problem;
        }

        if (scope.Commands<WebhookCommands>().Count() >= MostWebhooks)
        {
            return VaultError.Invalid(
                "",
                $"There are at most {MostWebhooks} webhooks; delete one first."
            );
        }

        var webhook = new Webhook
        {
            PublicId = PublicId.New(scope.Now),
            CreatedById = standing.OwnerId,
            CreatedAt = scope.Now,
            UpdatedAt = scope.Now,
        };
        Fill(webhook, draft);
        var shown = Renew(webhook);
        scope.Context.Add(webhook);
        scope.Context.SaveChanges();
        return new WebhookSecretShown(webhook.PublicId, webhook.Version, shown);
    }

    /// <summary>Sealed in the queue, which keeps the binding and the row together; it takes a microsecond.</summary>
    private string Renew(Webhook webhook)
    {
        var secret = WebhookSecret.New();
        try
        {
            webhook.SealedSecret = keys.Seal(secret, WebhookSecret.Binding(webhook.PublicId));
            return WebhookSecret.ToText(secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static void Fill(Webhook webhook, WebhookDraft draft)
    {
        webhook.Name = draft.Name;
        webhook.Url = draft.Url;
        webhook.Events = string.Join(
            ',',
            EventTypes.All.Where(type => draft.Events.Contains(type))
        );
        webhook.AllowsPrivateAddress = draft.AllowsPrivateAddress;
    }

    private static void Save(WriteScope scope, Webhook webhook)
    {
        webhook.Version++;
        webhook.UpdatedAt = scope.Now;
        scope.Context.SaveChanges();
    }

    private static Webhook? Find(WriteScope scope, PublicId id) =>
        scope.Context.Set<Webhook>().SingleOrDefault(webhook => webhook.PublicId == id);

    /// <summary>With scheme and host alone for whoever may not change it.</summary>
    private static WebhookView Shown(WebhookView webhook, Standing standing) =>
        MayAct(standing) is null
            ? webhook
            : webhook with
            {
                Url = webhook.Url.Length > 0 ? HostOf(new Uri(webhook.Url)) : "",
            };

    private static string HostOf(Uri url) => $"{url.Scheme}://{url.Host}";

    private static VaultError? Missing(long? row) => row is null ? AccessErrors.NotFound : null;

    private static VaultError? MayRead(Standing standing) =>
        (standing.Permissions & (Permissions.MonitoringRead | Changing)) != 0
        && standing.Kind != CallerKind.Issued
            ? null
            : AccessErrors.Forbidden;

    private static VaultError? MayAct(Standing standing) =>
        standing.Kind is CallerKind.Command or CallerKind.System
        || (
            standing
                is {
                    Kind: CallerKind.Person or CallerKind.Machine,
                    Role: Role.Owner or Role.Administrator,
                    Principal.Kind: PrincipalKind.User
                }
            && (standing.Permissions & Changing) != 0
        )
            ? null
            : AccessErrors.Forbidden;

    /// <summary>Whether a draft leads nowhere in a private network that no person has led the webhook to.</summary>
    /// <param name="webhook">As it was; null = it is made.</param>
    private static VaultError? MayReachInside(
        Standing standing,
        Webhook? webhook,
        WebhookDraft draft
    ) =>
        standing.Kind == CallerKind.Machine
        && draft.AllowsPrivateAddress
        && (webhook is not { AllowsPrivateAddress: true } || webhook.Url != draft.Url)
            ? PersonNeeded
            : null;

    private static VaultError? MayChange(Standing standing, DateTimeOffset now) =>
        MayAct(standing) ?? Authorization.DemandStepUp(standing, now);
}
