using System.Buffers.Binary;

namespace VaultPortal.Core.Secrets;

/// <summary>
/// What a sealed value belongs to, as additional data of its sealing: a ciphertext that is moved to another version, secret or store
/// does not open.
/// <code>"vaultportal:secret-value:v1" (ASCII, names the format) | store (1 byte) | public id (16 bytes) | version (8 bytes, big endian)</code>
/// The version is that of the row that holds the ciphertext, also where a later version kept its value.
/// </summary>
internal static class SecretBinding
{
    private const int Size = 27 + 1 + SecretId.Size + 8;

    private static ReadOnlySpan<byte> Format => "vaultportal:secret-value:v1"u8;

    public static byte[] Of(SecretStore store, SecretId id, long version)
    {
        var bytes = new byte[Size];
        Format.CopyTo(bytes);
        var rest = bytes.AsSpan(Format.Length);
        rest[0] = (byte)store;
        id.CopyTo(rest[1..]);
        BinaryPrimitives.WriteInt64BigEndian(rest[(1 + SecretId.Size)..], version);
        return bytes;
    }
}
