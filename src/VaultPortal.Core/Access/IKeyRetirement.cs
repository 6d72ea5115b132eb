using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>What other concerns have to do in the transaction in which a registered key is retired.</summary>
public interface IKeyRetirement
{
    /// <summary>Called once for each key, inside the write queue.</summary>
    /// <param name="scope">The transaction.</param>
    /// <param name="keyId">The key's row.</param>
    void Retired(WriteScope scope, long keyId);
}
