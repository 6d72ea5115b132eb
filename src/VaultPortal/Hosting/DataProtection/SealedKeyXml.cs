using System.Text;
using System.Xml.Linq;
using VaultPortal.Core.Storage;

namespace VaultPortal.Hosting.DataProtection;

/// <summary>The data-protection keys, whose sealed part stands as base64 in their XML.</summary>
public sealed class SealedKeyXml : ISealedColumn
{
    public static string Table => "data_protection_key";

    public static string Column => "xml";

    // The framework's own seal binds nothing of the row.
    public static string Bound => "id";

    public static bool IsText => true;

    public static byte[]? AdditionalData(PreparedRows row, int first) => KeyXmlSealer.Context;

    public static byte[]? Unpack(byte[] stored) =>
        SealedPart(Parse(stored)) is { } part ? Convert.FromBase64String(part.Value) : null;

    public static byte[] Pack(byte[] stored, byte[] resealed)
    {
        var xml = Parse(stored);
        SealedPart(xml)!.Value = Convert.ToBase64String(resealed);
        return Encoding.UTF8.GetBytes(xml.ToString(SaveOptions.DisableFormatting));
    }

    private static XElement Parse(byte[] stored) => XElement.Parse(Encoding.UTF8.GetString(stored));

    /// <summary>Null in an entry that revokes keys: it holds none.</summary>
    private static XElement? SealedPart(XElement xml) =>
        xml.Descendants(KeyXmlSealer.Element).FirstOrDefault()?.Element("value");
}
