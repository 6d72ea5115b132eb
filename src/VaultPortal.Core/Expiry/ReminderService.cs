using VaultPortal.Core.Access;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Expiry;

/// <summary>What an account is reminded of: the bell of the portal. Everybody sees and answers only what is his own.</summary>
public sealed class ReminderService
{
    public Task<Result<ReminderPage>> ListAsync(
        Caller caller,
        ReminderQuery query,
        CancellationToken cancellation
    ) => throw new NotImplementedException();

    /// <summary>Puts reminders away for good.</summary>
    public Task<Result<Unit>> AcknowledgeAsync(
        Caller caller,
        IReadOnlyList<PublicId> reminders,
        CancellationToken cancellation
    ) => throw new NotImplementedException();

    /// <summary>Puts reminders away until then, at most a year ahead.</summary>
    public Task<Result<Unit>> SnoozeAsync(
        Caller caller,
        IReadOnlyList<PublicId> reminders,
        DateTimeOffset until,
        CancellationToken cancellation
    ) => throw new NotImplementedException();

    /// <summary>Ends, or takes up again, all reminders of the object that this one is about, by whatever way they come.</summary>
    public Task<Result<Unit>> MuteAsync(
        Caller caller,
        PublicId reminder,
        bool muted,
        CancellationToken cancellation
    ) => throw new NotImplementedException();
}
