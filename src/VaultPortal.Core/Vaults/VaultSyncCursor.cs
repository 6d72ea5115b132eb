using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Access;

namespace VaultPortal.Core.Vaults;

/// <summary>
/// How far a reader has come. A walk goes over everything that changed in the commits after <see cref="Base"/> up to
/// <see cref="Target"/>, vault by vault; what changes while it lasts belongs to the next one, so that a page costs what it holds and
/// nothing comes twice. As text it is opaque to clients; who alters one harms only what he himself is told.
/// </summary>
/// <param name="Context">What it depends on besides, see <see cref="ContextOf"/>.</param>
/// <param name="Base">All commits up to this one were delivered; 0 = none.</param>
/// <param name="Target">The last commit of the walk under way; equal to the base between two walks.</param>
/// <param name="Vault">The row of the vault that the walk has come to; its own entry was delivered. 0 = none yet.</param>
/// <param name="Item">The row of the item in it that was delivered last; 0 = none yet.</param>
/// <param name="Seen">The newest commit that the page was made of.</param>
/// <param name="Grants">How many grants it went by that later pages have to find again: see <see cref="VaultSync"/>.</param>
public readonly record struct VaultSyncCursor(
    long Context,
    long Base,
    long Target,
    long Vault,
    long Item,
    long Seen,
    long Grants
)
{
    private const byte Form = 1;
    private const int Numbers = 7;
    private const int Size = 1 + Numbers * sizeof(long);

    /// <summary>False for a text that no call has answered.</summary>
    public static bool TryParse(string text, out VaultSyncCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (
            text.Length != Base64Url.GetEncodedLength(Size)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written)
                != OperationStatus.Done
            || written != Size
            || bytes[0] != Form
        )
        {
            return false;
        }

        Span<long> n = stackalloc long[Numbers];
        for (var i = 0; i < Numbers; i++)
        {
            n[i] = BinaryPrimitives.ReadInt64BigEndian(bytes[(1 + i * sizeof(long))..]);
        }

        cursor = new VaultSyncCursor(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
        return cursor.Base >= 0
            && cursor.Target >= cursor.Base
            && cursor.Seen >= cursor.Target
            && cursor is { Vault: >= 0, Item: >= 0, Grants: >= 0 };
    }

    /// <summary>
    /// A cursor is worth something only on the chain of commits that it counts, for the same principal, and as long as he reads all
    /// metadata, or only what is granted: whatever else he could read by another role was never delivered.
    /// </summary>
    internal static long ContextOf(string chainId, Standing standing)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(
            Encoding.UTF8.GetBytes(
                $"{chainId}|{standing.Principal.Kind}|{standing.Principal.Id}|{standing.ReadsAllMetadata}"
            ),
            hash
        );
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }

    /// <summary>Base64url text of a fixed length.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = Form;
        ReadOnlySpan<long> numbers = [Context, Base, Target, Vault, Item, Seen, Grants];
        for (var i = 0; i < Numbers; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes[(1 + i * sizeof(long))..], numbers[i]);
        }

        return Base64Url.EncodeToString(bytes);
    }
}
