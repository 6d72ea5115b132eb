using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace VaultPortal.Cryptography;

/// <summary>
/// Builds one canonical text in a rented buffer, in a single pass over the tokens: members are written as they come and an
/// object whose members came out of order is rearranged when it ends. The caller calls <see cref="Release"/> in any case.
/// </summary>
internal ref struct CanonicalJsonBuilder(int sizeHint)
{
    private const int InsertionSortLimit = 24;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint + 16, 256));
    private int length;

    // The members of all objects that are open, innermost last.
    private Member[] members = ArrayPool<Member>.Shared.Rent(32);
    private int memberCount;

    public readonly ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public readonly void Release()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        ArrayPool<Member>.Shared.Return(members);
    }

    public void AppendDocument(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8Json);
            reader.Read();
            AppendValue(ref reader);
            reader.Read();
        }
        catch (JsonException)
        {
            // The reader's message quotes the text, so it goes no further.
            throw new CanonicalJsonException("Not one JSON text of at most 64 levels.");
        }
    }

    private void AppendValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                AppendObject(ref reader);
                break;
            case JsonTokenType.StartArray:
                AppendArray(ref reader);
                break;
            case JsonTokenType.String:
                AppendString(ref reader);
                break;
            case JsonTokenType.Number:
                AppendNumber(reader.ValueSpan);
                break;
            default:
                AppendRaw(reader.ValueSpan); // null, true, false
                break;
        }
    }

    private void AppendObject(ref Utf8JsonReader reader)
    {
        var start = length;
        var first = memberCount;
        var sorted = true;
        AppendByte((byte)'{');
        for (reader.Read(); reader.TokenType != JsonTokenType.EndObject; reader.Read())
        {
            if (memberCount > first)
            {
                AppendByte((byte)',');
            }

            var at = length;
            AppendString(ref reader);
            var nameLength = length - at - 2;
            AppendByte((byte)':');
            reader.Read();
            AppendValue(ref reader);
            Push(new Member(at, nameLength, length - at));
            sorted =
                sorted
                && (
                    memberCount - first == 1
                    || Compare(members[memberCount - 2], members[memberCount - 1]) < 0
                );
        }

        AppendByte((byte)'}');
        if (!sorted)
        {
            Rearrange(start, members.AsSpan(first, memberCount - first));
        }

        memberCount = first;
    }

    private void AppendArray(ref Utf8JsonReader reader)
    {
        AppendByte((byte)'[');
        var first = true;
        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (!first)
            {
                AppendByte((byte)',');
            }

            first = false;
            AppendValue(ref reader);
        }

        AppendByte((byte)']');
    }

    private void AppendString(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            AppendUnescaped(ref reader);
            return;
        }

        // Without an escape the text is canonical already; the reader has refused bare control characters, not bad UTF-8.
        var text = reader.ValueSpan;
        if (!Utf8.IsValid(text))
        {
            throw new CanonicalJsonException("A string is not valid UTF-8.");
        }

        Reserve(text.Length + 2);
        buffer[length] = (byte)'"';
        text.CopyTo(buffer.AsSpan(length + 1));
        length += text.Length + 2;
        buffer[length - 1] = (byte)'"';
    }

    private void AppendUnescaped(ref Utf8JsonReader reader)
    {
        var rented = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            var text = rented.AsSpan(0, reader.CopyString(rented));
            Reserve(CanonicalString.MaxLength(text));
            length += CanonicalString.Format(text, buffer.AsSpan(length));
        }
        catch (InvalidOperationException)
        {
            throw new CanonicalJsonException("A string holds a lone surrogate or invalid UTF-8.");
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    private void AppendNumber(ReadOnlySpan<byte> number)
    {
        if (CanonicalNumber.IsCanonicalInteger(number))
        {
            AppendRaw(number);
            return;
        }

        Reserve(CanonicalNumber.MaxLength);
        length += CanonicalNumber.Format(number, buffer.AsSpan(length));
    }

    private void AppendRaw(ReadOnlySpan<byte> text)
    {
        Reserve(text.Length);
        text.CopyTo(buffer.AsSpan(length));
        length += text.Length;
    }

    private void AppendByte(byte value)
    {
        Reserve(1);
        buffer[length++] = value;
    }

    private void Reserve(int count)
    {
        if (buffer.Length - length < count)
        {
            Grow(ref buffer, length, count);
        }
    }

    private void Push(Member member)
    {
        if (memberCount == members.Length)
        {
            Grow(ref members, memberCount, 1);
        }

        members[memberCount++] = member;
    }

    private static void Grow<T>(ref T[] array, int used, int count)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(checked(used + count), array.Length * 2));
        array.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }

    /// <summary>Sorts the members of the object that begins at <paramref name="start"/> and ends the buffer.</summary>
    private readonly void Rearrange(int start, Span<Member> unordered)
    {
        Sort(unordered);
        var rented = ArrayPool<byte>.Shared.Rent(length - start);
        var at = 0;
        for (var i = 0; i < unordered.Length; i++)
        {
            if (i > 0)
            {
                if (Compare(unordered[i - 1], unordered[i]) == 0)
                {
                    ArrayPool<byte>.Shared.Return(rented);
                    throw new CanonicalJsonException("A member stands twice in one object.");
                }

                rented[at++] = (byte)',';
            }

            buffer.AsSpan(unordered[i].Start, unordered[i].Length).CopyTo(rented.AsSpan(at));
            at += unordered[i].Length;
        }

        rented.AsSpan(0, at).CopyTo(buffer.AsSpan(start + 1));
        ArrayPool<byte>.Shared.Return(rented);
    }

    private readonly void Sort(Span<Member> unordered)
    {
        if (unordered.Length > InsertionSortLimit)
        {
            var text = buffer;
            unordered.Sort(
                (left, right) => CanonicalString.Compare(left.Name(text), right.Name(text))
            );
            return;
        }

        for (var i = 1; i < unordered.Length; i++)
        {
            var member = unordered[i];
            var j = i;
            for (; j > 0 && Compare(unordered[j - 1], member) > 0; j--)
            {
                unordered[j] = unordered[j - 1];
            }

            unordered[j] = member;
        }
    }

    private readonly int Compare(Member left, Member right) =>
        CanonicalString.Compare(left.Name(buffer), right.Name(buffer));

    /// <summary>Where a member ("name":value) stands in the buffer; the name's length is without quotes.</summary>
    private readonly record struct Member(int Start, int NameLength, int Length)
    {
        public ReadOnlySpan<byte> Name(byte[] text) => text.AsSpan(Start + 1, NameLength);
    }
}
