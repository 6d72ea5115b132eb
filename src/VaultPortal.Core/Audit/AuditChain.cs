using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Audit;

/// <summary>The form of an entry and how entries are chained. Pure.</summary>
internal static class AuditChain
{
    /// <summary>The size of an entry's hash.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>The hash of an entry: SHA-256 over the previous hash and the text, which lie one behind the other in <paramref name="hashAndText"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> hashAndText, Span<byte> hash) =>
        SHA256.HashData(hashAndText, hash);

    /// <summary>
    /// Writes an entry in canonical JSON (RFC 8785, section 3.2: members sorted, no white space). By hand, because every write
    /// of the product passes here; a test compares it with <c>CanonicalJson</c>.
    /// </summary>
    public static void Write(in AuditEvent entry, long sequence, ArrayBufferWriter<byte> to)
    {
        to.Write("{\"action\":"u8);
        WriteString(entry.Action, to);
        to.Write(",\"actor\":"u8);
        WriteString(entry.Caller.Actor, to);
        to.Write(",\"correlationId\":"u8);
        WriteString(entry.Caller.CorrelationId, to);
        if (entry.Count is { } count)
        {
            to.Write(",\"count\":"u8);
            WriteNumber(count, to);
        }

        to.Write(",\"outcome\":"u8);
        WriteString(entry.Outcome, to);
        to.Write(",\"sequence\":"u8);
        WriteNumber(sequence, to);
        to.Write(",\"source\":"u8);
        if (entry.Caller.Source is { } source)
        {
            WriteString(source.ToString(), to);
        }
        else
        {
            to.Write("null"u8);
        }

        to.Write(",\"target\":"u8);
        WriteString(entry.Target, to);
        to.Write(",\"time\":\""u8);
        WriteTime(entry.Time, to);
        to.Write("\"}"u8);
    }

    private static void WriteNumber(long value, ArrayBufferWriter<byte> to)
    {
        value.TryFormat(to.GetSpan(20), out var written);
        to.Advance(written);
    }

    private static void WriteTime(DateTimeOffset time, ArrayBufferWriter<byte> to)
    {
        time.UtcDateTime.TryFormat(
            to.GetSpan(24),
            out var written,
            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            null
        );
        to.Advance(written);
    }

    /// <summary>A lone surrogate, which no JSON text can hold, becomes U+FFFD: no text of a caller may keep an entry from being written.</summary>
    private static void WriteString(string value, ArrayBufferWriter<byte> to)
    {
        try
        {
            CanonicalJson.WriteString(value, to);
        }
        catch (CanonicalJsonException)
        {
            CanonicalJson.WriteString(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)), to);
        }
    }
}
