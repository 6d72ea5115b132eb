using System.Collections.Immutable;
using Shouldly;
using VaultPortal.Client;
using Xunit;

namespace VaultPortal.Tests.Unit.Client;

public sealed class TrustFileTests : IDisposable
{
    private readonly string folder = Directory
        .CreateTempSubdirectory("vaultportal-trust-")
        .FullName;

    private string FilePath => Path.Combine(folder, "trust.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Pins_come_back_from_the_file_that_only_its_owner_reads()
    {
        await new TrustFile(FilePath).SaveAsync("a", Pins(("summary", 3)));

        (await new TrustFile(FilePath).LoadAsync("a"))!.Seen["summary"].Version.ShouldBe(3);
        (await new TrustFile(FilePath).LoadAsync("b")).ShouldBeNull();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(FilePath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Lower_version_never_replaces_a_higher_one()
    {
        var file = new TrustFile(FilePath);
        await file.SaveAsync("a", Pins(("summary", 3), ("detail:x", 1)));
        await file.SaveAsync("a", Pins(("summary", 2), ("detail:y", 5)));

        var seen = (await file.LoadAsync("a"))!.Seen;
        seen["summary"].Version.ShouldBe(3);
        seen["detail:x"].Version.ShouldBe(1);
        seen["detail:y"].Version.ShouldBe(5);
    }

    [Fact]
    public async Task Pinning_anew_forgets_what_was_seen_before()
    {
        var file = new TrustFile(FilePath);
        await file.SaveAsync("a", Pins(("summary", 3)));
        await file.ReplaceAsync("a", Anew);

        (await file.LoadAsync("a"))!.Seen["summary"].Version.ShouldBe(1);
    }

    [Fact]
    public async Task Pins_that_begin_elsewhere_replace_nothing_without_being_asked_to()
    {
        foreach (IPinStore store in new IPinStore[] { new TrustFile(FilePath), new MemoryPins() })
        {
            await store.SaveAsync("a", Pins(("summary", 3)));
            await store.ReplaceAsync("a", Anew);

            var fault = await Should.ThrowAsync<TrustException>(() =>
                store.SaveAsync("a", Pins(("summary", 4)))
            );

            fault.Fault.ShouldBe(TrustFault.PinChanged);
            (await store.LoadAsync("a"))!.Anchor.ShouldBe(4);
        }

        Directory.GetFiles(folder).ShouldBe([FilePath]);
    }

    [Fact]
    public async Task Other_content_of_a_version_that_was_seen_is_refused()
    {
        var file = new TrustFile(FilePath);
        await file.SaveAsync("a", Pins(("summary", 3)));
        var other = Pins().Seen.Add("summary", new(3, new string('1', 64)));

        await Should.ThrowAsync<TrustException>(() =>
            file.SaveAsync("a", Pins() with { Seen = other })
        );
    }

    [Fact]
    public async Task Lock_that_several_find_stale_is_taken_by_one_after_the_other()
    {
        for (var round = 0; round < 20; round++)
        {
            await File.WriteAllTextAsync($"{FilePath}.lock", "left");
            File.SetLastWriteTimeUtc($"{FilePath}.lock", DateTime.UtcNow.AddMinutes(-1));

            await Task.WhenAll(
                Enumerable
                    .Range(0, 8)
                    .Select(index =>
                        Task.Run(() =>
                            new TrustFile(FilePath).SaveAsync(
                                $"v{round}-{index}",
                                Pins(("summary", 1))
                            )
                        )
                    )
            );

            for (var index = 0; index < 8; index++)
            {
                (await new TrustFile(FilePath).LoadAsync($"v{round}-{index}")).ShouldNotBeNull();
            }
        }

        Directory.GetFiles(folder).ShouldBe([FilePath]);
    }

    [Fact]
    public async Task Saves_at_the_same_time_lose_nothing()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(index =>
                    Task.Run(() =>
                        new TrustFile(FilePath).SaveAsync($"v{index}", Pins(("summary", 1)))
                    )
                )
        );

        for (var index = 0; index < 20; index++)
        {
            (await new TrustFile(FilePath).LoadAsync($"v{index}")).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Lock_that_a_killed_process_left_is_removed()
    {
        await File.WriteAllTextAsync($"{FilePath}.lock", "");
        File.SetLastWriteTimeUtc($"{FilePath}.lock", DateTime.UtcNow.AddMinutes(-1));

        await new TrustFile(FilePath).SaveAsync("a", Pins(("summary", 3)));

        (await new TrustFile(FilePath).LoadAsync("a")).ShouldNotBeNull();
        File.Exists($"{FilePath}.lock").ShouldBeFalse();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"v":2,"vaults":{}}""")]
    [InlineData("")]
    public async Task File_that_cannot_be_read_is_no_reason_to_begin_anew(string text)
    {
        await File.WriteAllTextAsync(FilePath, text);

        await Should.ThrowAsync<Exception>(() => new TrustFile(FilePath).LoadAsync("a"));
        await Should.ThrowAsync<Exception>(() =>
            new TrustFile(FilePath).SaveAsync("a", Pins(("summary", 1)))
        );
        (await File.ReadAllTextAsync(FilePath)).ShouldBe(text);
    }

    private static VaultPins Anew =>
        Pins(("summary", 1)) with
        {
            Creator = new string('b', 64),
            Anchor = 4,
        };

    private static VaultPins Pins(params (string Name, long Version)[] seen) =>
        new(
            new string('a', 64),
            1,
            seen.ToImmutableDictionary(
                pin => pin.Name,
                pin => new SeenVersion(pin.Version, new string('0', 64))
            )
        );
}
