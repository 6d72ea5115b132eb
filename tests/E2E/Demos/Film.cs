using System.Globalization;
using Microsoft.Playwright;

namespace VaultPortal.Tests.E2E.Demos;

/// <summary>
/// What a slow walk leaves behind: <c>artifacts/demos/&lt;walk&gt;/NN-name.png</c> and <c>artifacts/demos/&lt;walk&gt;.webm</c>. At full
/// speed it leaves nothing.
/// </summary>
internal sealed class Film : IAsyncDisposable
{
    /// <summary>Where the pictures of the documentation go; null where they stay as they are.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable(
        "VAULTPORTAL_DEMO_PICTURES"
    )
        is { Length: > 0 } folder
        ? Directory.CreateDirectory(Path.Combine(Repository.Root, folder)).FullName
        : null;

    private readonly string _folder;
    private readonly Video? _video;
    private int _taken;

    public Film(string walk)
    {
        var demos = Path.Combine(Repository.Root, "artifacts", "demos");
        _folder = Path.Combine(demos, walk);
        if (!Pace.IsSlow)
        {
            return;
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        Directory.CreateDirectory(_folder);
        _video = Video.Start(Path.Combine(demos, $"{walk}.webm"));
    }

    public Task Follow(IPage page) => _video?.Follow(page) ?? Task.CompletedTask;

    /// <summary>
    /// A picture of what stands there, without the caption. <paramref name="inDocs"/>: it is the picture <c>name-theme.png</c> of the
    /// documentation too.
    /// </summary>
    public async Task Take(IPage page, string name, bool dark, bool inDocs)
    {
        if (_video is null)
        {
            return;
        }

        using var held = _video.HoldFrame();
        await page.EvaluateAsync(Caption.Hide);
        await page.EmulateMediaAsync(
            new PageEmulateMediaOptions
            {
                ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        var number = (++_taken).ToString("00", CultureInfo.InvariantCulture);
        var theme = dark ? "dark" : "light";
        var file = Path.Combine(_folder, $"{number}-{name}-{theme}.png");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = file });
        await page.EmulateMediaAsync(
            new PageEmulateMediaOptions
            {
                ColorScheme = ColorScheme.Light,
                ReducedMotion = ReducedMotion.Null,
            }
        );
        await page.EvaluateAsync(Caption.Raise);
        if (inDocs && Pictures is not null)
        {
            File.Copy(file, Path.Combine(Pictures, $"{name}-{theme}.png"), overwrite: true);
        }
    }

    public ValueTask DisposeAsync() => _video?.DisposeAsync() ?? ValueTask.CompletedTask;
}
