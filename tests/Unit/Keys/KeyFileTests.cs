using Shouldly;
using VaultPortal.Core.Keys;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

public sealed class KeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string KeyPath => Path.Combine(_folder, "master.key");

    [Fact]
    public void What_a_kill_left_unfinished_is_removed_and_nothing_else()
    {
        var now = DateTimeOffset.UtcNow;
        string[] kept =
        [
            KeyPath,
            KeyPath + ".next",
            KeyPath + ".lock",
            KeyPath + ".mk_0123456789abcdef.old",
            Path.Combine(_folder, $"other.key.{Guid.NewGuid():N}"),
        ];
        var left = $"{KeyPath}.{Guid.NewGuid():N}";
        var leftOfNext = $"{KeyPath}.next.{Guid.NewGuid():N}";
        var young = $"{KeyPath}.{Guid.NewGuid():N}";
        foreach (var file in (string[])[.. kept, left, leftOfNext])
        {
            File.WriteAllText(file, "key");
            File.SetLastWriteTimeUtc(file, now.UtcDateTime.AddHours(-2));
        }

        File.WriteAllText(young, "key");

        new KeyFile(KeyPath).RemoveUnfinished(now);

        Directory.GetFiles(_folder).Order().ShouldBe(((string[])[.. kept, young]).Order());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
