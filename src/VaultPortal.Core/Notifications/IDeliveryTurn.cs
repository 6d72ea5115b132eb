namespace VaultPortal.Core.Notifications;

/// <summary>Whether this process is the one that sends.</summary>
public interface IDeliveryTurn
{
    Task<bool> HasItAsync(CancellationToken cancellation);
}

/// <summary>Where there is one process only.</summary>
public sealed class OnlyProcess : IDeliveryTurn
{
    public Task<bool> HasItAsync(CancellationToken cancellation) => Task.FromResult(true);
}
