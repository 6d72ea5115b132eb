using System.Buffers.Binary;
using System.Buffers.Text;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Expiry;

/// <summary>What an account is reminded of: the bell of the portal. Everybody sees and answers only what is his own.</summary>
public sealed class ReminderService(Gate gate, TimeProvider time)
{
    /// <summary>Most reminders that are answered at once.</summary>
    public const int MostAnswered = 200;

    public static readonly TimeSpan LongestSnooze = TimeSpan.FromDays(365);

    private const byte CursorForm = 1;
    private const int CursorSize = 1 + sizeof(long);

    public Task<Result<ReminderPage>> ListAsync(
        Caller caller,
        ReminderQuery query,
        CancellationToken cancellation
    ) =>
        gate.ReadAsync(
            caller,
            Call("list", caller),
            (scope, standing) => List(scope, standing, query),
            cancellation
        );

    /// <summary>Puts reminders away for good.</summary>
    public Task<Result<Unit>> AcknowledgeAsync(
        Caller caller,
        IReadOnlyList<PublicId> reminders,
        CancellationToken cancellation
    ) =>
        AnswerAsync(
            caller,
            Call("acknowledge", caller),
            reminders,
            static _ => null,
            static (scope, account, reminder) =>
                scope.Commands<ReminderCommands>().Acknowledge(account, reminder, scope.Now),
            cancellation
        );

    /// <summary>Puts reminders away until then, at most a year ahead.</summary>
    public Task<Result<Unit>> SnoozeAsync(
        Caller caller,
        IReadOnlyList<PublicId> reminders,
        DateTimeOffset until,
        CancellationToken cancellation
    ) =>
        AnswerAsync(
            caller,
            Call("snooze", caller),
            reminders,
            now =>
                until > now && until <= now + LongestSnooze
                    ? null
                    : VaultError.Invalid("/until", "A snooze ends in the future, within a year."),
            (scope, account, reminder) =>
                scope.Commands<ReminderCommands>().Snooze(account, reminder, until),
            cancellation
        );

    /// <summary>Ends, or takes up again, all reminders of the object that this one is about, by whatever way they come.</summary>
    public Task<Result<Unit>> MuteAsync(
        Caller caller,
        PublicId reminder,
        bool muted,
        CancellationToken cancellation
    ) =>
        AnswerAsync(
            caller,
            Call(muted ? "mute" : "unmute", caller),
            [reminder],
            static _ => null,
            (scope, account, row) =>
            {
                var commands = scope.Commands<ReminderCommands>();
                if (muted)
                {
                    commands.Mute(account, row, scope.Now);
                }
                else
                {
                    commands.Unmute(account, row);
                }
            },
            cancellation
        );

    /// <summary>
    /// What the caller is not reminded of, the latest first. What is gone, or in the trash, is not listed: nobody is reminded of it anyway.
    /// </summary>
    public Task<Result<MutedObject[]>> ListMutedAsync(
        Caller caller,
        CancellationToken cancellation
    ) => gate.ReadAsync(caller, Call("list_muted", caller), ListMuted, cancellation);

    /// <summary>Takes the reminders of an object up again; one that is not muted is not there.</summary>
    public Task<Result<Unit>> UnmuteAsync(
        Caller caller,
        LifetimeRef muted,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync<long, Unit>(
            caller,
            Call("unmute", caller),
            static (_, standing) => Receiver(standing, answers: true),
            (scope, _, account) =>
                scope.Commands<LifetimeCommands>().Find([muted]).TryGetValue(muted, out var row)
                && scope.Commands<ReminderCommands>().UnmuteObject(account, row.Kind, row.Id)
                    ? default(Unit)
                    : AccessErrors.NotFound,
            cancellation
        );

    private static Result<MutedObject[]> ListMuted(ReadScope scope, Standing standing)
    {
        var receiver = Receiver(standing, answers: false);
        if (receiver.Error is { } refused)
        {
            return refused;
        }

        var muted = scope.Commands<ReminderCommands>().Muted(receiver.Value);
        return muted
            .GroupBy(one => one.Key.Kind, one => one.Key.Id)
            .SelectMany(kind => scope.Commands<LifetimeCommands>().Rows(kind.Key, kind))
            .Select(row => Shown(scope, standing, row, muted[(row.Kind, row.Id)]))
            .OfType<MutedObject>()
            .OrderByDescending(one => one.MutedAt)
            .ToArray();
    }

    /// <summary>As reminders of it are shown: null to whose grant has ended, without its name to an Owner.</summary>
    private static MutedObject? Shown(
        ReadScope scope,
        Standing standing,
        LifetimeRow row,
        DateTimeOffset at
    )
    {
        var isKnown = scope.Commands<SweepCommands>().MayName(row, standing.OwnerId);
        if (!isKnown && standing.Role != Role.Owner)
        {
            return null;
        }

        var isOfVault = ReminderSight.IsOfVault(row.Kind);
        var isNamed =
            !isOfVault || (isKnown && standing.Permissions.HasFlag(Permissions.VaultRead));
        var sees = isNamed || standing.SeesAllVaults;
        return new MutedObject
        {
            Object = row.Object,
            Title = isNamed ? row.Title : ReminderSight.NeutralTitle(row.Kind),
            VaultId = sees ? row.VaultId : null,
            VaultName = sees ? row.VaultName : null,
            ItemId = isNamed ? row.ItemId : null,
            MutedAt = at,
        };
    }

    private static AuditedCall Call(string verb, Caller caller) =>
        new($"reminder.{verb}", $"user:{caller.AccountPublicId}", Permissions.MonitoringRead);

    /// <summary>All of them or none: one that is not the caller's is not there.</summary>
    private Task<Result<Unit>> AnswerAsync(
        Caller caller,
        AuditedCall call,
        IReadOnlyList<PublicId> reminders,
        Func<DateTimeOffset, VaultError?> problem,
        Action<WriteScope, long, long> answer,
        CancellationToken cancellation
    ) =>
        gate.WriteAsync<long, Unit>(
            caller,
            call,
            (_, standing) => Receiver(standing, answers: true),
            (scope, _, account) =>
            {
                if (reminders.Count is < 1 or > MostAnswered)
                {
                    return VaultError.Invalid(
                        "/reminders",
                        $"1 to {MostAnswered} reminders are answered at once."
                    );
                }

                if (problem(scope.Now) is { } fault)
                {
                    return fault;
                }

                var commands = scope.Commands<ReminderCommands>();
                var rows = reminders.Select(id => commands.Find(account, id)).ToArray();
                if (Array.Exists(rows, row => row is null))
                {
                    return AccessErrors.NotFound;
                }

                foreach (var row in rows)
                {
                    answer(scope, account, row!.Value);
                }

                return default(Unit);
            },
            cancellation
        );

    /// <summary>The account whose reminders are the caller's own. An agent has none; its owner has them.</summary>
    private static Result<long> Receiver(Standing standing, bool answers) =>
        standing.OwnerId == 0 || standing.Principal.Kind != PrincipalKind.User
            ? AccessErrors.Forbidden
        // To answer what is one's own needs no more of a person, an Auditor for instance; of a key it is a change like any other.
        : answers
        && standing.Kind != CallerKind.Person
        && !standing.Permissions.HasFlag(Permissions.MonitoringAll)
            ? AccessErrors.Forbidden
        : standing.OwnerId;

    private Result<ReminderPage> List(ReadScope scope, Standing standing, ReminderQuery query)
    {
        var receiver = Receiver(standing, answers: false);
        if (receiver.Error is { } refused)
        {
            return refused;
        }

        if (query.Take is < 1 or > ReminderQuery.MostTaken)
        {
            return VaultError.Invalid("/limit", $"1 to {ReminderQuery.MostTaken} are listed.");
        }

        var before = long.MaxValue;
        if (query.Cursor is { } text && !TryParse(text, out before))
        {
            return ExpiryCursor.Malformed;
        }

        var (commands, now) = (scope.Commands<ReminderCommands>(), time.GetUtcNow());
        var sight = new VaultSight(
            standing.Permissions.HasFlag(Permissions.VaultRead),
            standing.SeesAllVaults
        );
        var found = commands.List(
            receiver.Value,
            sight,
            query.OpenOnly,
            before,
            query.Take + 1,
            now
        );
        var page = found.Take(query.Take).ToArray();
        return new ReminderPage(
            [.. page.Select(reminder => reminder.View)],
            found.Count > query.Take ? ToText(page[^1].Row) : null,
            commands.CountOpen(receiver.Value, now)
        );
    }

    private static string ToText(long row)
    {
        Span<byte> bytes = stackalloc byte[CursorSize];
        bytes[0] = CursorForm;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], row);
        return Base64Url.EncodeToString(bytes);
    }

    private static bool TryParse(string text, out long row)
    {
        row = 0;
        Span<byte> bytes = stackalloc byte[CursorSize];
        if (
            text.Length != Base64Url.GetEncodedLength(CursorSize)
            || !Base64Url.IsValid(text, out var length)
            || length != CursorSize
            || !Base64Url.TryDecodeFromChars(text, bytes, out _)
            || bytes[0] != CursorForm
        )
        {
            return false;
        }

        row = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        return row > 0;
    }
}
