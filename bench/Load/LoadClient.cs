using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace VaultPortal.Bench.Load;

/// <summary>Sends prepared requests over keep-alive connections, one at a time on each, from one thread.</summary>
internal sealed unsafe class LoadClient : IDisposable
{
    private readonly Socket[] _sockets;
    private readonly Conversation[] _conversations;
    private readonly NativeSockets.PollEntry[] _entries;

    public LoadClient(Uri address, int connections)
    {
        _sockets = new Socket[connections];
        _conversations = new Conversation[connections];
        _entries = new NativeSockets.PollEntry[connections];
        for (var i = 0; i < connections; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            socket.Connect(new IPEndPoint(IPAddress.Loopback, address.Port));
            _sockets[i] = socket;
            _conversations[i] = new Conversation((int)socket.Handle);
            _entries[i] = new NativeSockets.PollEntry
            {
                Socket = (int)socket.Handle,
                Wanted = NativeSockets.Readable,
            };
        }
    }

    /// <summary>Sends until the time is up or the requests are, waits for the answers under way, and fails on any other status.</summary>
    public LoadResult Run(IRequestSource source, TimeSpan duration, int expectedStatus)
    {
        var latencies = new List<int>(1 << 18);
        var start = Stopwatch.GetTimestamp();
        var deadline = start + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        var underWay = 0;
        foreach (var conversation in _conversations)
        {
            underWay += conversation.SendNext(source) ? 1 : 0;
        }

        while (underWay > 0)
        {
            WaitForAnswers();
            for (var i = 0; i < _entries.Length; i++)
            {
                if (_entries[i].Got == 0 || !_conversations[i].Receive(expectedStatus))
                {
                    continue;
                }

                var now = Stopwatch.GetTimestamp();
                latencies.Add(
                    (int)((now - _conversations[i].SentAt) * 1_000_000 / Stopwatch.Frequency)
                );
                if (now >= deadline || !_conversations[i].SendNext(source))
                {
                    underWay--;
                }
            }
        }

        return new LoadResult(latencies, Stopwatch.GetElapsedTime(start));
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private void WaitForAnswers()
    {
        fixed (NativeSockets.PollEntry* entries = _entries)
        {
            if (NativeSockets.Poll(entries, (nuint)_entries.Length, 30_000) == 0)
            {
                throw new TimeoutException("No answer for 30 s.");
            }
        }
    }
}

/// <summary>Where the next request comes from.</summary>
internal interface IRequestSource
{
    /// <summary>A whole request, head and body; empty when there is none left.</summary>
    ReadOnlySpan<byte> Next();
}

/// <param name="Latencies">Microseconds, one for each answer.</param>
internal sealed record LoadResult(List<int> Latencies, TimeSpan Elapsed)
{
    public double PerSecond => Latencies.Count / Elapsed.TotalSeconds;

    /// <summary>Milliseconds below which the share of answers came.</summary>
    public double Percentile(double share)
    {
        var sorted = Latencies.Order().ToArray();
        return sorted.Length == 0
            ? 0
            : sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)] / 1000.0;
    }
}
