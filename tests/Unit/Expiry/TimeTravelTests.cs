using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

/// <summary>A year of 10,000 objects, swept every half day, with restarts and kills in between.</summary>
public sealed class TimeTravelTests : IDisposable
{
    private const int Objects = 10_000;
    private static readonly TimeSpan Step = TimeSpan.FromHours(12);
    private static readonly long[] Offsets = [30 * 86_400, 7 * 86_400, 86_400, 0];

    private readonly ExpiryWorld _world = new();
    private readonly Random _random = new(6);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Every_reminder_of_a_year_is_made_once_none_early_and_none_late()
    {
        // The one Owner is the account of the world's machine.
        var began = _world.Now;
        var expiries = AddSecrets(began);
        var end = began.AddDays(365);

        for (var sweep = 0; _world.Now <= end; sweep++)
        {
            await SweepAsync(sweep);
            _world.Clock.Advance(Step);
        }

        Made().ShouldBe(Expected(expiries, began, end));
        _world.Count("reminder_copy").ShouldBe(_world.Count("reminder"));
        _world
            .Store.Audited("expiry.expired")
            .Count.ShouldBe(expiries.Count(expires => expires <= end));
    }

    /// <summary>Most as they should be; some die in the middle and begin again at once, as a server that is started again.</summary>
    private async Task SweepAsync(int number)
    {
        if (number % 5 != 3)
        {
            await _world.Sweep();
            return;
        }

        var steps = _random.Next(1, 4);
        try
        {
            await _world.Sweep(_ =>
                --steps > 0 ? true : throw new InvalidOperationException("Killed in a step.")
            );
        }
        catch (InvalidOperationException) { }

        if (number % 2 == 0)
        {
            // The lease went between two steps.
            steps = _random.Next(1, 3);
            await _world.Sweep(_ => --steps >= 0);
        }

        using var restarted = _world.Store.StartAnotherQueue();
        await _world.SweepOn(restarted).RunAsync(ExpiryWorld.System, static _ => true);
    }

    private DateTimeOffset[] AddSecrets(DateTimeOffset began)
    {
        var expiries = new DateTimeOffset[Objects];
        var rows = new List<string>(Objects);
        var now = UtcTime.ToMicroseconds(began);
        for (var i = 0; i < Objects; i++)
        {
            expiries[i] = began.AddSeconds(_random.Next(1, 400 * 86_400));
            rows.Add(
                $"({i + 1}, randomblob(16), 1, 1, 'KEY_{i}', 1, 0, 1, 0, 0, 0, {UtcTime.ToMicroseconds(expiries[i])}, {now}, {now})"
            );
        }

        _world.Store.Execute(
            $"""
            INSERT INTO secret (id, public_id, store, kind, name, is_active, is_reserved, version, version_id, value_id,
                previous_value_id, expires_at, created_at, updated_at)
            VALUES {string.Join(", ", rows)}
            """
        );
        return expiries;
    }

    /// <summary>Object, offset, and the number of the sweep.</summary>
    private List<(long Id, long Offset, long Sweep)> Made()
    {
        var start = UtcTime.ToMicroseconds(FakeClock.Start);
        var step = (long)Step.TotalMicroseconds;
        var made = new List<(long, long, long)>();
        using var scope = _world.Store.Reads.Open();
        using var command = scope.Connection.CreateCommand();
        command.CommandText = $"""
            SELECT object_id, offset_seconds, (made_at - {start}) / {step}, (made_at - {start}) % {step} FROM reminder
            """;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            reader.GetInt64(3).ShouldBe(0);
            made.Add((reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        made.Sort();
        return made;
    }

    /// <summary>Each at the first sweep at or after its moment; of those that are due at one sweep the last.</summary>
    private static List<(long Id, long Offset, long Sweep)> Expected(
        DateTimeOffset[] expiries,
        DateTimeOffset began,
        DateTimeOffset end
    )
    {
        var expected = new List<(long, long, long)>();
        for (var i = 0; i < expiries.Length; i++)
        {
            expected.AddRange(
                Offsets
                    .Select(offset => (offset, Due: expiries[i].AddSeconds(-offset)))
                    .Where(reminder => reminder.Due <= end)
                    .Select(reminder =>
                        (
                            reminder.offset,
                            Sweep: reminder.Due <= began
                                ? 0
                                : (reminder.Due - began + Step - TimeSpan.FromTicks(1)).Ticks
                                    / Step.Ticks
                        )
                    )
                    .GroupBy(reminder => reminder.Sweep)
                    .Select(sweep => ((long)i + 1, sweep.Min(r => r.offset), sweep.Key))
            );
        }

        expected.Sort();
        return expected;
    }
}
