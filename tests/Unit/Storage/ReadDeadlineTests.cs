using System.Data.Common;
using Microsoft.Data.Sqlite;
using Shouldly;
using SQLitePCL;
using VaultPortal.Core.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

public sealed class ReadDeadlineTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly ReadConnections _reads;

    public ReadDeadlineTests() => _reads = new ReadConnections(_store.Database);

    [Fact]
    public void Endless_read_ends_when_its_time_is_over()
    {
        using var scope = _reads.Open();
        using var deadline = new ReadDeadline(
            scope.Connection,
            TimeSpan.FromMilliseconds(20),
            default
        );

        CodeOf(() => Count(scope, long.MaxValue)).ShouldBe(raw.SQLITE_INTERRUPT);
        deadline.IsOver.ShouldBeTrue();
        // A second one finds it over as well, though it began after the first interruption.
        CodeOf(() => Count(scope, long.MaxValue)).ShouldBe(raw.SQLITE_INTERRUPT);
    }

    [Fact]
    public void Endless_read_ends_when_nobody_waits_for_it()
    {
        using var scope = _reads.Open();
        using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        using var deadline = new ReadDeadline(scope.Connection, TimeSpan.FromHours(1), gone.Token);

        CodeOf(() => Count(scope, long.MaxValue)).ShouldBe(raw.SQLITE_INTERRUPT);
    }

    [Fact]
    public void Connection_is_used_again_without_being_interrupted()
    {
        using (var scope = _reads.Open())
        using (new ReadDeadline(scope.Connection, TimeSpan.FromMilliseconds(1), default))
        {
            CodeOf(() => Count(scope, long.MaxValue)).ShouldBe(raw.SQLITE_INTERRUPT);
        }

        using var next = _reads.Open();
        Count(next, 1_000_000).ShouldBe(1_000_000);
    }

    public void Dispose()
    {
        _reads.Dispose();
        _store.Dispose();
    }

    private static long Count(ReadScope scope, long most) => scope.Commands<Counting>().Count(most);

    private static int CodeOf(Action action) =>
        Should.Throw<SqliteException>(action).SqliteErrorCode;

    private sealed class Counting(DbConnection connection) : ICommandSet<Counting>
    {
        private readonly PreparedCommand _count = new(
            connection,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT count(*) FROM n"
        );

        public static Counting Create(DbConnection connection) => new(connection);

        public long Count(long most) => _count.Number(most)!.Value;
    }
}
