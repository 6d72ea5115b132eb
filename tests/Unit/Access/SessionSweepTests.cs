using Shouldly;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class SessionSweepTests : IDisposable
{
    private readonly AccountWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Session_goes_30_days_after_it_expired_and_not_before()
    {
        await _world.CreateAsync();
        var session = await _world.SignInAsync();
        var end = new SessionLengths().Idle;

        _world.Time.Advance(end + SessionSweep.Kept);
        await SweepAsync();
        (await IdsAsync()).ShouldBe([session.Id]);
        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await SweepAsync();

        (await IdsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Session_goes_30_days_after_it_was_ended_though_it_would_live_on()
    {
        await _world.CreateAsync();
        var ended = await _world.SignInAsync();
        await _world.Sessions.SignOutAsync(AccountWorld.Person(ended));
        // As a session that is used for longer than others last.
        await SetAsync("UPDATE portal_session SET expires_at = expires_at + 1e15");
        var living = await _world.SignInAsync();
        await SetAsync("UPDATE portal_session SET expires_at = expires_at + 1e15");

        _world.Time.Advance(SessionSweep.Kept + TimeSpan.FromMinutes(1));
        await SweepAsync();

        (await IdsAsync()).ShouldBe([living.Id]);
    }

    [Fact]
    public async Task Sweep_goes_on_behind_sessions_that_stay_and_says_how_many_went()
    {
        await _world.CreateAsync();
        await _world.SignInAsync();
        await CopyAsync(SessionSweep.AtOnce + 20);
        await SetAsync("UPDATE portal_session SET expires_at = expires_at + 1e15 WHERE id <= 510");
        await CopyAsync(SessionSweep.AtOnce);
        await SetAsync("UPDATE portal_session SET revoked_at = created_at WHERE id > 511");

        _world.Time.Advance(SessionSweep.Kept + TimeSpan.FromHours(2));
        await SweepAsync();

        (await IdsAsync()).ShouldBe(Enumerable.Range(1, 510).Select(id => (long)id));
        (
            await NumbersAsync(
                "SELECT sum(json_extract(text, '$.count')) FROM audit_entry WHERE json_extract(text, '$.action') = 'session.sweep'"
            )
        ).ShouldBe([(SessionSweep.AtOnce * 2) + 21 - 510]);
    }

    private Task SweepAsync() =>
        new SessionSweep(_world.Queue).SweepAsync(Caller.System("test"), default);

    private Task CopyAsync(int times) =>
        SetAsync(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})
            INSERT INTO portal_session (kind, token_hash, account_id, created_at, last_seen_at, expires_at, step_up_failures)
            SELECT 1, randomblob(32), s.account_id, s.created_at, s.last_seen_at, s.created_at + 1, 0
            FROM n, (SELECT * FROM portal_session LIMIT 1) s
            """
        );

    private async Task SetAsync(string sql) =>
        await _world.Queue.RunAsync(scope =>
        {
            using var command = scope.Connection.CreateCommand();
            command.CommandText = sql;
            return command.ExecuteNonQuery();
        });

    private Task<List<long>> IdsAsync() =>
        NumbersAsync("SELECT id FROM portal_session ORDER BY id");

    private Task<List<long>> NumbersAsync(string sql) =>
        _world.Queue.RunAsync(scope =>
        {
            using var command = scope.Connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            var numbers = new List<long>();
            while (reader.Read())
            {
                numbers.Add(reader.GetInt64(0));
            }

            return numbers;
        });
}
