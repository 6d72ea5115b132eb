using System.Security.Cryptography;

namespace VaultPortal.Core.Checkpoints;

/// <summary>
/// How older summary checkpoints are kept (machine.md section 4): as the difference from the one that came after, and the hash of what
/// was signed. A rebuilt text that does not have that hash is never answered.
/// </summary>
internal static class SummaryTexts
{
    /// <summary>
    /// Every so many versions one stays whole: it bounds how far a read has to walk, and what one broken row can take with it.
    /// </summary>
    public const int WholeEvery = 100;

    /// <summary>The longest text that a request can bring, with room: canonical JSON is not longer than what was sent.</summary>
    private const int Longest = 16 << 20;

    /// <summary>What is kept instead of <paramref name="text"/> once <paramref name="next"/> follows it; null = it stays whole.</summary>
    public static byte[]? Shorten(long version, byte[] text, byte[] next)
    {
        if (version % WholeEvery == 0)
        {
            return null;
        }

        var steps = TextDelta.Make(next, text);
        // What is written here is read years later: it is tried at once, and a summary that it does not give back stays whole.
        return
            steps.Length < text.Length
            && TextDelta.Apply(next, steps, Longest).AsSpan().SequenceEqual(text)
            ? steps
            : null;
    }

    /// <summary>The text that was signed, of what is kept and of the next one's signed text.</summary>
    /// <exception cref="InvalidDataException">What is kept does not give the text that was signed.</exception>
    public static byte[] Rebuild(KeptText kept, byte[]? next)
    {
        if (kept.Hash is null)
        {
            return kept.Text;
        }

        var text = TextDelta.Apply(next, kept.Text, Longest);
        return SHA256.HashData(text).AsSpan().SequenceEqual(kept.Hash)
            ? text
            : throw new InvalidDataException(
                $"Version {kept.Version} of a summary checkpoint cannot be rebuilt: it is not what was signed."
            );
    }
}
