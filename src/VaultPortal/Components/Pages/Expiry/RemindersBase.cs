using Microsoft.AspNetCore.Components;
using VaultPortal.Components.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;

namespace VaultPortal.Components.Pages.Expiry;

/// <summary>Shows reminders of whoever has signed in, and does what can be done about them: the bell, and their own page.</summary>
public abstract class RemindersBase : ServicePage
{
    [Inject]
    private ReminderService Service { get; set; } = default!;

    [Inject]
    private BrowserZone Zones { get; set; } = default!;

    [Inject]
    protected TimeProvider Clock { get; set; } = default!;

    protected ReminderPage? Shown { get; private set; }

    /// <summary>What its receiver is not reminded of; null = not asked for.</summary>
    protected IReadOnlyList<MutedObject>? Muted { get; private set; }

    protected VaultError? Fault { get; private set; }

    protected TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    protected bool Busy { get; private set; }

    protected DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Which reminders are shown.</summary>
    protected abstract ReminderQuery Query { get; }

    protected async Task LoadAsync()
    {
        var answer = await AskAsync((caller, stop) => Service.ListAsync(caller, Query, stop));
        Fault = answer.Error;
        if (answer.Succeeded)
        {
            await ShowAsync(answer.Value);
        }
    }

    protected async Task LoadMutedAsync()
    {
        var answer = await AskAsync(Service.ListMutedAsync);
        Fault ??= answer.Error;
        Muted = answer.Succeeded ? answer.Value : Muted;
    }

    protected async Task LoadMoreAsync()
    {
        var more = Query with { Cursor = Shown?.Next };
        var answer = await AskAsync((caller, stop) => Service.ListAsync(caller, more, stop));
        Fault = answer.Error;
        if (answer.Succeeded)
        {
            await ShowAsync(
                answer.Value with
                {
                    Reminders = [.. Shown?.Reminders ?? [], .. answer.Value.Reminders],
                }
            );
        }
    }

    protected async Task LearnZoneAsync() => Zone = await Zones.GetAsync(Left);

    protected virtual Task ShowAsync(ReminderPage page)
    {
        Shown = page;
        return Task.CompletedTask;
    }

    /// <summary>What follows once something was done.</summary>
    protected virtual Task DoneAsync() => Task.CompletedTask;

    protected async Task AcknowledgeAsync(IReadOnlyList<ReminderView> reminders)
    {
        foreach (var some in reminders.Select(one => one.Id).Chunk(ReminderService.MostAnswered))
        {
            await DoAsync((caller, stop) => Service.AcknowledgeAsync(caller, some, stop));
        }
    }

    protected Task SnoozeAsync((ReminderView Reminder, DateTimeOffset Until) asked) =>
        DoAsync(
            (caller, stop) => Service.SnoozeAsync(caller, [asked.Reminder.Id], asked.Until, stop)
        );

    protected Task MuteAsync(ReminderView reminder) =>
        DoAsync((caller, stop) => Service.MuteAsync(caller, reminder.Id, !reminder.Muted, stop));

    protected async Task UnmuteAsync(MutedObject muted)
    {
        await DoAsync((caller, stop) => Service.UnmuteAsync(caller, muted.Object, stop));
        await LoadMutedAsync();
    }

    private async Task DoAsync(Func<Caller, CancellationToken, Task<Result<Unit>>> act)
    {
        Busy = true;
        var answer = await AskAsync(act);
        Busy = false;
        if (answer.Succeeded)
        {
            await LoadAsync();
            await DoneAsync();
        }

        Fault = answer.Error ?? Fault;
    }
}
