using System.Globalization;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Notifications;
using Xunit;
using Xunit.Abstractions;

namespace VaultPortal.Tests.Unit.Expiry;

/// <summary>
/// A year of 10,000 objects of every kind under several policies, with all that people do meanwhile, swept at uneven times over restarts,
/// kills and clocks that jump; compared with <see cref="Model"/> to the last reminder. <c>TIME_TRAVEL_SEED</c> makes it another year.
/// </summary>
// xunit ends it asynchronously.
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "DisposeAsync does."
)]
public sealed class TimeTravelTests : IAsyncLifetime
{
    private const int Year = 365;
    private const int DaysAhead = 40;

    private readonly ITestOutputHelper _output;
    private readonly int _seed;
    private readonly Random _random;
    private readonly ExpiryWorld _world = new();
    private readonly Model _model = new();
    private readonly TimeTravelObjects _objects;
    private readonly KeyRing _keys = new();
    private readonly SmtpSink _sink = new();
    private readonly MailOptions _mail = new() { StartTls = false, From = "vault@example.com" };
    private readonly Dictionary<string, int> _kills = [];
    private WriteQueue _queue;
    private ExpirySweep _sweep;
    private HttpReceiver _receiver = null!;
    private int _sweeps;
    private int _hourly;
    private int _ahead;
    private long _told;
    private int _repeated;

    public TimeTravelTests(ITestOutputHelper output)
    {
        _output = output;
        _seed = int.Parse(
            Environment.GetEnvironmentVariable("TIME_TRAVEL_SEED") ?? "6",
            CultureInfo.InvariantCulture
        );
        _random = new Random(_seed);
        _objects = new TimeTravelObjects(_world.Store, _model, _random);
        _keys.Add("dk-1", new byte[32], current: true);
        _queue = _world.Store.StartAnotherQueue();
        _sweep = NewSweep(_queue);
    }

    private long Now => UtcTime.ToMicroseconds(_world.Now);

    private double DayOfYear => (_world.Now - FakeClock.Start).TotalDays;

    public async Task InitializeAsync() => _receiver = await HttpReceiver.StartAsync();

    public async Task DisposeAsync()
    {
        _queue.Dispose();
        await _receiver.DisposeAsync();
        await _sink.DisposeAsync();
        _world.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public async Task Every_reminder_of_a_year_is_made_once_none_early_and_none_late()
    {
        _output.WriteLine($"TIME_TRAVEL_SEED={_seed}");
        Begin();
        var events = Events();
        while (DayOfYear <= Year)
        {
            Happen(events);
            EditSome();
            _objects.Write();
            await SweepAsync();
            CheckTrash();
            await SendAsync();
            _world.Clock.Advance(NextGap());
        }

        events.ShouldBeEmpty();
        await CheckEndAsync();
        Compare("reminders", Expected(), Made());
        Compare("messages", _model.Messages, Messages());
        Audited("expiry.expired").ShouldBe(_model.Expired, $"seed {_seed}");
        Audited("expiry.overdue").ShouldBe(_model.Overdue, $"seed {_seed}");
        // Between steps, taken over, and within a step of reminders and of messages by ABORT and by ROLLBACK.
        _kills.Count.ShouldBe(6, $"seed {_seed}: {string.Join(", ", _kills)}");
        _output.WriteLine(
            $"{_sweeps} sweeps, {_model.Things.Count} objects, {_world.Count("reminder")} reminders, {_model.Messages.Count} messages; {string.Join(", ", _kills)}"
        );
    }

    /// <summary>Nothing more is to be told, and a day later the trash holds nothing that should be gone.</summary>
    private async Task CheckEndAsync()
    {
        await SweepAsync();
        Restart();
        (await _sweep.RunAsync(ExpiryWorld.System, static _ => true)).ShouldBe(0);
        _world.Clock.Advance(TimeSpan.FromHours(25));
        await _sweep.RunAsync(ExpiryWorld.System, static _ => true);
        _model.Sweep(Now);
        CheckTrash();
        _model
            .Things.Count(thing =>
                thing is { GoneAt: { } gone, IsErased: false }
                && thing.Kind is LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret
                && Now - gone >= TimeTravelObjects.Days(30)
            )
            .ShouldBe(0, $"seed {_seed}");
    }

    private void Begin()
    {
        _objects.AddPeople();
        _objects.AddVaults(Now);
        _objects.Add(LifetimeKind.VaultItem, 2_000, Now, 0.5);
        _objects.Add(LifetimeKind.Field, 2_500, Now, 0.4);
        _objects.Add(LifetimeKind.EnvironmentSecret, 2_700, Now, 0.5);
        _objects.Add(LifetimeKind.WorkflowSecret, 1_000, Now, 0.6);
        _objects.Add(LifetimeKind.ApiKey, 1_000, Now, 0.7);
        _objects.Add(LifetimeKind.UserKey, 300, Now, 0.7);
        _objects.Add(LifetimeKind.AgentKey, 300, Now, 0.7);
        _objects.Add(LifetimeKind.TrustedIssuer, 200, Now, 0.7);
        // The account of the world's own machine is an Owner, too.
        var machine = _world.Secrets.Machine;
        _model.People.Add(
            new Person
            {
                Id = machine.AccountId,
                PublicId = machine.AccountPublicId,
                Role = Role.Owner,
            }
        );
        _objects.AddHook(1, EventTypes.DueSoon, EventTypes.Overdue, EventTypes.Expired);
        _objects.AddHook(2, EventTypes.Expired);
        _objects.AddHook(3, EventTypes.Overdue, EventTypes.DueSoon);
        _objects.Decide(
            new Rule
            {
                Vault = 1,
                Offsets = Days(60, 14, 2, 1 / 24.0),
                Creator = false,
            },
            new Rule
            {
                Kind = (int)LifetimeKind.Field,
                FieldType = 2,
                Offsets = Days(45, 10),
                RotateEvery = 180 * Model.Day,
            },
            new Rule { ItemType = 1, Offsets = Days(1) },
            new Rule
            {
                Classification = 2,
                Offsets = Days([.. Enumerable.Range(1, 12).Select(week => week * 7.0)]),
                RotateEvery = 120 * Model.Day,
            },
            new Rule
            {
                Kind = (int)LifetimeKind.ApiKey,
                Offsets = Days(20, 3, 0.25),
                People = [_model.People[10].Id, _model.People[5].Id],
            },
            new Rule { Kind = (int)LifetimeKind.WorkflowSecret, Offsets = [] }
        );
    }

    /// <summary>What happens on which day, in their order.</summary>
    private Queue<(double Day, Action Happen)> Events()
    {
        var muted = _model.Things.Where((_, i) => i % 40 == 0).ToArray();
        var (person, ended) = (_model.People[4], _model.People[3]);
        return new([
            (20, () => _hourly = 24),
            (30, () => _objects.Mute(person, muted, true)),
            (60, () => _objects.Disable(_model.People[6], Now)),
            (61, () => _objects.Disable(_model.Hooks[2], Now)),
            (70, () => _objects.Archive(2, Now)),
            (80, BeginSending),
            (80, () => _hourly = 12),
            (82, EndSending),
            (90, () => _objects.Archive(2, null)),
            (100, () => Jump(TimeSpan.FromDays(DaysAhead))),
            (120, () => _objects.Disable(_model.People[6], null)),
            (121, () => _objects.Disable(_model.Hooks[2], null)),
            (140, () => _objects.Mute(person, muted, false)),
            (150, ChangePolicies),
            (170, () => Jump(TimeSpan.FromMinutes(40))),
            (171, () => Jump(TimeSpan.FromMinutes(-40))),
            (190, () => _objects.EndGrants(ended)),
            (200, () => _objects.Add(LifetimeKind.EnvironmentSecret, 200, Now, 1)),
            (210, () => _hourly = 24),
            (220, ChangePoliciesAgain),
            (250, () => Jump(TimeSpan.FromDays(-3))),
            (300, () => _objects.Decide()),
            (306, ChangePolicies),
        ]);
    }

    private void Happen(Queue<(double Day, Action Happen)> events)
    {
        if (_ahead > 0 && --_ahead == 0)
        {
            Jump(TimeSpan.FromDays(-DaysAhead));
        }

        while (_ahead == 0 && events.TryPeek(out var next) && next.Day <= DayOfYear)
        {
            events.Dequeue().Happen();
        }
    }

    private void Jump(TimeSpan by)
    {
        // For less than a day: then it would be believed.
        _ahead = by.TotalDays >= DaysAhead ? 3 : 0;
        _world.Clock.Jump(by);
        _model.LookAtAll();
    }

    private void ChangePolicies() =>
        _objects.Decide(
            new Rule
            {
                Vault = 1,
                Offsets = Days(90, 20),
                RotateEvery = 30 * Model.Day,
            },
            new Rule
            {
                Kind = (int)LifetimeKind.EnvironmentSecret,
                Offsets = Days(30, 7),
                RotateEvery = 300 * Model.Day,
            },
            new Rule { Classification = 2, Offsets = Days(60, 30) },
            new Rule
            {
                Kind = (int)LifetimeKind.ApiKey,
                Offsets = Days(25, 3),
                Creator = false,
            },
            new Rule
            {
                Offsets = Days(14, 1),
                Admins = false,
                RotateEvery = 700 * Model.Day,
            }
        );

    private void ChangePoliciesAgain() =>
        _objects.Decide(
            new Rule { Vault = 1, Offsets = Days(90, 20) },
            new Rule
            {
                Kind = (int)LifetimeKind.EnvironmentSecret,
                Offsets = Days(14),
                RotateEvery = 280 * Model.Day,
            },
            new Rule { Kind = (int)LifetimeKind.WorkflowSecret, Offsets = Days(2, 0.5) }
        );

    /// <summary>Long gaps, and days of a sweep an hour.</summary>
    private TimeSpan NextGap() =>
        _ahead > 0 ? TimeSpan.FromHours(6)
        : _hourly-- > 0 ? TimeSpan.FromMinutes(_random.Next(50, 70))
        : TimeSpan.FromMinutes(_random.Next(20 * 60, 80 * 60));

    private void EditSome()
    {
        // By a wrong clock nobody works.
        for (var i = _ahead > 0 ? 0 : _random.Next(12); i > 0; i--)
        {
            var thing = _model.Things[_random.Next(_model.Things.Count)];
            if (thing.IsErased)
            {
                continue;
            }

            if (thing.GoneAt is { } gone)
            {
                // What was rotated or revoked does not come back, nor what was erased.
                if (thing.Kind != LifetimeKind.ApiKey && Now - gone < TimeTravelObjects.Days(29))
                {
                    _objects.Restore(thing);
                }

                continue;
            }

            switch (_random.Next(8))
            {
                case 0:
                    _objects.Extend(thing, null);
                    break;
                case 1:
                    _objects.Extend(thing, Now - TimeTravelObjects.Days(1));
                    break;
                case 2 or 3:
                    _objects.Extend(
                        thing,
                        Now + TimeTravelObjects.Days(_random.Next(1, 200) / 8.0)
                    );
                    break;
                case 4:
                    _objects.Extend(
                        thing,
                        (thing.ExpiresAt ?? Now) + TimeTravelObjects.Days(_random.Next(1, 90))
                    );
                    break;
                case 5 or 6:
                    _objects.Rotate(thing, Now);
                    break;
                default:
                    _objects.Remove(thing, Now);
                    break;
            }
        }
    }

    /// <summary>Most sweeps go through; some are killed anywhere, and begin again as a server that is started again.</summary>
    private async Task SweepAsync()
    {
        var kind = _random.Next(10);
        if (kind == 0)
        {
            Restart();
        }
        else if (kind == 1)
        {
            var steps = _random.Next(1, 4);
            await KilledAsync(
                "between steps",
                _ => --steps > 0 ? true : throw new InvalidOperationException("Killed in a step.")
            );
        }
        else if (kind == 2)
        {
            await KilledWithinAStepAsync();
        }
        else if (kind == 3)
        {
            await TakenOverAsync();
        }

        await _sweep.RunAsync(ExpiryWorld.System, static _ => true);
        _model.Sweep(Now);
        _sweeps++;
    }

    private async Task KilledAsync(string where, Func<WriteScope, bool> isHeld)
    {
        try
        {
            await _sweep.RunAsync(ExpiryWorld.System, isHeld);
        }
        catch (Exception fault) when (IsKill(fault))
        {
            _kills[where] = _kills.GetValueOrDefault(where) + 1;
        }

        Restart();
    }

    private static bool IsKill(Exception fault) =>
        fault.Message.Contains("killed", StringComparison.OrdinalIgnoreCase)
        || (fault.InnerException is { } inner && IsKill(inner));

    /// <summary>At any reminder or message, and with or without the whole transaction.</summary>
    private async Task KilledWithinAStepAsync()
    {
        var table = _random.Next(2) == 0 ? "reminder" : "delivery";
        var how = _random.Next(2) == 0 ? "ABORT" : "ROLLBACK";
        var last = _world.Store.Number($"SELECT coalesce(max(id), 0) FROM {table}");
        _world.Store.Execute(
            $"CREATE TRIGGER killed AFTER INSERT ON {table} WHEN NEW.id > {last + _random.Next(60)} BEGIN SELECT RAISE({how}, 'killed'); END"
        );
        await KilledAsync($"within a step, {table}, {how}", static _ => true);
        _world.Store.Execute("DROP TRIGGER killed");
    }

    /// <summary>The holder dies before its first step; another takes its place, and writes what the first would have.</summary>
    private async Task TakenOverAsync()
    {
        var (first, second) = (new Leases(_queue, _world.Clock), new Leases(_queue, _world.Clock));
        (await first.BeatAsync(ExpirySweep.Lease)).ShouldBeTrue();
        for (var waited = 0; !await second.BeatAsync(ExpirySweep.Lease); waited += 4)
        {
            waited.ShouldBeLessThan(30);
            _world.Clock.Advance(Leases.BeatEvery);
        }

        var told = _world.Count("reminder");
        await _sweep.RunAsync(ExpiryWorld.System, scope => first.IsHeld(scope, ExpirySweep.Lease));
        _world.Count("reminder").ShouldBe(told);
        _sweep = NewSweep(_queue);
        await _sweep.RunAsync(ExpiryWorld.System, scope => second.IsHeld(scope, ExpirySweep.Lease));
        await second.ReleaseAsync(ExpirySweep.Lease);
        _kills["taken over"] = _kills.GetValueOrDefault("taken over") + 1;
    }

    private void Restart()
    {
        _queue.Dispose();
        _queue = _world.Store.StartAnotherQueue();
        _sweep = NewSweep(_queue);
    }

    private ExpirySweep NewSweep(WriteQueue queue) =>
        new(queue, _world.Store.Reads, _mail, _world.Clock);

    /// <summary>Nothing is erased before its 30 days, whatever the clock says; and once they are over it does not stay for long.</summary>
    private void CheckTrash()
    {
        var trash = _model
            .Things.Where(thing =>
                thing.Kind is LifetimeKind.EnvironmentSecret or LifetimeKind.WorkflowSecret
                && thing is { GoneAt: not null, IsErased: false }
            )
            .ToDictionary(thing => thing.Id);
        foreach (var left in Numbers("SELECT id FROM secret WHERE deleted_at IS NOT NULL"))
        {
            trash.Remove(left, out var there).ShouldBeTrue();
            (Now - there!.GoneAt!.Value).ShouldBeLessThan(
                TimeTravelObjects.Days(_ahead > 0 ? 120 : 80),
                $"seed {_seed}"
            );
        }

        foreach (var erased in trash.Values)
        {
            erased.IsErased = true;
            (Now - erased.GoneAt!.Value).ShouldBeGreaterThanOrEqualTo(
                TimeTravelObjects.Days(_ahead > 0 ? 30 + DaysAhead : 30),
                $"seed {_seed}"
            );
        }
    }

    /// <summary>For some days mails are sent, and one more webhook is told, for real.</summary>
    private void BeginSending()
    {
        (_mail.Host, _mail.Port, _model.Mails) = ("127.0.0.1", _sink.Port, true);
        var webhooks = new WebhookService(_world.Store.Gate, _keys);
        var made = webhooks
            .CreateAsync(
                _world.Person(),
                new WebhookDraft
                {
                    Name = "real",
                    Url = _receiver.Address,
                    AllowsPrivateAddress = true,
                    Events = [EventTypes.DueSoon, EventTypes.Overdue, EventTypes.Expired],
                }
            )
            .GetAwaiter()
            .GetResult();
        made.Succeeded.ShouldBeTrue();
        _told = _world.Store.Number("SELECT max(id) FROM webhook");
        _model.Hooks.Add(
            new Hook
            {
                Id = _told,
                Events = [EventTypes.DueSoon, EventTypes.Overdue, EventTypes.Expired],
            }
        );
        var person = _world.Store.Number("SELECT max(id) FROM account");
        // Whoever made it is an Owner who is reminded of nothing.
        _world.Store.Execute($"UPDATE account SET disabled_at = 1 WHERE id = {person}");
    }

    private void EndSending()
    {
        (_mail.Host, _model.Mails) = ("", false);
        _objects.Disable(_model.Hooks.Single(hook => hook.Id == _told), Now);
        CheckSent();
        _told = 0;
    }

    private async Task SendAsync()
    {
        if (_told == 0)
        {
            return;
        }

        // What goes to the others is sent by somebody else.
        _world.Store.Execute(
            $"UPDATE delivery SET state = 2, next_at = NULL, done_at = created_at WHERE next_at IS NOT NULL AND channel = 1 AND webhook_id <> {_told}"
        );
        using var sender = new WebhookSender(_keys, _world.Clock, TimeSpan.FromMinutes(5));
        if (_random.Next(3) == 0)
        {
            // Killed when so many have arrived: what came of the last one is not written.
            using var killed = new CancellationTokenSource();
            var usual = _receiver.Answer;
            var after = _random.Next(1, 6);
            _receiver.Answer = http =>
            {
                if (--after == 0)
                {
                    killed.Cancel();
                }

                return usual(http);
            };
            try
            {
                await Run(sender).DrainAsync(killed.Token);
            }
            catch (OperationCanceledException)
            {
                // At most the message to the webhook, and the mail beside it.
                _repeated += 2;
            }

            _receiver.Answer = usual;
        }

        await Run(sender).DrainAsync();
    }

    private DeliveryRun Run(WebhookSender sender) =>
        new(
            _world.Store.Reads,
            _queue,
            sender,
            new MailSender(_mail, new MailLinks(null)),
            _world.Clock
        );

    /// <summary>Each message was handed over at least once, with the same id; and once where nothing was killed.</summary>
    private void CheckSent()
    {
        var hooks = _receiver.Received.Select(message => message.Id).ToList();
        var mails = _sink
            .Mails.Select(mail => mail.Split("Message-ID: <")[1].Split('@')[0])
            .ToList();
        hooks.Distinct().ShouldBe(Ids($"webhook_id = {_told}"), ignoreOrder: true);
        mails.Distinct().ShouldBe(Ids("channel = 2"), ignoreOrder: true);
        (
            hooks.Count + mails.Count - hooks.Distinct().Count() - mails.Distinct().Count()
        ).ShouldBeLessThanOrEqualTo(_repeated, $"seed {_seed}");
        _world
            .Store.Number(
                $"SELECT count(*) FROM delivery WHERE state <> 2 AND webhook_id IN (0, {_told})"
            )
            .ShouldBe(0);
        _output.WriteLine(
            $"{hooks.Count} messages and {mails.Count} mails were sent, at most {_repeated} of them again."
        );
    }

    private List<string> Ids(string where) =>
        Texts($"SELECT lower(hex(public_id)) FROM delivery WHERE {where}");

    private IEnumerable<string> Expected() =>
        _model.Things.SelectMany(thing =>
            thing.Told.Select(tale =>
                $"{(int)thing.Kind} {thing.Id} {(tale.OfRotation ? "rotation" : "expiry")} {tale.Moment} {tale.Offset} {tale.MadeAt} to {tale.Receivers}"
            )
        );

    private List<string> Made() =>
        Texts(
            """
            SELECT r.kind || ' ' || r.object_id || ' ' || CASE r.reason WHEN 2 THEN 'rotation' ELSE 'expiry' END || ' ' || r.moment
                || ' ' || r.offset_seconds || ' ' || r.made_at || ' to '
                || coalesce((SELECT group_concat(account_id, ',') FROM
                    (SELECT c.account_id FROM account a CROSS JOIN reminder_copy c ON c.account_id = a.id AND c.reminder_id = r.id ORDER BY 1)), '')
            FROM reminder r
            """
        );

    private List<string> Messages() =>
        Texts(
            """
            SELECT CASE channel
                WHEN 1 THEN 'webhook ' || webhook_id || ' ' || event_type || ' ' || (body ->> '$.data.kind') || ' '
                    || (body ->> '$.data.id') || ' ' || coalesce(body ->> '$.data.expiresAt', body ->> '$.data.rotateAt') || ' ' || created_at
                ELSE 'mail ' || account_id || ' ' || event_type || ' '
                    || coalesce(body ->> '$.expiresAt', body ->> '$.rotateAt') || ' ' || created_at END
            FROM delivery
            """
        );

    /// <summary>As sets in which each may stand several times.</summary>
    private void Compare(string what, IEnumerable<string> expected, IEnumerable<string> found)
    {
        var counts = new Dictionary<string, int>();
        foreach (var line in expected)
        {
            counts[line] = counts.GetValueOrDefault(line) + 1;
        }

        foreach (var line in found)
        {
            counts[line] = counts.GetValueOrDefault(line) - 1;
        }

        var differing = counts
            .Where(line => line.Value != 0)
            .OrderBy(line => line.Key, StringComparer.Ordinal)
            .Select(line => $"{(line.Value > 0 ? "missing" : "unexpected")}: {line.Key}")
            .ToArray();
        if (differing.Length > 0)
        {
            Assert.Fail(
                $"seed {_seed}, {differing.Length} {what} differ:\n{string.Join('\n', differing.Take(20))}"
            );
        }
    }

    private long Audited(string action) =>
        _world.Store.Number(
            $$"""SELECT count(*) FROM audit_entry WHERE text LIKE '{"action":"{{action}}",%'"""
        );

    private List<string> Texts(string sql)
    {
        using var scope = _world.Store.Reads.Open();
        using var command = scope.Connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    private IEnumerable<long> Numbers(string sql) =>
        Texts(sql).Select(text => long.Parse(text, CultureInfo.InvariantCulture));

    private static long[] Days(params double[] days) =>
        [.. days.Select(day => (long)(day * Model.Day))];
}
