using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using VaultPortal.Core.Access;

namespace VaultPortal.Hosting.DataProtection;

/// <summary>Keeps the framework's key ring in our database, by way of the write queue.</summary>
public sealed class KeyXmlRepository(DataProtectionKeyStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. store.ReadAll().Select(xml => XElement.Parse(xml))];

    public void StoreElement(XElement element, string friendlyName) =>
        store.Add(friendlyName, element.ToString(SaveOptions.DisableFormatting));
}
