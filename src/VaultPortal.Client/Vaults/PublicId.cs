using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VaultPortal.Client;

/// <summary>Ids are chosen by the client: 4 bytes of time, which keep the database's index short, and 8 random ones.</summary>
public static class PublicId
{
    /// <summary>A new id: 24 lower-case hexadecimal characters.</summary>
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(
            bytes,
            (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()
        );
        RandomNumberGenerator.Fill(bytes[4..]);
        return Convert.ToHexStringLower(bytes);
    }
}
