using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Access;

/// <summary>What other concerns have to do in the transaction in which a principal loses everything that was granted to it.</summary>
public interface IPrincipalDeparture
{
    /// <summary>Called once, inside the write queue, while the grants still last.</summary>
    void Leaving(WriteScope scope, PrincipalRef principal);
}
