using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Notifications;

/// <summary>Which process sends: of several that share the data, one at a time, by the lease <c>deliveries</c>. For one asker at a time.</summary>
public sealed class DeliveryTurn(Leases leases, TimeProvider time)
{
    public const string Lease = "deliveries";

    private long? _askedAt;
    private bool _hasIt;

    /// <summary>Whether it is this process; asks for the lease, or says that it goes on, every few seconds.</summary>
    public async Task<bool> HasItAsync(CancellationToken cancellation)
    {
        if (_askedAt is { } asked && time.GetElapsedTime(asked) < Leases.BeatEvery)
        {
            return _hasIt;
        }

        // Until the answer is there, it is not.
        _hasIt = false;
        _askedAt = time.GetTimestamp();
        return _hasIt = await leases.BeatAsync(Lease, cancellation);
    }

    /// <summary>Gives it up, so that nobody has to wait.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        if (_hasIt)
        {
            _hasIt = false;
            await leases.ReleaseAsync(Lease, cancellation);
        }
    }
}
