using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using VaultPortal.Cryptography;

namespace VaultPortal.Hosting.DataProtection;

/// <summary>
/// Seals the secret part of a data-protection key under a data key, so that who holds only the database can forge no cookie
/// (DESIGN section 4: whatever is a key and not a hash is sealed).
/// </summary>
public sealed class KeyXmlSealer(KeyRing keys) : IXmlEncryptor
{
    internal static readonly byte[] Context = Encoding.UTF8.GetBytes("data_protection_key/xml/v1");

    /// <summary>The element that the sealed part stands in.</summary>
    internal const string Element = "sealedKey";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(
            plaintextElement.ToString(SaveOptions.DisableFormatting)
        );
        try
        {
            var text = Convert.ToBase64String(keys.Seal(plain, Context));
            return new EncryptedXmlInfo(
                new XElement(Element, new XElement("value", text)),
                typeof(KeyXmlOpener)
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
