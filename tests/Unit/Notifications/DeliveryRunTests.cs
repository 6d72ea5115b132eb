using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Shouldly;
using VaultPortal.Core.Common;
using VaultPortal.Core.Notifications;
using Xunit;

namespace VaultPortal.Tests.Unit.Notifications;

/// <summary>Messages on their real way, to a server on this machine.</summary>
// xunit ends it asynchronously.
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Design",
    "CA1001",
    Justification = "DisposeAsync does."
)]
public sealed class DeliveryRunTests : IAsyncLifetime
{
    private readonly NotificationWorld _world = new();
    private HttpReceiver _receiver = null!;

    public async Task InitializeAsync() => _receiver = await HttpReceiver.StartAsync();

    public async Task DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _world.Dispose();
    }

    [Fact]
    public async Task Message_arrives_signed_as_the_standard_says()
    {
        var made = (await _world.MakeAsync(_receiver.Address + "/in?team=ops")).Value;
        await _world.AnnounceAsync(data: """{"title":"Schlüssel 🔑"}""");

        await _world.Run.DrainAsync();

        var message = _receiver.Received.ShouldHaveSingleItem();
        (message.Method, message.Path).ShouldBe(("POST", "/in?team=ops"));
        message.Headers["Content-Type"].ShouldBe("application/json");
        message.Headers.Keys.ShouldNotContain("traceparent", StringComparer.OrdinalIgnoreCase);
        message.Text.ShouldBe(
            """{"type":"expiry.expired","timestamp":"2026-11-20T10:00:00.000Z","data":{"title":"Schlüssel 🔑"}}"""
        );
        message
            .Headers["webhook-timestamp"]
            .ShouldBe(FakeClock.Start.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        message.IsSignedWith(made.Secret).ShouldBeTrue();
        message.IsSignedWith("whsec_" + Convert.ToBase64String(new byte[32])).ShouldBeFalse();
        var logged = (await _world.LogAsync(made.Id)).ShouldHaveSingleItem();
        (
            logged.State,
            logged.Attempts,
            logged.LastStatus,
            logged.NextAt,
            logged.LastProblem
        ).ShouldBe((DeliveryState.Delivered, 1, 204, null, null));
        message.Id.ShouldBe(logged.Id.ToString());
    }

    [Fact]
    public async Task Only_webhooks_that_want_an_event_are_told()
    {
        var wants = (await _world.MakeAsync(_receiver.Address)).Value;
        var others = (
            await _world.MakeAsync(_receiver.Address, true, EventTypes.DueSoon, EventTypes.Overdue)
        ).Value;

        (await _world.AnnounceAsync(EventTypes.Expired)).ShouldBe(1);
        (await _world.AnnounceAsync("expiry")).ShouldBe(0);
        await _world.Run.DrainAsync();

        (await _world.LogAsync(wants.Id)).Count.ShouldBe(1);
        (await _world.LogAsync(others.Id)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Messages_to_one_webhook_come_in_their_order_one_at_a_time()
    {
        await _world.MakeAsync(_receiver.Address);
        var (now, most) = (0, 0);
        _receiver.Answer = async http =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            http.Response.StatusCode = StatusCodes.Status200OK;
        };
        for (var i = 0; i < 20; i++)
        {
            await _world.AnnounceAsync(data: $$"""{"n":{{i}}}""");
        }

        await _world.Run.DrainAsync();

        most.ShouldBe(1);
        _receiver
            .Received.Select(message => message.Text.Split("\"n\":")[1].TrimEnd('}'))
            .ShouldBe(
                Enumerable.Range(0, 20).Select(n => n.ToString(CultureInfo.InvariantCulture))
            );
    }

    [Fact]
    public async Task At_most_eight_webhooks_are_told_at_once_and_a_slow_one_keeps_none_waiting()
    {
        for (var i = 0; i < 10; i++)
        {
            await _world.MakeAsync(_receiver.Address);
        }

        var all = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var now = 0;
        _receiver.Answer = async http =>
        {
            if (Interlocked.Increment(ref now) == DeliveryRun.MostAtOnce)
            {
                all.SetResult();
            }

            await go.Task;
            http.Response.StatusCode = StatusCodes.Status200OK;
        };
        await _world.AnnounceAsync();

        var draining = _world.Run.DrainAsync();
        await all.Task.WaitAsync(TimeSpan.FromMinutes(1));
        _world.Run.Start(default).ShouldBe(DeliveryRun.MostAtOnce);
        go.SetResult();
        await draining;

        _receiver.Received.Count.ShouldBe(10);
    }

    [Theory]
    [InlineData(500, "status 500")]
    [InlineData(404, "status 404")]
    [InlineData(302, "redirects are not followed")]
    [InlineData(307, "redirects are not followed")]
    public async Task Message_that_is_refused_is_tried_again_with_the_same_id(
        int status,
        string problem
    )
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        _receiver.Answer = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = _receiver.Address + "/elsewhere";
            return http.Response.WriteAsync("what the target says, token=abc");
        };
        await _world.AnnounceAsync();

        await _world.Run.DrainAsync();

        _receiver.Received.Count.ShouldBe(1);
        var waiting = (await _world.LogAsync(made.Id)).Single();
        (waiting.State, waiting.Attempts, waiting.LastStatus).ShouldBe(
            (DeliveryState.Waiting, 1, status)
        );
        waiting.LastProblem!.ShouldContain(problem);
        waiting.LastProblem!.ShouldNotContain("token");

        _receiver.AnswerWith(200);
        _world.Clock.Advance(TimeSpan.FromSeconds(7));
        await _world.Run.DrainAsync();

        var done = (await _world.LogAsync(made.Id)).Single();
        (done.State, done.Attempts, done.LastStatus, done.LastProblem).ShouldBe(
            (DeliveryState.Delivered, 2, 200, null)
        );
        var messages = _receiver.Received.ToArray();
        messages[1].Id.ShouldBe(messages[0].Id);
        messages[1].Body.ShouldBe(messages[0].Body);
        // Each try is signed for its own moment.
        messages[1]
            .Headers["webhook-timestamp"]
            .ShouldNotBe(messages[0].Headers["webhook-timestamp"]);
        messages[1].IsSignedWith(made.Secret).ShouldBeTrue();
    }

    [Fact]
    public async Task Message_is_not_tried_before_its_time()
    {
        await _world.MakeAsync(_receiver.Address);
        _receiver.AnswerWith(500);
        await _world.AnnounceAsync();
        await _world.Run.DrainAsync();

        _world.Clock.Advance(TimeSpan.FromSeconds(3.9));
        await _world.Run.DrainAsync();

        _receiver.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Message_is_given_up_after_a_day()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        _receiver.AnswerWith(503);
        await _world.AnnounceAsync();

        for (var minutes = 0; minutes <= 24 * 60; minutes += 5)
        {
            await _world.Run.DrainAsync();
            _world.Clock.Advance(TimeSpan.FromMinutes(5));
        }

        var failed = (await _world.LogAsync(made.Id)).Single();
        (failed.State, failed.NextAt).ShouldBe((DeliveryState.Failed, null));
        failed.DoneAt.ShouldBe(failed.CreatedAt.AddHours(24));
        failed.Attempts.ShouldBeInRange(11, 16);
        _receiver.Received.Count.ShouldBe(failed.Attempts);
    }

    [Fact]
    public async Task Address_that_does_not_answer_in_time_is_tried_again()
    {
        using var hasty = new NotificationWorld(patience: TimeSpan.FromMilliseconds(200));
        var made = (await hasty.MakeAsync(_receiver.Address)).Value;
        var never = new TaskCompletionSource();
        _receiver.Answer = _ => never.Task;
        await hasty.AnnounceAsync();

        await hasty.Run.DrainAsync();
        never.SetResult();

        var waiting = (await hasty.LogAsync(made.Id)).Single();
        (waiting.State, waiting.LastStatus).ShouldBe((DeliveryState.Waiting, null));
        waiting.LastProblem!.ShouldContain("no answer");
    }

    [Fact]
    public async Task Mail_goes_out_while_eight_receivers_are_silent()
    {
        for (var i = 0; i < DeliveryRun.MostAtOnce; i++)
        {
            await _world.MakeAsync(_receiver.Address);
        }

        var all = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var now = 0;
        _receiver.Answer = async http =>
        {
            if (Interlocked.Increment(ref now) == DeliveryRun.MostAtOnce)
            {
                all.SetResult();
            }

            await go.Task;
            http.Response.StatusCode = StatusCodes.Status200OK;
        };
        await _world.AnnounceAsync();
        _world.Run.Start(default).ShouldBe(DeliveryRun.MostAtOnce);
        await all.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await _world.MailAsync(_world.Owner.Id, EventTypes.Expired, """{"title":"A"}""");

        var draining = _world.Run.DrainAsync();
        const string tried =
            "SELECT count(*) FROM delivery WHERE channel = 2 AND last_problem = 'No mail server is configured.'";
        SpinWait
            .SpinUntil(() => _world.Store.Number(tried) == 1, TimeSpan.FromMinutes(1))
            .ShouldBeTrue();

        go.SetResult();
        await draining;
    }

    [Fact]
    public async Task Silence_puts_off_all_that_waits_for_that_webhook_and_for_no_other()
    {
        using var hasty = new NotificationWorld(patience: TimeSpan.FromMilliseconds(200));
        var silent = (await hasty.MakeAsync(_receiver.Address + "/silent")).Value;
        var never = new TaskCompletionSource();
        _receiver.Answer = http =>
        {
            http.Response.StatusCode = StatusCodes.Status200OK;
            return http.Request.Path == "/silent" ? never.Task : Task.CompletedTask;
        };
        for (var i = 0; i < 5; i++)
        {
            await hasty.AnnounceAsync();
        }

        var other = (await hasty.MakeAsync(_receiver.Address + "/other")).Value;
        await hasty.AnnounceAsync();
        await hasty.Run.DrainAsync();

        _receiver.Received.Count(message => message.Path == "/silent").ShouldBe(1);
        var log = await hasty.LogAsync(silent.Id);
        log.Count.ShouldBe(6);
        log.Select(delivery => delivery.NextAt).Distinct().Count().ShouldBe(1);
        log[0].NextAt!.Value.ShouldBeGreaterThan(FakeClock.Start.AddSeconds(3));
        (await hasty.LogAsync(other.Id)).Single().State.ShouldBe(DeliveryState.Delivered);

        // The one that was tried is the first again, and its wait grows.
        hasty.Clock.Advance(TimeSpan.FromSeconds(7));
        await hasty.Run.DrainAsync();
        never.SetResult();
        _receiver.Received.Count(message => message.Path == "/silent").ShouldBe(2);
        (await hasty.LogAsync(silent.Id))
            .Select(delivery => delivery.Attempts)
            .ShouldBe([0, 0, 0, 0, 0, 2]);
    }

    [Fact]
    public async Task What_nobody_foresaw_is_a_failed_try()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        var faults = new List<Exception>();
        _world.Run.OnFault = faults.Add;
        _world.Store.Execute("UPDATE webhook SET url = 'no address'");
        await _world.AnnounceAsync();

        await _world.Run.DrainAsync().WaitAsync(TimeSpan.FromMinutes(1));

        var waiting = (await _world.LogAsync(made.Id)).Single();
        (waiting.State, waiting.Attempts).ShouldBe((DeliveryState.Waiting, 1));
        waiting.LastProblem!.ShouldContain("log of the server");
        faults.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Answer_without_end_is_not_read()
    {
        await _world.MakeAsync(_receiver.Address);
        var gone = new TaskCompletionSource();
        _receiver.Answer = async http =>
        {
            http.RequestAborted.Register(() => gone.TrySetResult());
            http.Response.StatusCode = 200;
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(new byte[4096], default);
                await http.Response.Body.FlushAsync(default);
            }
        };
        await _world.AnnounceAsync();

        await _world.Run.DrainAsync();

        await gone.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Address_where_nobody_listens_is_tried_again()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var made = (await _world.MakeAsync($"http://127.0.0.1:{port}/")).Value;
        await _world.AnnounceAsync();

        await _world.Run.DrainAsync();

        (await _world.LogAsync(made.Id))
            .Single()
            .LastProblem.ShouldBe("It could not be sent: no connection came about.");
    }

    [Fact]
    public async Task Gone_disables_the_webhook_and_ends_what_waits()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        _receiver.AnswerWith(410);
        await _world.AnnounceAsync();
        await _world.AnnounceAsync();

        await _world.Run.DrainAsync();

        _receiver.Received.Count.ShouldBe(1);
        var log = await _world.LogAsync(made.Id);
        log.Select(delivery => delivery.State)
            .ShouldBe([DeliveryState.Failed, DeliveryState.Failed]);
        log[0].LastProblem.ShouldBe("The webhook is disabled.");
        log[1].LastStatus.ShouldBe(410);
        (
            await _world.Webhooks.GetAsync(_world.Machine, made.Id)
        ).Value.DisabledAt.ShouldNotBeNull();
        (await _world.AnnounceAsync()).ShouldBe(0);
        _world.Store.Audited("webhook.disable").ShouldHaveSingleItem().ShouldContain("system");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::1]")]
    [InlineData("0.0.0.0")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    public async Task Private_address_is_refused_before_anything_is_sent(string host)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var made = (await _world.MakeAsync($"https://{host}:{port}/", allowsPrivate: false)).Value;
        await _world.AnnounceAsync();

        await _world.Run.DrainAsync();

        listener.Pending().ShouldBeFalse();
        (await _world.LogAsync(made.Id)).Single().LastProblem!.ShouldContain("private network");
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("[::ffff:169.254.169.254]")]
    [InlineData("[64:ff9b::a9fe:a9fe]")]
    [InlineData("[fe80::1]")]
    public async Task Link_local_address_is_refused_whatever_is_allowed(string host)
    {
        using var hasty = new NotificationWorld(patience: TimeSpan.FromSeconds(5));
        var made = (await hasty.MakeAsync($"http://{host}/")).Value;
        await hasty.AnnounceAsync();

        await hasty.Run.DrainAsync();

        (await hasty.LogAsync(made.Id)).Single().LastProblem!.ShouldContain("link-local");
    }

    [Fact]
    public async Task What_was_not_written_down_is_sent_again_with_the_same_id()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        await _world.AnnounceAsync();
        var dying = _world.Store.StartAnotherQueue();
        dying.Dispose();
        using var stop = new CancellationTokenSource();
        var killed = _world.RunOn(dying);
        var fault = new TaskCompletionSource<Exception>();
        killed.OnFault = exception =>
        {
            fault.TrySetResult(exception);
            stop.Cancel();
        };

        await killed.DrainAsync(stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await fault.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await _world.Run.DrainAsync();

        _receiver.Received.Count.ShouldBe(2);
        _receiver.Received.Select(message => message.Id).Distinct().Count().ShouldBe(1);
        (await _world.LogAsync(made.Id)).Single().State.ShouldBe(DeliveryState.Delivered);
    }

    [Fact]
    public async Task Old_messages_are_erased_and_waiting_ones_are_not()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        await _world.AnnounceAsync();
        await _world.Run.DrainAsync();
        _world.Clock.Advance(DeliveryRun.Kept - TimeSpan.FromMilliseconds(1));
        await _world.AnnounceAsync();
        await _world.Run.EraseAsync();
        (await _world.LogAsync(made.Id)).Count.ShouldBe(2);

        _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await _world.Run.EraseAsync();

        (await _world.LogAsync(made.Id))
            .ShouldHaveSingleItem()
            .State.ShouldBe(DeliveryState.Waiting);
    }

    [Fact]
    public async Task Message_of_the_log_is_sent_again_as_it_was()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        await _world.AnnounceAsync();
        await _world.Run.DrainAsync();
        var first = (await _world.LogAsync(made.Id)).Single();
        _world.Clock.Advance(TimeSpan.FromDays(2));
        _receiver.AnswerWith(500);

        var again = await _world.Webhooks.RedeliverAsync(_world.Machine, made.Id, first.Id);
        var twice = await _world.Webhooks.RedeliverAsync(_world.Machine, made.Id, first.Id);
        await _world.Run.DrainAsync();

        again.Value.State.ShouldBe(DeliveryState.Waiting);
        twice.Error!.Code.ShouldBe("delivery_waiting");
        var messages = _receiver.Received.ToArray();
        messages.Length.ShouldBe(2);
        (messages[1].Id, messages[1].Text).ShouldBe((messages[0].Id, messages[0].Text));
        // Its day is over: one try, and no more.
        var failed = (await _world.LogAsync(made.Id)).Single();
        (failed.State, failed.LastStatus).ShouldBe((DeliveryState.Failed, 500));
    }

    [Fact]
    public async Task Test_is_sent_whatever_the_webhook_wants()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;

        var sent = (await _world.Webhooks.TestAsync(_world.Machine, made.Id)).Value;
        await _world.Run.DrainAsync();

        var message = _receiver.Received.ShouldHaveSingleItem();
        message.Id.ShouldBe(sent.Id.ToString());
        message.Text.ShouldContain("\"type\":\"webhook.test\"");
        message.IsSignedWith(made.Secret).ShouldBeTrue();
    }

    [Fact]
    public async Task New_secret_signs_what_is_sent_from_then_on()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        await _world.AnnounceAsync();

        var rotated = (await _world.Webhooks.RotateSecretAsync(_world.Machine, made.Id)).Value;
        await _world.Run.DrainAsync();

        var message = _receiver.Received.ShouldHaveSingleItem();
        rotated.Secret.ShouldNotBe(made.Secret);
        message.IsSignedWith(rotated.Secret).ShouldBeTrue();
    }

    [Fact]
    public async Task Message_of_a_webhook_that_is_gone_ends_without_a_try()
    {
        var made = (await _world.MakeAsync(_receiver.Address)).Value;
        await _world.AnnounceAsync();
        // As with more waiting messages than end with the webhook itself.
        _world.Store.Execute($"DELETE FROM webhook WHERE public_id = x'{made.Id}'");

        await _world.Run.DrainAsync();

        _receiver.Received.ShouldBeEmpty();
        _world.Store.Number("SELECT state FROM delivery").ShouldBe((long)DeliveryState.Failed);
    }
}
