using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using VaultPortal.Core.Access;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Notifications;

/// <summary>
/// Sends what is due: to eight webhooks at once at most, to one of them one message after the other, and beside them one mail at a time.
/// What came of a try is written by the queue; a kill between the two sends the message once more, with the same id.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A semaphore that is only waited for asynchronously holds nothing, and messages end after the server."
)]
public sealed class DeliveryRun(
    ReadConnections reads,
    WriteQueue queue,
    WebhookSender webhooks,
    MailSender mails,
    TimeProvider time
)
{
    /// <summary>Most webhooks that are told at once. Mail has a place of its own: receivers that never answer do not stop it.</summary>
    public const int MostAtOnce = 8;

    private const long Mail = 0;

    /// <summary>How long messages are kept once they are done.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, byte> _busy = new();
    private readonly SemaphoreSlim _ended = new(0);

    /// <summary>Told of what nobody foresaw in a try, and of what kept a try from being written down.</summary>
    public Action<Exception>? OnFault { get; set; }

    /// <summary>Starts what is due and fits, and does not wait for it. One caller at a time.</summary>
    /// <returns>How many messages are being sent now.</returns>
    public int Start(CancellationToken cancellation)
    {
        while (NextDue() is { } due)
        {
            _busy[due.WebhookRow] = 0;
            // Of its own: nothing that it starts is of whoever called.
            _ = Task.Run(() => SendAsync(due, cancellation), CancellationToken.None);
        }

        return _busy.Count;
    }

    /// <summary>Until a message that is being sent has ended, or so much time is over.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) =>
        _ended.WaitAsync(longest, cancellation);

    /// <summary>Sends all that is due, and what becomes due meanwhile.</summary>
    public async Task DrainAsync(CancellationToken cancellation = default)
    {
        while (Start(cancellation) > 0)
        {
            await _ended.WaitAsync(cancellation);
        }
    }

    /// <summary>Erases messages that were done 30 days ago, in steps of the queue's second lane.</summary>
    public async Task EraseAsync(CancellationToken cancellation = default)
    {
        while (
            await queue.RunStepAsync(
                scope => scope.Commands<DeliveryCommands>().Erase(scope.Now - Kept),
                cancellation
            ) == DeliveryCommands.EraseBatch
        ) { }
    }

    private DueDelivery? NextDue()
    {
        var busy = _busy.Keys;
        var mails = busy.Contains(Mail);
        var hasRoom = busy.Count - (mails ? 1 : 0) < MostAtOnce;
        if (mails && !hasRoom)
        {
            return null;
        }

        using var scope = reads.Open();
        return scope
            .Commands<DeliveryCommands>()
            .NextDue(time.GetUtcNow(), $"[{string.Join(',', busy)}]", hasRoom);
    }

    private async Task SendAsync(DueDelivery due, CancellationToken cancellation)
    {
        try
        {
            var outcome = await TryAsync(due, cancellation);
            await queue.RunAsync(scope => Record(scope, due, outcome), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The server ends: it is sent again by whoever comes next.
        }
        catch (Exception fault)
        {
            OnFault?.Invoke(fault);
            await PauseAsync(cancellation);
        }
        finally
        {
            _busy.TryRemove(due.WebhookRow, out _);
            _ended.Release();
        }
    }

    /// <summary>Whatever goes wrong is a failed try: a message that cannot even be made must not stand before all others for ever.</summary>
    private async Task<SendOutcome> TryAsync(DueDelivery due, CancellationToken cancellation)
    {
        try
        {
            return due.Channel == DeliveryChannel.Mail
                ? await mails.SendAsync(due, cancellation)
                : await webhooks.SendAsync(due, cancellation);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            OnFault?.Invoke(fault);
            return new(
                SendVerdict.Later,
                null,
                "It could not be sent, for a reason that the log of the server tells."
            );
        }
    }

    /// <summary>It is still due: whoever gets messages that cannot be written down must not get them without end.</summary>
    private async Task PauseAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(PauseAfterFault, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>Whether a webhook gave no answer at all: then the next message would only wait for it in vain, in the place of others.</summary>
    private static bool IsUnreached(DueDelivery due, SendOutcome outcome) =>
        due.Channel == DeliveryChannel.Webhook
        && outcome is { Verdict: SendVerdict.Later, Status: null };

    private static bool Record(WriteScope scope, DueDelivery due, SendOutcome outcome)
    {
        var commands = scope.Commands<DeliveryCommands>();
        // Spreads tries; nothing secret hangs on it.
        var wait = RetryTimes.WaitAfter(due.Attempts + 1, Random.Shared.NextDouble());
        var next =
            outcome.Verdict == SendVerdict.Later
                ? RetryTimes.Next(wait, due.CreatedAt, scope.Now)
                : null;
        var recorded = commands.Record(due, outcome, next, scope.Now);
        if (recorded && IsUnreached(due, outcome))
        {
            commands.PutOff(due.WebhookRow, scope.Now + wait);
        }

        if (outcome.Verdict == SendVerdict.Gone && commands.Disable(due.WebhookRow, scope.Now))
        {
            scope
                .Commands<WebhookCommands>()
                .FailWaiting(due.WebhookRow, WebhookService.Disabled, scope.Now);
            scope.Audit(
                Caller.System(Guid.NewGuid().ToString("N")),
                "webhook.disable",
                $"webhook:{due.Webhook!.Id}",
                "ok"
            );
        }

        return recorded;
    }
}
