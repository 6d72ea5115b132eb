using System.Security.Cryptography;
using System.Text;
using Shouldly;
using VaultPortal.Core.Checkpoints;
using Xunit;

namespace VaultPortal.Tests.Unit.Checkpoints;

public sealed class SummaryTextsTests
{
    private static readonly byte[] Older = Text(41);
    private static readonly byte[] Newer = Text(42);

    [Fact]
    public void Older_summary_is_kept_short_and_rebuilt()
    {
        var steps = SummaryTexts.Shorten(41, Older, Newer).ShouldNotBeNull();

        steps.Length.ShouldBeLessThan(Older.Length);
        SummaryTexts
            .Rebuild(new KeptText(41, steps, SHA256.HashData(Older)), Newer)
            .ShouldBe(Older);
    }

    [Fact]
    public void Every_hundredth_stays_whole() =>
        SummaryTexts.Shorten(200, Text(200), Text(201)).ShouldBeNull();

    [Fact]
    public void Summary_that_shares_nothing_with_the_next_stays_whole() =>
        SummaryTexts.Shorten(1, "{\"a\":1}"u8.ToArray(), "[]"u8.ToArray()).ShouldBeNull();

    [Fact]
    public void Rebuilding_from_a_changed_text_is_an_error()
    {
        var kept = new KeptText(
            41,
            SummaryTexts.Shorten(41, Older, Newer)!,
            SHA256.HashData(Older)
        );
        var changed = (byte[])Newer.Clone();
        changed[20] ^= 1;

        Should.Throw<InvalidDataException>(() => SummaryTexts.Rebuild(kept, changed));
    }

    [Fact]
    public void Rebuilding_by_changed_steps_is_an_error()
    {
        var steps = SummaryTexts.Shorten(41, Older, Newer)!;
        steps[^1] ^= 1;

        Should.Throw<InvalidDataException>(() =>
            SummaryTexts.Rebuild(new KeptText(41, steps, SHA256.HashData(Older)), Newer)
        );
    }

    private static byte[] Text(int version) =>
        Encoding.UTF8.GetBytes(
            "{\"items\":["
                + string.Join(
                    ',',
                    Enumerable.Range(0, version).Select(i => $$"""{"id":"{{i:x24}}"}""")
                )
                + $"],\"version\":{version}}}"
        );
}
