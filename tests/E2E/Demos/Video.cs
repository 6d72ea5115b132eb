using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>
/// What the browser draws, as a WebM file: Debian's Chromium sends frames over its debugging protocol, ffmpeg puts them together. One
/// page is filmed at a time.
/// </summary>
internal sealed class Video : IAsyncDisposable
{
    private const int FramesPerSecond = 10;

    private readonly Process _encoder;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private volatile byte[]? _frame;
    private volatile bool _isHeld;
    private IPage? _page;
    private ICDPSession? _session;

    private Video(Process encoder)
    {
        _encoder = encoder;
        _writing = Task.Run(WriteAsync);
    }

    public static Video Start(string file)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardInput = true };
        var rate = FramesPerSecond.ToString(CultureInfo.InvariantCulture);
        foreach (
            var argument in (string[])
                [
                    .. ((string[])["-loglevel", "error", "-y"]),
                    .. ((string[])["-f", "image2pipe", "-c:v", "mjpeg", "-framerate", rate]),
                    .. ((string[])["-i", "-", "-an", "-c:v", "libvpx", "-pix_fmt", "yuv420p"]),
                    .. ((string[])["-deadline", "realtime", "-cpu-used", "8"]),
                    .. ((string[])["-crf", "12", "-b:v", "2M", file]),
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        return new Video(Process.Start(start)!);
    }

    /// <summary>From now on this page is filmed.</summary>
    public async Task Follow(IPage page)
    {
        if (_page == page)
        {
            return;
        }

        _page = page;
        if (_session is not null)
        {
            await _session.SendAsync("Page.stopScreencast");
        }

        var session = _session = await page.Context.NewCDPSessionAsync(page);
        session.Event("Page.screencastFrame").OnEvent += (_, frame) => Keep(session, frame!.Value);
        await session.SendAsync(
            "Page.startScreencast",
            new Dictionary<string, object>
            {
                ["format"] = "jpeg",
                ["quality"] = 85,
                ["maxWidth"] = 1280,
                ["maxHeight"] = 800,
            }
        );
    }

    /// <summary>The last frame stands until this is disposed: for pictures in the other theme.</summary>
    public Hold HoldFrame()
    {
        _isHeld = true;
        return new Hold(this);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        _encoder.StandardInput.Close();
        await _encoder.WaitForExitAsync();
        var code = _encoder.ExitCode;
        _encoder.Dispose();
        _stop.Dispose();
        if (code != 0)
        {
            throw new InvalidOperationException($"ffmpeg ended with {code}.");
        }
    }

    private void Keep(ICDPSession session, JsonElement frame)
    {
        if (!_isHeld && session == _session)
        {
            _frame = frame.GetProperty("data").GetBytesFromBase64();
        }

        // Without an answer no further frame comes. A page that was closed meanwhile needs none, so nobody waits for it.
        _ = session.SendAsync(
            "Page.screencastFrameAck",
            new Dictionary<string, object>
            {
                ["sessionId"] = frame.GetProperty("sessionId").GetInt32(),
            }
        );
    }

    /// <summary>Frames come when something changes; the file wants them evenly. A late one is made up for.</summary>
    private async Task WriteAsync()
    {
        var output = _encoder.StandardInput.BaseStream;
        var began = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / FramesPerSecond));
        long written = 0;
        while (!_stop.IsCancellationRequested)
        {
            if (_frame is null)
            {
                began.Restart();
            }

            while (_frame is { } frame && written < began.Elapsed.TotalSeconds * FramesPerSecond)
            {
                await output.WriteAsync(frame);
                written++;
            }

            await timer.WaitForNextTickAsync();
        }
    }

    public readonly struct Hold(Video video) : IDisposable
    {
        public void Dispose() => video._isHeld = false;
    }
}
