using System.Globalization;
using System.Security.Cryptography;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Rotations of environment secrets in two phases. One is announced by webhook, and the value stays; whoever uses it confirms, and the
/// value is switched as any rotation does it, the old one readable for the grace; then the old one is retired. Without a confirmation
/// in time it is called off. What is over by time is over at that very moment, whenever it is written down.
/// </summary>
public sealed class RotationService(
    Gate gate,
    EnvironmentSecretService secrets,
    WriteQueue queue,
    TimeProvider time
)
{
    public const int MostListed = 100;

    private const string All = "rotations";
    private const int MostInStep = 50;

    /// <summary>After so many written rows a step ends: one that ends tells every webhook that wants to hear of it.</summary>
    private const int RowsInStep = 400;

    internal static readonly VaultError Exists = new(
        ErrorKind.Conflict,
        "rotation_under_way",
        "A rotation of this secret is under way; see it to its end, or cancel it."
    );

    private static readonly VaultError NotWaiting = new(
        ErrorKind.Conflict,
        "rotation_not_waiting",
        "This rotation does not wait for a confirmation: it was switched or called off, or its time is over, or its secret was deleted meanwhile."
    );

    private static readonly VaultError NotSwitched = new(
        ErrorKind.Conflict,
        "rotation_not_switched",
        "This rotation has no old value that could be retired."
    );

    /// <summary>Newest first.</summary>
    /// <param name="after">The last one of the page before; null = from the newest.</param>
    /// <param name="secret">Of this key only; null = of all.</param>
    /// <param name="take">1 to <see cref="MostListed"/>.</param>
    public Task<Result<IReadOnlyList<RotationView>>> ListAsync(
        Caller caller,
        PublicId? after = null,
        string? secret = null,
        int take = 50,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<IReadOnlyList<RotationView>>(
            caller,
            new AuditedCall("rotation.list", All, Permissions.SecretsList),
            (scope, _) =>
                scope
                    .Commands<RotationCommands>()
                    .List(after, secret, Math.Clamp(take, 1, MostListed), time.GetUtcNow()),
            cancellation
        );

    public Task<Result<RotationView>> GetAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        gate.ReadAsync<RotationView>(
            caller,
            new AuditedCall("rotation.read", Target(id), Permissions.SecretsList),
            (scope, _) =>
                scope.Commands<RotationCommands>().Find(id, time.GetUtcNow()) is { } rotation
                    ? rotation
                    : AccessErrors.NotFound,
            cancellation
        );

    /// <summary>Tells the webhook that the secret is to be rotated, and waits for the confirmation.</summary>
    public Task<Result<RotationView>> AnnounceAsync(
        Caller caller,
        NewRotation wanted,
        CancellationToken cancellation = default
    ) =>
        gate.WriteAsync<Unit, RotationView>(
            caller,
            EnvironmentSecretService.Call(
                "rotation.announce",
                wanted.Secret,
                Permissions.SecretsWrite
            ),
            static (_, _) => default(Unit),
            (scope, standing, _) => Announce(scope, standing, wanted),
            cancellation
        );

    /// <summary>Switches to the new value: the one given, or one that is generated.</summary>
    /// <param name="value">UTF-8; null = generate it. Whoever made the buffer zeroes it.</param>
    public async Task<Result<RotationView>> ConfirmAsync(
        Caller caller,
        PublicId id,
        ReadOnlyMemory<byte>? value = null,
        CancellationToken cancellation = default
    )
    {
        // The longest that there can be: how long it is to be is only known in the queue.
        byte[] generated = value is null
            ? RandomNumberGenerator.GetItems(
                SecretRules.GeneratedCharacters,
                SecretRules.MaxGenerated
            )
            : [];
        try
        {
            return await ChangeAsync(
                caller,
                "rotation.confirm",
                id,
                (scope, rotation) => Switch(scope, caller, rotation, value, generated),
                cancellation
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(generated);
        }
    }

    /// <summary>Ends the grace now: the old value is not readable any more.</summary>
    public Task<Result<RotationView>> RetireAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        ChangeAsync(
            caller,
            "rotation.retire",
            id,
            (scope, rotation) =>
            {
                if (PhaseAt(rotation, scope.Now) != RotationPhase.Switched)
                {
                    return NotSwitched;
                }

                Retire(scope, rotation);
                return null;
            },
            cancellation
        );

    /// <summary>Calls it off before the switch.</summary>
    public Task<Result<RotationView>> CancelAsync(
        Caller caller,
        PublicId id,
        CancellationToken cancellation = default
    ) =>
        ChangeAsync(
            caller,
            "rotation.cancel",
            id,
            (scope, rotation) =>
            {
                if (PhaseAt(rotation, scope.Now) != RotationPhase.Announced)
                {
                    return NotWaiting;
                }

                Cancel(scope, rotation, "by hand");
                return null;
            },
            cancellation
        );

    /// <summary>Writes down what is over by time, and tells of it, in steps of the queue's second lane.</summary>
    public async Task EndOverdueAsync(Caller caller, CancellationToken cancellation = default)
    {
        while (await queue.RunStepAsync(scope => EndStep(scope, caller), cancellation)) { }
    }

    /// <summary>One step; whether there may be more to end.</summary>
    internal static bool EndStep(WriteScope scope, Caller caller)
    {
        var over = scope.Commands<RotationCommands>().Over(scope.Now, MostInStep);
        var (ended, written) = (0, 0);
        foreach (var row in over.TakeWhile(_ => written < RowsInStep))
        {
            written += End(
                scope,
                caller,
                scope.Context.Set<AnnouncedRotation>().Single(rotation => rotation.Id == row)
            );
            ended++;
        }

        return ended < over.Count || ended == MostInStep;
    }

    /// <summary>The phase at a moment: what is over by time is over, written down or not.</summary>
    internal static RotationPhase PhaseAt(
        RotationPhase written,
        DateTimeOffset confirmBy,
        DateTimeOffset? retireAt,
        DateTimeOffset now
    ) =>
        written switch
        {
            RotationPhase.Announced when confirmBy <= now => RotationPhase.Cancelled,
            RotationPhase.Switched when retireAt <= now => RotationPhase.Retired,
            _ => written,
        };

    private static RotationPhase PhaseAt(AnnouncedRotation rotation, DateTimeOffset now) =>
        PhaseAt(rotation.Phase, rotation.ConfirmBy, rotation.RetireAt, now);

    private static string Target(PublicId id) => $"rotation:{id}";

    private static VaultError? Problem(NewRotation wanted) =>
        !SecretRules.CanGenerate(wanted.GenerateLength)
            ? VaultError.Invalid("/generate/length", "A generated value has 8 to 4,096 characters.")
        : wanted.ConfirmWithinHours is < 1 or > NewRotation.MostConfirmHours
            ? VaultError.Invalid(
                "/confirmWithinHours",
                $"A confirmation is waited for 1 to {NewRotation.MostConfirmHours} hours."
            )
        : SecretRules.ProblemOfGrace(wanted.GraceHours, "/graceHours");

    private Task<Result<RotationView>> ChangeAsync(
        Caller caller,
        string action,
        PublicId id,
        Func<WriteScope, AnnouncedRotation, VaultError?> change,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync<AnnouncedRotation, RotationView>(
            caller,
            new AuditedCall(action, Target(id), Permissions.SecretsWrite),
            (scope, _) =>
                scope.Context.Set<AnnouncedRotation>().SingleOrDefault(r => r.PublicId == id)
                    is { } rotation
                    ? rotation
                    : AccessErrors.NotFound,
            (scope, _, rotation) =>
                change(scope, rotation) is { } refused
                    ? refused
                    : scope.Commands<RotationCommands>().Find(id, scope.Now)!,
            cancellation
        );

    private static Result<RotationView> Announce(
        WriteScope scope,
        Standing standing,
        NewRotation wanted
    )
    {
        if (Problem(wanted) is { } problem)
        {
            return problem;
        }

        if (EnvironmentSecretService.Find(scope, wanted.Secret) is not { IsDeleted: false } secret)
        {
            return SecretErrors.NotFound(wanted.Secret);
        }

        if (secret.IsExpired(scope.Now))
        {
            return VaultError.Invalid(
                "/secret",
                "This secret has expired: its new value could not be read either. Give it a new expiry first."
            );
        }

        var webhooks = scope.Context.Set<Webhook>();
        if (
            webhooks.SingleOrDefault(w => w.PublicId == wanted.Webhook && w.DisabledAt == null)
            is not { } webhook
        )
        {
            return VaultError.Invalid(
                "/webhook",
                "There is no webhook with this id, or it is disabled."
            );
        }

        var rotations = scope.Context.Set<AnnouncedRotation>();
        if (rotations.SingleOrDefault(r => r.SecretId == secret.Id && r.DoneAt == null) is { } last)
        {
            if (PhaseAt(last, scope.Now) == last.Phase)
            {
                return Exists;
            }

            // Over by time, and only not written down yet.
            End(scope, Caller.System(Guid.NewGuid().ToString("N")), last);
        }

        var rotation = new AnnouncedRotation
        {
            PublicId = PublicId.New(scope.Now),
            SecretId = secret.Id,
            WebhookId = webhook.Id,
            GenerateLength = wanted.GenerateLength,
            GraceHours = wanted.GraceHours,
            AnnouncedAt = scope.Now,
            ConfirmBy = scope.Now + TimeSpan.FromHours(wanted.ConfirmWithinHours),
            AnnouncedById = standing.OwnerId,
        };
        rotations.Add(rotation);
        scope.Context.SaveChanges();
        Tell(scope, rotation, EventTypes.RotationAnnounced, secret.Name, secret.Version);
        return scope.Commands<RotationCommands>().Find(rotation.PublicId, scope.Now)!;
    }

    private VaultError? Switch(
        WriteScope scope,
        Caller caller,
        AnnouncedRotation rotation,
        ReadOnlyMemory<byte>? value,
        byte[] generated
    )
    {
        if (PhaseAt(rotation, scope.Now) != RotationPhase.Announced)
        {
            return NotWaiting;
        }

        if (
            Find(scope, rotation) is not { IsDeleted: false } secret
            // Another one under the same key, of which nobody announced anything.
            || secret.CreatedAt > rotation.AnnouncedAt
            || scope.Commands<RotationCommands>().DeletedSince(secret, rotation.AnnouncedAt)
        )
        {
            return NotWaiting;
        }

        var rotated = secrets.Rotate(
            scope,
            caller,
            secret,
            new SecretRotation
            {
                Value = value ?? generated.AsMemory(0, rotation.GenerateLength),
                GraceHours = rotation.GraceHours,
            },
            generated: null
        );
        if (rotated.Error is { } refused)
        {
            return refused;
        }

        scope.Audit(caller, "secret.rotate", $"secret_key:{secret.Name}", "ok");
        rotation.Phase = RotationPhase.Switched;
        rotation.SwitchedAt = scope.Now;
        rotation.RetireAt = rotated.Value.PreviousUntil;
        scope.Context.SaveChanges();
        Tell(scope, rotation, EventTypes.RotationSwitched, secret.Name, secret.Version);
        return null;
    }

    /// <returns>How many rows it wrote.</returns>
    private static int Retire(WriteScope scope, AnnouncedRotation rotation)
    {
        var secret = Find(scope, rotation);
        // A later rotation has taken the old value's place; that one's grace is not ours to end.
        if (secret is not null && secret.PreviousUntil == rotation.RetireAt)
        {
            secret.PreviousUntil = scope.Now < rotation.RetireAt ? scope.Now : rotation.RetireAt;
            scope.Commands<SecretCommands>().Update(secret);
        }

        rotation.Phase = RotationPhase.Retired;
        rotation.RetireAt = scope.Now < rotation.RetireAt ? scope.Now : rotation.RetireAt;
        rotation.DoneAt = scope.Now;
        scope.Context.SaveChanges();
        return 2 + Tell(scope, rotation, EventTypes.RotationRetired, secret?.Name, secret?.Version);
    }

    /// <returns>How many rows it wrote.</returns>
    private static int Cancel(WriteScope scope, AnnouncedRotation rotation, string reason)
    {
        rotation.Phase = RotationPhase.Cancelled;
        rotation.DoneAt = scope.Now;
        scope.Context.SaveChanges();
        var secret = Find(scope, rotation);
        return 1
            + Tell(
                scope,
                rotation,
                EventTypes.RotationCancelled,
                secret?.Name,
                secret?.Version,
                reason
            );
    }

    /// <summary>Writes down that one is over by time.</summary>
    /// <returns>How many rows it wrote.</returns>
    private static int End(WriteScope scope, Caller caller, AnnouncedRotation rotation)
    {
        var (action, written) =
            rotation.Phase == RotationPhase.Announced
                ? ("rotation.cancel", Cancel(scope, rotation, "not confirmed in time"))
                : ("rotation.retire", Retire(scope, rotation));
        scope.Audit(caller, action, Target(rotation.PublicId), "ok");
        return written + 1;
    }

    private static SecretRow? Find(WriteScope scope, AnnouncedRotation rotation) =>
        scope.Commands<RotationCommands>().KeyOf(rotation.SecretId) is { } key
            ? EnvironmentSecretService.Find(scope, key)
            : null;

    /// <summary>Tells the webhook of the rotation, if it is still there, and whoever else wants such events.</summary>
    /// <returns>How many it told.</returns>
    private static int Tell(
        WriteScope scope,
        AnnouncedRotation rotation,
        string eventType,
        string? key,
        long? version,
        string? reason = null
    )
    {
        // A key consists of letters, digits and underscores: nothing here has to be escaped.
        var data = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"kind":"environment-secret","id":{{Quoted(key)}},"title":{{Quoted(key)}},"rotation":"{{rotation.PublicId}}","version":{{(object?)version ?? "null"}},"reason":{{Quoted(reason)}},"state":"{{rotation.Phase.ToString().ToLowerInvariant()}}","confirmBy":"{{UtcTime.ToText(rotation.ConfirmBy)}}","retireAt":{{Quoted(rotation.RetireAt is { } at ? UtcTime.ToText(at) : null)}}}"""
        );
        var outbox = scope.Commands<Outbox>();
        var isThere = scope
            .Context.Set<Webhook>()
            .Any(webhook => webhook.Id == rotation.WebhookId && webhook.DisabledAt == null);
        if (isThere)
        {
            outbox.Tell(scope, rotation.WebhookId, eventType, data);
        }

        return (isThere ? 1 : 0)
            + outbox.Announce(scope, eventType, data, exceptFor: rotation.WebhookId);
    }

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}
