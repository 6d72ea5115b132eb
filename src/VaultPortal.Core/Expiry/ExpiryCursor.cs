using System.Buffers.Binary;
using System.Buffers.Text;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;

namespace VaultPortal.Core.Expiry;

/// <summary>
/// Where a page of lifetimes ended: its last object in the order of the list. What comes and goes between two pages moves nothing from
/// one to the other.
/// </summary>
/// <param name="Moment">In microseconds since 1970.</param>
internal readonly record struct ExpiryCursor(long Moment, LifetimeKind Kind, long Id)
    : IComparable<ExpiryCursor>
{
    private const byte Form = 1;
    private const int Size = 1 + sizeof(long) + 1 + sizeof(long);

    public static readonly VaultError Malformed = VaultError.Invalid(
        "/cursor",
        "This is no cursor; take it as 'next' of the page before gave it, or leave it out."
    );

    public static ExpiryCursor Of(LifetimeMark mark, Lifetime lifetime) =>
        new(UtcTime.ToMicroseconds(MomentOf(lifetime)!.Value), mark.Kind, mark.Id);

    /// <summary>The expiry or the moment of rotation, whichever is earlier; null = neither.</summary>
    public static DateTimeOffset? MomentOf(Lifetime lifetime) =>
        lifetime.ExpiresAt is not { } expires ? lifetime.RotateAt
        : lifetime.RotateAt < expires ? lifetime.RotateAt
        : expires;

    public static bool TryParse(string text, out ExpiryCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (
            text.Length != Base64Url.GetEncodedLength(Size)
            || !Base64Url.IsValid(text, out var length)
            || length != Size
            || !Base64Url.TryDecodeFromChars(text, bytes, out _)
            || bytes[0] != Form
            // One text for each place: what is left over of the last character is zero.
            || Base64Url.EncodeToString(bytes) != text
        )
        {
            return false;
        }

        cursor = new(
            BinaryPrimitives.ReadInt64BigEndian(bytes[1..]),
            (LifetimeKind)bytes[9],
            BinaryPrimitives.ReadInt64BigEndian(bytes[10..])
        );
        return Enum.IsDefined(cursor.Kind) && cursor.Id > 0;
    }

    public int CompareTo(ExpiryCursor other) =>
        Moment != other.Moment ? Moment.CompareTo(other.Moment)
        : Kind != other.Kind ? ((int)Kind).CompareTo((int)other.Kind)
        : Id.CompareTo(other.Id);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = Form;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Moment);
        bytes[9] = (byte)Kind;
        BinaryPrimitives.WriteInt64BigEndian(bytes[10..], Id);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool operator <(ExpiryCursor left, ExpiryCursor right) =>
        left.CompareTo(right) < 0;

    public static bool operator >(ExpiryCursor left, ExpiryCursor right) =>
        left.CompareTo(right) > 0;

    public static bool operator <=(ExpiryCursor left, ExpiryCursor right) =>
        left.CompareTo(right) <= 0;

    public static bool operator >=(ExpiryCursor left, ExpiryCursor right) =>
        left.CompareTo(right) >= 0;
}
