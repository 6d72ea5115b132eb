using System.Net;
using System.Net.WebSockets;
using System.Text;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Hardening;

/// <summary>Who gets a circuit.</summary>
[Collection(PortalCollection.Name)]
public sealed class CircuitDoorTests(Portal portal, OwnerVisitor owner)
    : IClassFixture<OwnerVisitor>,
        IDisposable
{
    private const string Line = Circuits.Line;
    private const string Negotiate = Circuits.Negotiate;

    private readonly Visitor _visitor = owner.Visitor;
    private readonly Circuits _circuits = new();

    [Fact]
    public async Task Circuit_is_for_pages_of_this_portal_only()
    {
        var own = _visitor.Origin;
        (string? Origin, string? Site, bool Taken)[] cases =
        [
            (own, null, true),
            (own, "same-origin", true),
            (own.ToUpperInvariant(), null, true),
            (own, "cross-site", false),
            (own, "same-site", false),
            (own, "none", false),
            ("https://evil.example", null, false),
            ("https://evil.example", "same-origin", false),
            (own.Replace("http", "https", StringComparison.Ordinal), null, false),
            ($"{own}0", null, false),
            ($"{own}.evil.example", null, false),
            ("http://127.0.0.1", null, false),
            ("null", null, false),
            ("null", "cross-site", false),
            (null, null, false),
            (null, "cross-site", false),
        ];
        foreach (var (origin, site, taken) in cases)
        {
            var called = $"origin {origin}, site {site}";
            using var answer = await _visitor.Send(
                HttpMethod.Post,
                Negotiate,
                Circuits.Headers(origin, site)
            );
            answer.StatusCode.ShouldBe(
                taken ? HttpStatusCode.OK : HttpStatusCode.Forbidden,
                called
            );
            var (_, status) = await _circuits.Open(_visitor, origin, site);
            status.ShouldBe(
                taken ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Forbidden,
                called
            );
        }
    }

    [Fact]
    public async Task Line_says_its_origin_though_the_browser_vouches_for_it()
    {
        (await _circuits.Open(_visitor, null, "same-origin")).Status.ShouldBe(
            HttpStatusCode.Forbidden
        );
        (await _circuits.Open(_visitor, "null", "same-origin")).Status.ShouldBe(
            HttpStatusCode.Forbidden
        );
    }

    [Theory]
    [InlineData("null", "same-origin", false)]
    [InlineData(null, "same-origin", false)]
    [InlineData("null", null, true)]
    [InlineData("null", "cross-site", true)]
    [InlineData("https://evil.example", "same-origin", true)]
    public async Task Farewell_of_a_page_needs_no_origin_where_the_browser_vouches_for_it(
        string? origin,
        string? site,
        bool refused
    )
    {
        using var answer = await _visitor.Send(
            HttpMethod.Post,
            $"{Line}/disconnect",
            Circuits.Headers(origin, site)
        );

        (answer.StatusCode == HttpStatusCode.Forbidden).ShouldBe(refused);
    }

    [Fact]
    public async Task Line_without_a_session_is_401()
    {
        using var stranger = new Visitor(portal.Process.Address);
        using var answer = await stranger.Send(
            HttpMethod.Post,
            Negotiate,
            Circuits.Headers(stranger.Origin, null)
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await _circuits.Open(stranger, stranger.Origin, null)).Status.ShouldBe(
            HttpStatusCode.Unauthorized
        );
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Line_that_is_no_WebSocket_is_400(string method)
    {
        using var answer = await _visitor.Send(
            new HttpMethod(method),
            $"{Line}?id=x",
            Circuits.Headers(_visitor.Origin, "same-origin")
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Message_of_more_than_32_KiB_ends_the_line()
    {
        var line = (await _circuits.Open(_visitor)).Socket!;
        await Circuits.Say(line, "{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray());
        (await Circuits.Hear(line)).ShouldBe("{}\u001e"u8.ToArray());

        await Circuits.Say(line, Call(length: 32_000));
        Encoding.UTF8.GetString(await Circuits.Hear(line)).ShouldContain("Method does not exist");
        line.State.ShouldBe(WebSocketState.Open);

        await Circuits.Say(line, Call(length: 33_000));
        await Circuits.Until(async () =>
        {
            var heard = Encoding.UTF8.GetString(await Circuits.Hear(line));
            heard.ShouldNotContain("Method does not exist");
            return line.State != WebSocketState.Open;
        });
    }

    public void Dispose() => _circuits.Dispose();

    /// <summary>Calls a method that no circuit has, by a number that the answer repeats, with a text of this length.</summary>
    private static byte[] Call(int length)
    {
        // MessagePack: [1, {}, "1", "x", [text], []], behind its own length in groups of seven bits.
        byte[] head = [0x96, 1, 0x80, 0xa1, (byte)'1', 0xa1, (byte)'x', 0x91, 0xda];
        byte[] message = [.. head, (byte)(length >> 8), (byte)length, .. new byte[length], 0x90];
        var size = message.Length;
        return [(byte)(size | 0x80), (byte)(size >> 7 | 0x80), (byte)(size >> 14), .. message];
    }
}
