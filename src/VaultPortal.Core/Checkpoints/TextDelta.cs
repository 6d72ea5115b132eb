using System.Buffers;

namespace VaultPortal.Core.Checkpoints;

/// <summary>
/// The difference between two texts that are mostly the same, for rebuilding the one from the other byte by byte.
/// <para>
/// Form: one step after another, each beginning with a number n in LEB128 (little-endian base 128, seven bits a byte, the highest
/// bit set on all but the last). Even n: copy n/2 bytes of the base, from an offset that follows as another such number. Odd n:
/// the n/2 bytes that follow are new.
/// </para>
/// What both begin and end with is one step each, which is all there is to most changes. What is left between them is cut after a
/// <c>}</c>, where the elements of a checkpoint's lists end, and pieces are looked up whole, wherever they stand in the base: the
/// lists are sets, so a client may send them in another order each time.
/// </summary>
internal static class TextDelta
{
    private const byte ElementEnd = (byte)'}';

    /// <summary>No element is shorter; names that are full of braces make no more pieces than there are elements.</summary>
    private const int ShortestPiece = 32;

    /// <summary>Steps that make <paramref name="text"/> of <paramref name="source"/>.</summary>
    public static byte[] Make(ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> text)
    {
        var head = source.Span.CommonPrefixLength(text.Span);
        var tail = CommonSuffixLength(source.Span[head..], text.Span[head..]);
        var steps = new ArrayBufferWriter<byte>();
        WriteCopy(steps, 0, head);
        WriteMiddle(steps, source[head..^tail], text[head..^tail], head);
        WriteCopy(steps, source.Length - tail, tail);
        return steps.WrittenSpan.ToArray();
    }

    private static int CommonSuffixLength(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var same = 0;
        for (var most = Math.Min(left.Length, right.Length); same < most; same++)
        {
            if (left[^(same + 1)] != right[^(same + 1)])
            {
                break;
            }
        }

        return same;
    }

    /// <param name="offset">Where <paramref name="source"/> stands in the base.</param>
    private static void WriteMiddle(
        ArrayBufferWriter<byte> steps,
        ReadOnlyMemory<byte> source,
        ReadOnlyMemory<byte> text,
        int offset
    )
    {
        if (text.Length < ShortestPiece)
        {
            WriteFresh(steps, text.Span);
            return;
        }

        var pieces = PiecesOf(source);
        var (copyFrom, copyLength, freshFrom, freshLength) = (0, 0, 0, 0);
        for (var at = 0; at < text.Length; )
        {
            var piece = PieceAt(text, at);
            if (FindIn(source, pieces, piece, copyFrom + copyLength) is { } from)
            {
                WriteFresh(steps, text.Span.Slice(freshFrom, freshLength));
                freshLength = 0;
                if (from != copyFrom + copyLength)
                {
                    WriteCopy(steps, offset + copyFrom, copyLength);
                    (copyFrom, copyLength) = (from, 0);
                }

                copyLength += piece.Length;
            }
            else
            {
                WriteCopy(steps, offset + copyFrom, copyLength);
                (copyFrom, copyLength) = (copyFrom + copyLength, 0);
                freshFrom = freshLength == 0 ? at : freshFrom;
                freshLength += piece.Length;
            }

            at += piece.Length;
        }

        WriteFresh(steps, text.Span.Slice(freshFrom, freshLength));
        WriteCopy(steps, offset + copyFrom, copyLength);
    }

    /// <summary>The text that the steps make of <paramref name="source"/>.</summary>
    /// <exception cref="InvalidDataException">The steps are none, or are not for this source, or make more than <paramref name="most"/> bytes.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> source, ReadOnlySpan<byte> steps, int most)
    {
        var text = new ArrayBufferWriter<byte>(Math.Max(source.Length, 1));
        while (!steps.IsEmpty)
        {
            var step = ReadNumber(ref steps);
            var length = step >> 1;
            if (length > (ulong)(most - text.WrittenCount))
            {
                throw Broken();
            }

            if ((step & 1) == 0)
            {
                text.Write(Part(source, ReadNumber(ref steps), length));
            }
            else
            {
                text.Write(Part(steps, 0, length));
                steps = steps[(int)length..];
            }
        }

        return text.WrittenSpan.ToArray();
    }

    private static Dictionary<ReadOnlyMemory<byte>, int> PiecesOf(ReadOnlyMemory<byte> source)
    {
        var pieces = new Dictionary<ReadOnlyMemory<byte>, int>(ByContent.Instance);
        for (var at = 0; at < source.Length; )
        {
            var piece = PieceAt(source, at);
            pieces.TryAdd(piece, at);
            at += piece.Length;
        }

        return pieces;
    }

    private static ReadOnlyMemory<byte> PieceAt(ReadOnlyMemory<byte> text, int at)
    {
        var rest = text[at..];
        if (rest.Length <= ShortestPiece)
        {
            return rest;
        }

        var end = rest.Span[(ShortestPiece - 1)..].IndexOf(ElementEnd);
        return end < 0 ? rest : rest[..(ShortestPiece + end)];
    }

    /// <summary>Where the piece stands in the source: at best right after the last one that was copied, so that one step is enough.</summary>
    private static int? FindIn(
        ReadOnlyMemory<byte> source,
        Dictionary<ReadOnlyMemory<byte>, int> pieces,
        ReadOnlyMemory<byte> piece,
        int next
    ) =>
        source.Span[next..].StartsWith(piece.Span) ? next
        : pieces.TryGetValue(piece, out var at) ? at
        : null;

    private static void WriteCopy(ArrayBufferWriter<byte> steps, int from, int length)
    {
        if (length > 0)
        {
            WriteNumber(steps, (ulong)length << 1);
            WriteNumber(steps, (ulong)from);
        }
    }

    private static void WriteFresh(ArrayBufferWriter<byte> steps, ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            WriteNumber(steps, ((ulong)bytes.Length << 1) | 1);
            steps.Write(bytes);
        }
    }

    private static void WriteNumber(ArrayBufferWriter<byte> steps, ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            steps.Write([(byte)(number | 0x80)]);
        }

        steps.Write([(byte)number]);
    }

    private static ulong ReadNumber(ref ReadOnlySpan<byte> steps)
    {
        var number = 0UL;
        for (var i = 0; i < 5 && i < steps.Length; i++)
        {
            number |= (ulong)(steps[i] & 0x7f) << (7 * i);
            if (steps[i] < 0x80)
            {
                steps = steps[(i + 1)..];
                return number;
            }
        }

        throw Broken();
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, ulong from, ulong length) =>
        from <= (ulong)bytes.Length && length <= (ulong)bytes.Length - from
            ? bytes.Slice((int)from, (int)length)
            : throw Broken();

    private static InvalidDataException Broken() =>
        new("The difference between two checkpoints is broken.");

    private sealed class ByContent : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static readonly ByContent Instance = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) =>
            x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> bytes)
        {
            // Seeded for each process: whoever writes the texts cannot choose pieces that collide.
            var hash = new HashCode();
            hash.AddBytes(bytes.Span);
            return hash.ToHashCode();
        }
    }
}
