using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Expiry;

/// <summary>Everything that has a lifetime, in one place: what a caller may see of it, and changes of many expiries at once.</summary>
public sealed class ExpiryService
{
    /// <summary>What expires or is to be rotated, the earliest first, with its state at this moment.</summary>
    public Task<Result<ExpiryPage>> ListAsync(
        Caller caller,
        ExpiryQuery query,
        CancellationToken cancellation
    ) => throw new NotImplementedException();

    /// <summary>How many there are, by kind and state; kinds and states without any are left out.</summary>
    public Task<Result<IReadOnlyList<ExpiryCount>>> CountAsync(
        Caller caller,
        CancellationToken cancellation
    ) => throw new NotImplementedException();

    /// <summary>What <see cref="ChangeAsync"/> would do at this moment; changes nothing.</summary>
    public Task<Result<IReadOnlyList<ExpiryChangeLine>>> PreviewAsync(
        Caller caller,
        BulkExpiryChange change,
        CancellationToken cancellation
    ) => throw new NotImplementedException();

    /// <summary>Changes what can be changed, one audit entry each, and says of each what became of it.</summary>
    public Task<Result<IReadOnlyList<ExpiryChangeLine>>> ChangeAsync(
        Caller caller,
        BulkExpiryChange change,
        CancellationToken cancellation
    ) => throw new NotImplementedException();
}
