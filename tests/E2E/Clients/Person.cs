using System.Text.Json.Nodes;
using VaultPortal.Client;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>Somebody with an account (or an agent), an API key and a registered key pair.</summary>
public sealed record Person(string Id, string Email, string ApiKey, MemberKey Key)
{
    public string Fingerprint => Key.Pair.Fingerprint;

    /// <summary>The key as the JavaScript client takes it.</summary>
    public JsonObject KeyNode()
    {
        var (signing, encryption) = Key.Pair.ExportPem();
        return new JsonObject
        {
            ["id"] = Key.Id,
            ["isAgent"] = Key.IsAgent,
            ["signing"] = signing,
            ["encryption"] = encryption,
        };
    }
}
