using System.Data.Common;
using Microsoft.Data.Sqlite;
using Shouldly;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Storage;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>
/// Work items of several rows and an entry each, and what is expected of them whatever fails: who was acknowledged is in the
/// database whole, nobody is there half, the chain verifies, and the queue goes on.
/// </summary>
internal sealed class NoteLedger(TestStore store, WriteQueue queue)
{
    public const int RowsEach = 4;
    private const int Stride = 10;
    private static readonly string Text = new('x', 3_000);
    private int _last;

    /// <summary>Puts items into one batch, and does something before it begins, on the queue's thread.</summary>
    /// <returns>The items, answered.</returns>
    public async Task<List<Note>> RunBatchAsync(int count, Action<DbConnection> before)
    {
        await using var held = await HeldQueue.HoldAsync(queue);
        var notes = RunAsync(count);
        await held.ReleaseAsync(before);
        return await notes;
    }

    /// <summary>Enqueues items, in as many batches as it happens.</summary>
    /// <returns>The items, answered.</returns>
    public async Task<List<Note>> RunAsync(int count)
    {
        var notes = Enumerable.Range(0, count).Select(_ => Enqueue()).ToList();
        await Task.WhenAll(notes.Select(note => note.Answer)).ContinueWith(_ => { });
        return notes;
    }

    public Note Enqueue()
    {
        var note = new Note(++_last);
        note.Answer = queue.RunAsync(scope =>
        {
            note.Runs++;
            return Write(scope, note.Id);
        });
        return note;
    }

    /// <summary>What one item does.</summary>
    public static int Write(WriteScope scope, int id)
    {
        var commands = scope.Commands<NoteCommands>();
        for (var row = 0; row < RowsEach; row++)
        {
            commands.Insert.ExecuteOne(((long)id * Stride) + row, Text);
        }

        commands.Update.ExecuteOne((long)id * Stride, Text + "!");
        scope.Audit(TestStore.Caller, "note.create", $"note:{id}", "ok");
        return id;
    }

    /// <summary>Checks all invariants.</summary>
    /// <param name="exactly">Whether a refused item must not be there; otherwise it may, whole.</param>
    /// <param name="when">What had happened.</param>
    public async Task DemandAsync(IEnumerable<Note> notes, bool exactly, string when)
    {
        using (var connection = store.Database.OpenReading())
        {
            foreach (var note in notes)
            {
                Demand(connection, note, exactly, when);
            }
        }

        var report = new AuditVerifier(store.Database, queue).Verify(new(), CancellationToken.None);
        report.Findings.ShouldBeEmpty(when);
        var next = Enqueue();
        (await next.Answer).ShouldBe(next.Id, when);
    }

    private static void Demand(SqliteConnection connection, Note note, bool exactly, string when)
    {
        var acknowledged = note.Answer.IsCompletedSuccessfully;
        var present = Present(connection, note.Id);
        new[] { 0, RowsEach + 2 }.ShouldContain(present, $"half: {when}");
        if (acknowledged || exactly)
        {
            (present > 0).ShouldBe(acknowledged, when);
        }

        if (!acknowledged)
        {
            note.Answer.Exception.ShouldNotBeNull(when);
        }
    }

    /// <summary>How much of an item is there: its rows, its last change and its entry.</summary>
    private static int Present(SqliteConnection connection, int id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT (SELECT count(*) FROM test_note WHERE id BETWEEN $1 AND $1 + 9)
                 + (SELECT count(*) FROM test_note WHERE id = $1 AND text LIKE '%!')
                 + (SELECT count(*) FROM audit_entry WHERE json_extract(text, '$.target') = $2)
            """;
        command.Parameters.AddWithValue("$1", (long)id * Stride);
        command.Parameters.AddWithValue("$2", $"note:{id}");
        return (int)(long)command.ExecuteScalar()!;
    }
}

/// <summary>An item that was enqueued.</summary>
internal sealed class Note(int id)
{
    public int Id { get; } = id;

    /// <summary>How often its work was called.</summary>
    public int Runs { get; set; }

    public Task<int> Answer { get; set; } = null!;
}
