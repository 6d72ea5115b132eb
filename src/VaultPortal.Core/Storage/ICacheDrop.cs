namespace VaultPortal.Core.Storage;

/// <summary>A cache of what the database says (keys, grants, signers). The write queue drops it whole when another process
/// wrote. A command set of the writing connection may be one, too; its cache is also dropped with each rollback to a savepoint.</summary>
public interface ICacheDrop
{
    /// <summary>Called on the queue's thread; must be quick and must not throw.</summary>
    void DropAll();
}
