using System.Buffers;
using System.Text;
using System.Text.Unicode;
using VaultPortal.Core.Common;
using VaultPortal.Core.Secrets;

namespace VaultPortal.Api.Shared;

/// <summary>
/// <c>.env</c> files: lines of <c>KEY=value</c>, perhaps after <c>export</c>; lines that are empty or begin with <c>#</c> say nothing.
/// A value without quotes ends with its line or before a <c>#</c> after white space, and is trimmed. One in single quotes is taken as
/// it stands; one in double quotes knows <c>\n \r \t \" \\ \$ \`</c>, any other backslash stands for itself. Quoted values may go over
/// several lines. Nothing is expanded.
/// </summary>
internal static class EnvironmentFile
{
    /// <summary>Reads a file; the first fault is left in <paramref name="input"/>, with its line and without any value.</summary>
    public static IReadOnlyList<ImportEntry> Read(JsonInput input, ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
        {
            Fail(input, "The file is not valid UTF-8.");
            return [];
        }

        var reader = new Reader(
            utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8.Span[3..] : utf8.Span
        );
        var entries = new List<ImportEntry>();
        while (reader.NextLine())
        {
            if (reader.Entry(input) is { } entry)
            {
                entries.Add(entry);
            }
            else if (reader.Problem is { } problem)
            {
                Fail(input, $"Line {reader.Line}: {problem}");
                return [];
            }
        }

        return entries;
    }

    /// <summary>One line, with the value in double quotes such that neither this reader nor a shell reads anything else in it.</summary>
    public static void Write(IBufferWriter<byte> file, string key, ReadOnlySpan<byte> value)
    {
        Encoding.UTF8.GetBytes(key, file);
        file.Write("=\""u8);
        foreach (var octet in value)
        {
            switch (octet)
            {
                case (byte)'\n':
                    file.Write("\\n"u8);
                    break;
                case (byte)'\r':
                    file.Write("\\r"u8);
                    break;
                case (byte)'"' or (byte)'\\' or (byte)'$' or (byte)'`':
                    file.Write([(byte)'\\', octet]);
                    break;
                default:
                    file.Write([octet]);
                    break;
            }
        }

        file.Write("\"\n"u8);
    }

    private static void Fail(JsonInput input, string message) =>
        input.Fail(JsonPointer.Root, message, InputFault.Malformed);

    private ref struct Reader(ReadOnlySpan<byte> file)
    {
        private const string Unended = "The quote that opens the value is not closed.";
        private const string AfterQuote =
            "After the quote that closes the value only a comment may follow.";

        private ReadOnlySpan<byte> _rest = file;
        private int _next = 1;

        /// <summary>The line at which the present entry begins, counted from 1.</summary>
        public int Line { get; private set; }

        public string? Problem { get; private set; }

        public bool NextLine()
        {
            Line = _next;
            return !_rest.IsEmpty;
        }

        /// <summary>What the present line says, with all lines that belong to it; null when it says nothing or has a problem.</summary>
        public ImportEntry? Entry(JsonInput input)
        {
            SkipBlanks();
            if (_rest.IsEmpty || _rest[0] is (byte)'#' or (byte)'\n')
            {
                SkipLine();
                return null;
            }

            var line = _rest[..EndOfLine()];
            var equals = line.IndexOf((byte)'=');
            if (equals < 0)
            {
                Problem = "A line has the form KEY=value.";
                return null;
            }

            var key = Key(line[..equals]);
            _rest = _rest[(equals + 1)..];
            SkipBlanks();
            var value = Value(input);
            return value is null
                ? null
                : new ImportEntry
                {
                    Line = Line,
                    Key = key,
                    Value = value,
                };
        }

        private static string Key(ReadOnlySpan<byte> text)
        {
            var key = text.Trim(" \t\r"u8);
            var export = "export"u8;
            return Encoding.UTF8.GetString(
                key.StartsWith(export)
                && key.Length > export.Length
                && key[export.Length] is (byte)' ' or (byte)'\t'
                    ? key[export.Length..].Trim(" \t"u8)
                    : key
            );
        }

        private byte[]? Value(JsonInput input) =>
            _rest.IsEmpty ? []
            : _rest[0] == (byte)'\'' ? Literal(input)
            : _rest[0] == (byte)'"' ? Quoted(input)
            : Bare(input);

        private byte[] Bare(JsonInput input)
        {
            var line = _rest[..EndOfLine()];
            for (var i = 0; i < line.Length; i++)
            {
                if (line[i] == (byte)'#' && (i == 0 || line[i - 1] is (byte)' ' or (byte)'\t'))
                {
                    line = line[..i];
                    break;
                }
            }

            SkipLine();
            return input.Keep(line.Trim(" \t\r"u8).ToArray());
        }

        private byte[]? Literal(JsonInput input)
        {
            var length = _rest[1..].IndexOf((byte)'\'');
            if (length < 0)
            {
                Problem = Unended;
                return null;
            }

            var value = input.Keep(_rest.Slice(1, length).ToArray());
            return Close(length + 2) ? value : null;
        }

        private byte[]? Quoted(JsonInput input)
        {
            var end = EndOfQuoted();
            if (end < 0)
            {
                Problem = Unended;
                return null;
            }

            var text = _rest[1..end];
            var unescaped = input.Keep(new byte[text.Length]);
            var length = 0;
            for (var i = 0; i < text.Length; i++)
            {
                var octet = text[i];
                if (octet == (byte)'\\' && i + 1 < text.Length && Escaped(text[i + 1]) is { } meant)
                {
                    octet = meant;
                    i++;
                }

                unescaped[length++] = octet;
            }

            return Close(end + 1) ? input.Keep(unescaped[..length]) : null;
        }

        private readonly int EndOfQuoted()
        {
            for (var i = 1; i < _rest.Length; i++)
            {
                if (_rest[i] == (byte)'"')
                {
                    return i;
                }

                if (_rest[i] == (byte)'\\')
                {
                    i++;
                }
            }

            return -1;
        }

        private static byte? Escaped(byte letter) =>
            letter switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'"' or (byte)'\\' or (byte)'$' or (byte)'`' => letter,
                _ => null,
            };

        /// <summary>Goes past a quoted value and the rest of its last line.</summary>
        private bool Close(int length)
        {
            _next += _rest[..length].Count((byte)'\n');
            _rest = _rest[length..];
            SkipBlanks();
            if (!_rest.IsEmpty && _rest[0] is not ((byte)'#' or (byte)'\n'))
            {
                Problem = AfterQuote;
                return false;
            }

            SkipLine();
            return true;
        }

        private readonly int EndOfLine()
        {
            var end = _rest.IndexOf((byte)'\n');
            return end < 0 ? _rest.Length : end;
        }

        private void SkipLine()
        {
            var end = EndOfLine();
            _rest = _rest[Math.Min(end + 1, _rest.Length)..];
            _next++;
        }

        private void SkipBlanks() => _rest = _rest.TrimStart(" \t\r"u8);
    }
}
