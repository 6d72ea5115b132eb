using System.Collections.Concurrent;
using System.Text;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>Keeps what leaves a page from now on: the frames of its circuits, addresses and bodies of its requests, its console.</summary>
public sealed class Wiretap
{
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly ConcurrentQueue<string> _bodies = new();

    public Wiretap(IPage page)
    {
        page.WebSocket += (_, socket) =>
        {
            socket.FrameSent += (_, frame) => Keep(frame);
            socket.FrameReceived += (_, frame) => Keep(frame);
        };
        page.Request += (_, request) =>
        {
            _heard.Enqueue(request.Url);
            _bodies.Enqueue(request.PostData ?? "");
        };
        page.Console += (_, message) => _heard.Enqueue(message.Text);
    }

    public IEnumerable<string> Bodies => _bodies;

    /// <summary>No secret was heard anywhere, as a whole or any eight characters of it in a row.</summary>
    public void HeardNothingOf(string log, params string[] secrets)
    {
        _heard.ShouldNotBeEmpty();
        var all = string.Join('\n', _heard.Concat(_bodies).Append(log));
        foreach (var secret in secrets)
        {
            secret.Length.ShouldBeGreaterThan(8);
            foreach (var start in Enumerable.Range(0, secret.Length - 7))
            {
                all.ShouldNotContain(secret.Substring(start, 8), Case.Sensitive);
            }
        }
    }

    private void Keep(IWebSocketFrame frame) =>
        _heard.Enqueue(frame.Text ?? Encoding.Latin1.GetString(frame.Binary ?? []));
}
