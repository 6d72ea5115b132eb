using System.Net;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using VaultPortal.Core.Tokens;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

/// <summary>The real fetch, from a listener on this machine that answers what a test says.</summary>
public sealed class JwksFetchTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly JwksFetch _fetch = new(allowsPlainHttp: true, TimeSpan.FromMinutes(5));
    private readonly ForeignKey _key = new();
    private int _connections;

    public JwksFetchTests() => _listener.Start();

    [Fact]
    public async Task Keys_at_an_allowed_private_address_are_fetched()
    {
        var body = ForeignKey.Set(_key.Jwk());
        var serving = ServeAsync(Ok(body));

        var fetched = await Fetch(Address("127.0.0.1"), allowsPrivate: true);

        fetched.Problem.ShouldBeNull();
        fetched.Keys!.Keys.ShouldHaveSingleItem().KeyId.ShouldBe("k1");
        var request = await serving;
        request.ShouldStartWith("GET /keys HTTP/1.1\r\n");
        request.ShouldNotContain("traceparent");
        request.ShouldNotContain("Cookie");
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
        var fetched = await Fetch(Address(host), allowsPrivate: false);

        fetched.Keys.ShouldBeNull();
        fetched.Problem.ShouldNotBeNull().ShouldContain("private network");
        _listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Connection_made_for_one_issuer_serves_no_other_that_is_not_allowed_it()
    {
        var serving = ServeAsync(Ok(ForeignKey.Set(_key.Jwk())));
        await Fetch(Address("127.0.0.1"), allowsPrivate: true);
        await serving;

        (await Fetch(Address("127.0.0.1"), allowsPrivate: false)).Keys.ShouldBeNull();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirects_are_not_followed(int status)
    {
        var serving = ServeAsync(
            $"HTTP/1.1 {status} Moved\r\nLocation: {Address("127.0.0.1")}\r\nContent-Length: 0\r\n\r\n"
        );

        var fetched = await Fetch(Address("127.0.0.1"), allowsPrivate: true);

        await serving;
        fetched.Keys.ShouldBeNull();
        fetched.Problem!.ShouldContain($"status {status}");
        _connections.ShouldBe(1);
        _listener.Pending().ShouldBeFalse();
    }

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "status 404")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", "status 204")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "no JSON Web Key Set")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", "could not be fetched")]
    [InlineData("nonsense\r\n\r\n", "could not be fetched")]
    public async Task Answer_that_is_no_key_set_is_a_problem_in_plain_words(
        string answer,
        string problem
    )
    {
        var serving = ServeAsync(answer);

        var fetched = await Fetch(Address("127.0.0.1"), allowsPrivate: true);

        await serving;
        fetched.Keys.ShouldBeNull();
        fetched.Problem!.ShouldContain(problem);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Answer_has_at_most_256_KiB(int more, bool taken)
    {
        const string begin = """{"keys":[],"x":" """;
        var body = begin.PadRight(JwkSet.MaxLength + more - 2, 'x') + "\"}";
        var serving = ServeAsync(Ok(body));

        var fetched = await Fetch(Address("127.0.0.1"), allowsPrivate: true);

        await serving;
        (fetched.Keys is not null).ShouldBe(taken);
    }

    [Fact]
    public async Task Address_where_nobody_listens_is_a_problem()
    {
        var address = Address("127.0.0.1");
        _listener.Stop();

        (await Fetch(address, allowsPrivate: true)).Problem!.ShouldContain("no connection");
    }

    [Theory]
    [InlineData("http://127.0.0.1/keys")]
    [InlineData("file:///etc/passwd")]
    [InlineData("keys")]
    public async Task Product_fetches_nothing_but_https(string address)
    {
        using var fetch = new JwksFetch();

        var fetched = await ((IJwksSource)fetch).FetchAsync(address, true, default);

        fetched.Problem!.ShouldContain("no https address");
    }

    [Fact]
    public async Task Caller_that_gives_up_is_told_so()
    {
        using var ending = new CancellationTokenSource();
        await ending.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            ((IJwksSource)_fetch).FetchAsync(Address("127.0.0.1"), true, ending.Token)
        );
    }

    public void Dispose()
    {
        _listener.Dispose();
        _fetch.Dispose();
        _key.Dispose();
    }

    private string Address(string host) =>
        $"http://{host}:{((IPEndPoint)_listener.LocalEndpoint).Port}/keys";

    private Task<FetchedKeys> Fetch(string address, bool allowsPrivate) =>
        ((IJwksSource)_fetch).FetchAsync(address, allowsPrivate, default);

    private static string Ok(string body) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>Answers one request and answers what it was.</summary>
    private async Task<string> ServeAsync(string answer)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        _connections++;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var request = new StringBuilder();
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            request.Append(line).Append("\r\n");
        }

        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
        }
        catch (IOException)
        {
            // The other side has read enough and gone.
        }

        return request.ToString();
    }
}
