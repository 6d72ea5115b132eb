namespace VaultPortal.Core.Vaults;

/// <summary>
/// The form of an attachment's bytes (machine.md section 6): chunks of a 12-byte nonce, the ciphertext of 65,536 bytes (of the last one
/// 0 to 65,536), and a 16-byte tag. Nobody here can read them; their lengths can be checked.
/// </summary>
public static class AssetForm
{
    /// <summary>Length of a whole chunk, encrypted.</summary>
    public const int Chunk = Overhead + Plain;

    /// <summary>Most encrypted bytes: 10 MiB in whole chunks, and a last one that is empty.</summary>
    public const int Longest = (MostPlain / Plain * Chunk) + Overhead;

    private const int Plain = 65_536;
    private const int Overhead = 12 + 16;
    private const int MostPlain = 10 << 20;

    /// <summary>Whether so many bytes can be chunks of this form.</summary>
    public static bool IsPossible(long length)
    {
        var last = length % Chunk;
        return length > 0 && length <= Longest && (last == 0 || last >= Overhead);
    }

    /// <summary>Whether so many bytes hold more than an attachment may have.</summary>
    public static bool IsTooLong(long length) => length > Longest;
}
