using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using VaultPortal.Core.Common;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// What a <c>.env</c> file says. One <c>KEY=value</c> a line, with or without <c>export</c> before it; blank lines and lines that begin
/// with <c>#</c> say nothing. A value is
/// <list type="bullet">
/// <item>bare: up to the end of the line, or to a <c>#</c> after a blank, without blanks at its ends;</item>
/// <item>in single quotes: as it stands;</item>
/// <item>in double quotes: with the escapes <c>\n \r \t \\ \" \' \$ \`</c> and no other.</item>
/// </list>
/// Quoted values may go over several lines, whose ends count as <c>\n</c>. Nothing is substituted. Values are UTF-8; disposing zeroes
/// them.
/// </summary>
public sealed class EnvDocument : IDisposable
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\"\\$`\n\r"u8);

    private readonly byte[] _values;

    private EnvDocument(byte[] values, IReadOnlyList<ImportEntry> entries) =>
        (_values, Entries) = (values, entries);

    /// <summary>In the order of the file. Keys are as they were written, good or not.</summary>
    public IReadOnlyList<ImportEntry> Entries { get; }

    /// <summary>Reads a file; a refusal names the line and repeats nothing of it.</summary>
    public static Result<EnvDocument> Parse(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return VaultError.Invalid("", "The file is not valid UTF-8.");
        }

        // A value is never longer than what it was written as.
        var values = new byte[utf8.Length];
        var reader = new Reader(
            utf8.StartsWith("\uFEFF"u8) ? utf8["\uFEFF"u8.Length..] : utf8,
            values
        );
        var entries = new List<ImportEntry>();
        while (reader.Next(entries)) { }

        if (reader.Problem is { } problem)
        {
            CryptographicOperations.ZeroMemory(values);
            return problem;
        }

        return new EnvDocument(values, entries);
    }

    /// <summary>
    /// Writes one line, the value in double quotes; <see cref="Parse"/> reads the same again. Nor does a shell that sources the file
    /// find anything to expand or to run in it.
    /// </summary>
    public static void Write(IBufferWriter<byte> output, string key, ReadOnlySpan<byte> value)
    {
        Encoding.ASCII.GetBytes(key, output);
        output.Write("=\""u8);
        while (value.IndexOfAny(Escaped) is var at and >= 0)
        {
            output.Write(value[..at]);
            output.Write(
                value[at] switch
                {
                    (byte)'\n' => "\\n"u8,
                    (byte)'\r' => "\\r"u8,
                    (byte)'"' => "\\\""u8,
                    (byte)'$' => "\\$"u8,
                    (byte)'`' => "\\`"u8,
                    _ => "\\\\"u8,
                }
            );
            value = value[(at + 1)..];
        }

        output.Write(value);
        output.Write("\"\n"u8);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_values);

    private ref struct Reader(ReadOnlySpan<byte> text, byte[] values)
    {
        private readonly byte[] _values = values;
        private ReadOnlySpan<byte> _rest = text;
        private int _line = 1;
        private int _used;

        public VaultError? Problem { get; private set; }

        /// <summary>Reads a line, or several where a quoted value goes over them; false at the end or at a fault.</summary>
        public bool Next(List<ImportEntry> entries)
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            SkipBlanks();
            if (AtLineEnd() || _rest[0] == '#')
            {
                EndLine();
                return true;
            }

            var line = _line;
            var written = _rest[..LineLength()];
            var equals = written.IndexOf((byte)'=');
            if (equals < 0)
            {
                return Fail("KEY=value is expected.");
            }

            var key = Encoding.UTF8.GetString(WithoutExport(written[..equals]).TrimEnd(Blanks));
            _rest = _rest[(equals + 1)..];
            SkipBlanks();
            var start = _used;
            if (!ReadValue())
            {
                return false;
            }

            entries.Add(
                new ImportEntry
                {
                    Line = line,
                    Key = key,
                    Value = _values.AsMemory(start, _used - start),
                }
            );
            return true;
        }

        private static ReadOnlySpan<byte> Blanks => " \t"u8;

        private static ReadOnlySpan<byte> WithoutExport(ReadOnlySpan<byte> key)
        {
            var export = "export"u8;
            return
                key.Length > export.Length
                && key.StartsWith(export)
                && Blanks.Contains(key[export.Length])
                ? key[export.Length..].TrimStart(Blanks)
                : key;
        }

        private bool ReadValue() =>
            _rest.IsEmpty ? true
            : _rest[0] == '"' ? ReadQuoted((byte)'"')
            : _rest[0] == '\'' ? ReadQuoted((byte)'\'')
            : ReadBare();

        private bool ReadBare()
        {
            var value = _rest[..LineLength()];
            for (var i = 0; i < value.Length; i++)
            {
                // A value that begins with '#' right after '=' is a value; after a blank it is a comment.
                if (value[i] == '#' && (i > 0 ? Blanks.Contains(value[i - 1]) : _blankBefore))
                {
                    value = value[..i];
                }
            }

            value = value.TrimEnd(Blanks);
            value.CopyTo(_values.AsSpan(_used));
            _used += value.Length;
            EndLine();
            return true;
        }

        private bool ReadQuoted(byte quote)
        {
            var opened = _line;
            _rest = _rest[1..];
            while (!_rest.IsEmpty && _rest[0] != quote)
            {
                if (_rest[0] == '\\' && quote == '"')
                {
                    if (!ReadEscape())
                    {
                        return false;
                    }
                }
                else if (_rest[0] == '\r' && _rest.Length > 1 && _rest[1] == '\n')
                {
                    _rest = _rest[1..];
                }
                else
                {
                    _line += _rest[0] == '\n' ? 1 : 0;
                    Put(_rest[0]);
                    _rest = _rest[1..];
                }
            }

            if (_rest.IsEmpty)
            {
                _line = opened;
                return Fail("The quote that opens here is not closed.");
            }

            _rest = _rest[1..];
            SkipBlanks();
            if (!AtLineEnd() && _rest[0] != '#')
            {
                return Fail("Nothing but a comment may follow the closing quote.");
            }

            EndLine();
            return true;
        }

        private bool ReadEscape()
        {
            var meant =
                _rest.Length < 2
                    ? (byte)0
                    : _rest[1] switch
                    {
                        (byte)'n' => (byte)'\n',
                        (byte)'r' => (byte)'\r',
                        (byte)'t' => (byte)'\t',
                        (byte)'\\' or (byte)'"' or (byte)'\'' or (byte)'$' or (byte)'`' => _rest[1],
                        _ => (byte)0,
                    };
            if (meant == 0)
            {
                return Fail(
                    @"After a backslash in double quotes stands one of n r t \ "" ' $ `; write \\ for a backslash."
                );
            }

            Put(meant);
            _rest = _rest[2..];
            return true;
        }

        private void Put(byte value) => _values[_used++] = value;

        private bool _blankBefore;

        private void SkipBlanks()
        {
            var trimmed = _rest.TrimStart(Blanks);
            _blankBefore = trimmed.Length < _rest.Length;
            _rest = trimmed;
        }

        private readonly bool AtLineEnd() =>
            _rest.IsEmpty || _rest[0] == '\n' || _rest.StartsWith("\r\n"u8);

        /// <summary>Up to the end of the line, which is <c>\n</c> or <c>\r\n</c>.</summary>
        private readonly int LineLength()
        {
            var end = _rest.IndexOf((byte)'\n');
            return end < 0 ? _rest.Length
                : end > 0 && _rest[end - 1] == '\r' ? end - 1
                : end;
        }

        private void EndLine()
        {
            var end = _rest.IndexOf((byte)'\n');
            _rest = end < 0 ? [] : _rest[(end + 1)..];
            _line++;
        }

        private bool Fail(string message)
        {
            Problem = VaultError.Invalid(
                "",
                string.Create(CultureInfo.InvariantCulture, $"Line {_line}: {message}")
            ) with
            {
                Details = new Dictionary<string, object?> { ["line"] = _line },
            };
            return false;
        }
    }
}
