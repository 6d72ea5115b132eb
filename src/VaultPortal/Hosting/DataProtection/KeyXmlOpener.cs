using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using VaultPortal.Cryptography;

namespace VaultPortal.Hosting.DataProtection;

/// <summary>Opens what <see cref="KeyXmlSealer"/> sealed. The framework finds it by the type name that stands in the XML.</summary>
public sealed class KeyXmlOpener(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var text =
            encryptedElement.Element("value")?.Value
            ?? throw new FormatException("A data-protection key is not in the sealed form.");
        var plain = services
            .GetRequiredService<KeyRing>()
            .Open(Convert.FromBase64String(text), KeyXmlSealer.Context);
        try
        {
            return XElement.Parse(Encoding.UTF8.GetString(plain));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }
}
