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
                    .. ((string[])["-use_wallclock_as_timestamps", "1", "-f", "image2pipe"]),
                    .. ((string[])["-c:v", "mjpeg", "-framerate", rate, "-i", "-", "-an"]),
                    .. ((string[])["-vsync", "vfr", "-c:v", "libvpx", "-pix_fmt", "yuv420p"]),
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

    /// <summary>Writes what changed; ffmpeg notes when it came. The last frame comes again at the end, so that it stays a while.</summary>
    private async Task WriteAsync()
    {
        var output = _encoder.StandardInput.BaseStream;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / FramesPerSecond));
        byte[]? written = null;
        while (!_stop.IsCancellationRequested)
        {
            if (_frame is { } frame && frame != written)
            {
                await output.WriteAsync(frame);
                await output.FlushAsync();
                written = frame;
            }

            await timer.WaitForNextTickAsync();
        }

        await output.WriteAsync(written ?? []);
    }

    public readonly struct Hold(Video video) : IDisposable
    {
        public void Dispose() => video._isHeld = false;
    }
}
