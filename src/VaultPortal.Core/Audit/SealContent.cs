using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Audit;

/// <summary>What a seal says, and its two forms: the text that is signed, and the line that sinks get.</summary>
/// <param name="ChainId">The chain.</param>
/// <param name="Sequence">The last entry that it covers.</param>
/// <param name="HeadHash">The hash of that entry.</param>
/// <param name="PreviousSeal">The hash of the seal before; null for the first.</param>
/// <param name="Time">When it was made.</param>
/// <param name="Key">The signer's fingerprint, 64 hexadecimal characters.</param>
internal sealed record SealContent(
    string ChainId,
    long Sequence,
    byte[] HeadHash,
    byte[]? PreviousSeal,
    string Time,
    string Key
)
{
    private static readonly byte[] Prefix = "vaultportal:audit-seal\n"u8.ToArray();

    /// <summary>Canonical JSON (RFC 8785).</summary>
    public string ToText()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("chainId", ChainId);
            json.WriteString("headHash", Convert.ToHexStringLower(HeadHash));
            json.WriteString("key", Key);
            json.WriteString(
                "previousSeal",
                PreviousSeal is null ? null : Convert.ToHexStringLower(PreviousSeal)
            );
            json.WriteNumber("sequence", Sequence);
            json.WriteString("time", Time);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(CanonicalJson.Canonicalize(buffer.WrittenSpan));
    }

    /// <summary>What is signed.</summary>
    public static byte[] Message(string text) => [.. Prefix, .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>The line of a sink: the seal as a JSON object of its own, its signature and the public key.</summary>
    public static string ToLine(AuditSeal seal) =>
        $$"""{"publicKey":"{{Convert.ToBase64String(seal.PublicKey)}}","seal":{{seal.Text}},"signature":"{{Convert.ToBase64String(seal.Signature)}}"}""";

    /// <summary>Reads a sink's line; false when it is none.</summary>
    public static bool TryReadLine(string line, [NotNullWhen(true)] out AuditSeal? seal)
    {
        seal = null;
        try
        {
            using var json = JsonDocument.Parse(line);
            var text = Encoding.UTF8.GetString(
                CanonicalJson.Canonicalize(json.RootElement.GetProperty("seal"))
            );
            seal = new AuditSeal
            {
                Sequence = json.RootElement.GetProperty("seal").GetProperty("sequence").GetInt64(),
                Text = text,
                Hash = Hash(text),
                Signature = json.RootElement.GetProperty("signature").GetBytesFromBase64(),
                PublicKey = json.RootElement.GetProperty("publicKey").GetBytesFromBase64(),
                CreatedAt = DateTimeOffset.UnixEpoch,
            };
            return true;
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or CanonicalJsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
            )
        {
            return false;
        }
    }

    /// <summary>What a seal says, when its text is one, its hash is right and its signature is the named key's; else null.</summary>
    public static SealContent? Verified(AuditSeal seal)
    {
        var content = Read(seal.Text);
        if (
            content is null
            || content.Sequence != seal.Sequence
            || !Hash(seal.Text).AsSpan().SequenceEqual(seal.Hash)
        )
        {
            return null;
        }

        try
        {
            var key = VerificationKey.FromSpki(seal.PublicKey, SignatureAlgorithm.Ed25519);
            return
                key.FingerprintHex == content.Key && key.Verify(Message(seal.Text), seal.Signature)
                ? content
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static SealContent? Read(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            return new SealContent(
                root.GetProperty("chainId").GetString()!,
                root.GetProperty("sequence").GetInt64(),
                Convert.FromHexString(root.GetProperty("headHash").GetString()!),
                root.GetProperty("previousSeal").GetString() is { } previous
                    ? Convert.FromHexString(previous)
                    : null,
                root.GetProperty("time").GetString()!,
                root.GetProperty("key").GetString()!
            );
        }
        catch (Exception exception)
            when (exception
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentNullException
            )
        {
            return null;
        }
    }
}
