using System.Net;
using Shouldly;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class LastUsedTests : IDisposable
{
    private readonly AccessStore _store = new();

    [Fact]
    public async Task LastUsed_use_is_written_when_flushed()
    {
        var (row, text) = _store.AddKey(_store.AddAccount());
        _store.Authenticate(text, "::ffff:203.0.113.9");

        await _store.LastUsed.FlushAsync();

        _store
            .Number(
                $"SELECT last_used_at FROM api_key WHERE id = {row.Id} AND last_used_address = '203.0.113.9'"
            )
            .ShouldBe(UtcTime.ToMicroseconds(FakeClock.Start));
    }

    [Fact]
    public async Task LastUsed_counts_one_use_a_minute()
    {
        var (row, text) = _store.AddKey(_store.AddAccount());
        _store.Authenticate(text);
        await _store.LastUsed.FlushAsync();
        _store.Clock.Advance(TimeSpan.FromSeconds(59));
        _store.Authenticate(text);

        await _store.LastUsed.FlushAsync();

        LastUsedAt(row.Id).ShouldBe(UtcTime.ToMicroseconds(FakeClock.Start));

        _store.Clock.Advance(TimeSpan.FromSeconds(1));
        _store.Authenticate(text);
        await _store.LastUsed.FlushAsync();

        LastUsedAt(row.Id)
            .ShouldBe(UtcTime.ToMicroseconds(FakeClock.Start + TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task LastUsed_many_keys_are_written_in_steps()
    {
        var owner = _store.AddAccount();
        _store.Execute(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)
            INSERT INTO api_key (id, public_id, access_key, hash, name, scope, owner_id, permissions, allow_list, created_at)
            SELECT i, randomblob(12), 'k' || i, zeroblob(32), 'k', 1, {owner.Id}, 0, '', 0 FROM n
            """
        );
        for (var id = 1; id <= 1100; id++)
        {
            _store.LastUsed.Note(id, IPAddress.Loopback, FakeClock.Start);
        }

        await _store.LastUsed.FlushAsync();

        _store.Number("SELECT count(*) FROM api_key WHERE last_used_at IS NOT NULL").ShouldBe(1100);
    }

    public void Dispose() => _store.Dispose();

    private long LastUsedAt(long id) =>
        _store.Number($"SELECT last_used_at FROM api_key WHERE id = {id}");
}
