using System.Data.Common;
using VaultPortal.Core.Access;

namespace VaultPortal.Core.Storage;

/// <summary>
/// What a work item works on: the batch's transaction. It reads, decides and only then writes; a refusal has written nothing.
/// It does not outlive the item, never waits for anything, and does not change the schema.
/// </summary>
public sealed class WriteScope
{
    private readonly SqliteWriter _writer;
    private readonly List<Action> _afterCommit;
    private bool _open;
    private bool _usedContext;
    private DateTimeOffset _now;

    internal WriteScope(SqliteWriter writer, List<Action> afterCommit)
    {
        _writer = writer;
        _afterCommit = afterCommit;
    }

    /// <summary>The writing connection, inside the batch's transaction. Never begin, commit or roll back on it.</summary>
    public DbConnection Connection => Live().Connection;

    /// <summary>The moment of this item: one value for all that it writes.</summary>
    public DateTimeOffset Now
    {
        get
        {
            Live();
            return _now;
        }
    }

    /// <summary>A context for cold writes on the batch's transaction; what it tracks is forgotten after the item.</summary>
    public VaultDbContext Context
    {
        get
        {
            _usedContext = true;
            return Live().Context;
        }
    }

    /// <summary>The prepared commands of a concern, made once per connection.</summary>
    public T Commands<T>()
        where T : class, ICommandSet<T> => Live().Commands.Get<T>();

    /// <summary>Appends an entry to the audit chain, in this transaction; it lives if the item does.</summary>
    /// <param name="caller">Who acts: gives actor, source and correlation id.</param>
    /// <param name="action">A dotted verb, e.g. <c>vault_item.update</c>.</param>
    /// <param name="target">What it was done to, e.g. <c>vault:&lt;id&gt;</c>.</param>
    /// <param name="outcome"><c>ok</c>, or the refusal's code.</param>
    /// <param name="count">How many times, where one entry stands for several; else null.</param>
    public void Audit(
        Caller caller,
        string action,
        string target,
        string outcome,
        long? count = null
    ) => Live().Chain.Append(new(caller, action, target, outcome, Now, count));

    /// <summary>To be done on the queue's thread once the transaction is durable, before any caller hears of it: dropping caches.</summary>
    public void AfterCommit(Action action)
    {
        Live();
        _afterCommit.Add(action);
    }

    /// <summary>The sequence that the next entry of the audit gets: for answers that name the entry of their own call.</summary>
    public long NextAuditSequence => Live().Chain.NextSequence;

    /// <summary>
    /// The number of the commit that this work becomes part of. Rows that readers follow by their changes keep it: whoever has read
    /// everything up to a number never finds another change with that number or a smaller one.
    /// </summary>
    public long CommitSequence => Live().Chain.Batch;

    internal void Open(DateTimeOffset now)
    {
        _now = now;
        _open = true;
    }

    internal void Close()
    {
        _open = false;
        if (_usedContext)
        {
            _usedContext = false;
            _writer.ClearContext();
        }
    }

    private SqliteWriter Live() =>
        _open
            ? _writer
            : throw new InvalidOperationException("A write scope ends with its work item.");
}
