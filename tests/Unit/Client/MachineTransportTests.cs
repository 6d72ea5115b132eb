using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Client;
using Xunit;

namespace VaultPortal.Tests.Unit.Client;

public sealed class MachineTransportTests
{
    private const string Refusal =
        """{"error":{"code":"checkpoint_mismatch","message":"It differs.","details":{"path":"/name"}}}""";

    [Fact]
    public async Task Refusal_is_typed()
    {
        var server = new Server((_, _) => Answer(400, Refusal));

        var refusal = await Should.ThrowAsync<VaultPortalException>(() => Write(server));

        (refusal.Status, refusal.Code, refusal.Path, refusal.Message).ShouldBe(
            (400, "checkpoint_mismatch", "/name", "It differs.")
        );
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Write_is_sent_again_with_the_same_key_after_the_time_that_was_asked_for(
        int status
    )
    {
        var server = new Server(
            (attempt, _) =>
                attempt == 1 ? Answer(status, Refusal, retryAfter: "7") : Answer(200, "")
        );

        await Write(server);

        server.Requests.Count.ShouldBe(2);
        server.Requests[0].IdempotencyKey.ShouldNotBeNull();
        server.Requests[1].ShouldBe(server.Requests[0]);
        server.Time.Waited.ShouldBe([TimeSpan.FromSeconds(7)]);
    }

    [Fact]
    public async Task Lost_answer_is_asked_for_again_with_the_same_key()
    {
        var server = new Server(
            (attempt, _) => attempt == 1 ? throw new HttpRequestException("reset") : Answer(200, "")
        );

        await Write(server);

        server.Requests.Count.ShouldBe(2);
        server.Requests[1].ShouldBe(server.Requests[0]);
    }

    [Fact]
    public async Task Attempts_end_and_the_last_fault_is_thrown()
    {
        var server = new Server((_, _) => Answer(503, Refusal, retryAfter: "1"));

        var fault = await Should.ThrowAsync<VaultPortalException>(() => Write(server));

        server.Requests.Count.ShouldBe(4);
        fault.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Long_wait_is_left_to_the_caller()
    {
        var server = new Server((_, _) => Answer(429, Refusal, retryAfter: "3600"));

        var fault = await Should.ThrowAsync<VaultPortalException>(() => Write(server));

        server.Requests.Count.ShouldBe(1);
        fault.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Two_writes_have_two_keys()
    {
        var server = new Server((_, _) => Answer(200, ""));
        await Write(server);
        await Write(server);

        server.Requests[0].IdempotencyKey.ShouldNotBe(server.Requests[1].IdempotencyKey);
    }

    [Fact]
    public async Task Answer_of_somebody_between_is_typed_too()
    {
        var server = new Server((_, _) => Answer(502, "<html>Bad gateway</html>"));

        (await Should.ThrowAsync<VaultPortalException>(() => Write(server))).Code.ShouldBe(
            "http_502"
        );
    }

    [Fact]
    public async Task Answer_that_breaks_the_contract_is_refused_without_being_quoted()
    {
        var server = new Server((_, _) => Answer(200, """{"keyId":"secret-looking","scope":5}"""));
        using var client = server.Client();

        var fault = await Should.ThrowAsync<VaultPortalException>(() => client.GetMeAsync());

        fault.Code.ShouldBe(VaultPortalException.InvalidResponseCode);
        fault.Message.ShouldNotContain("secret-looking");
    }

    [Fact]
    public async Task Cancellation_is_no_fault_of_the_server()
    {
        var server = new Server((_, _) => Answer(503, Refusal, retryAfter: "1"));
        using var client = server.Client();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            client.GetMeAsync(new CancellationToken(canceled: true))
        );
    }

    private static async Task Write(Server server)
    {
        using var client = server.Client();
        await client.Transport.SendAsync(HttpMethod.Post, "x", new JsonObject(), default);
    }

    private static HttpResponseMessage Answer(int status, string body, string? retryAfter = null)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (retryAfter is not null)
        {
            answer.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return answer;
    }

    private sealed record Seen(string Path, string? IdempotencyKey, string ApiKey, string Body);

    private sealed class Server(Func<int, Seen, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<Seen> Requests { get; } = [];

        public InstantTime Time { get; } = new();

        public VaultPortalClient Client() =>
            new(new Uri("https://vault.example"), "rk_test", new() { Handler = this, Time = Time });

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            cancellationToken.ThrowIfCancellationRequested();
            var seen = new Seen(
                request.RequestUri!.PathAndQuery,
                Header(request, "Idempotency-Key"),
                Header(request, "X-API-Key")!,
                request.Content is null
                    ? ""
                    : await request.Content.ReadAsStringAsync(cancellationToken)
            );
            Requests.Add(seen);
            return answer(Requests.Count, seen);
        }

        private static string? Header(HttpRequestMessage request, string name) =>
            request.Headers.TryGetValues(name, out var values) ? values.Single() : null;
    }

    /// <summary>A clock whose waits end at once.</summary>
    private sealed class InstantTime : TimeProvider
    {
        public List<TimeSpan> Waited { get; } = [];

        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        )
        {
            if (dueTime > TimeSpan.Zero)
            {
                Waited.Add(dueTime);
                dueTime = TimeSpan.Zero;
            }

            return System.CreateTimer(callback, state, dueTime, period);
        }
    }
}
