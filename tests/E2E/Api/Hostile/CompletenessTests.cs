using System.Text.RegularExpressions;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>The tables of this folder against the document of the API: no call is left out, and none made up.</summary>
[Collection(HostileCollection.Name)]
public sealed partial class CompletenessTests(HostilePortal portal)
{
    [Fact]
    public async Task Every_call_of_the_document_is_in_the_table()
    {
        using var anybody = new StoreClient(portal.Portal.Process.Address);
        var document = (await anybody.Get("/openapi/v1.json")).ShouldSucceed().Json;

        var documented = document["paths"]!
            .AsObject()
            .Where(path => path.Key.StartsWith(MachineClient.Base, StringComparison.Ordinal))
            .SelectMany(path =>
                path.Value!.AsObject()
                    .Where(member => Method().IsMatch(member.Key))
                    .Select(member =>
                        $"{member.Key.ToUpperInvariant()} {WithoutNames(path.Key[MachineClient.Base.Length..])}"
                    )
            );
        var tried = Operations
            .All.Where(call => !call.Path.StartsWith("vaults", StringComparison.Ordinal))
            .Select(call =>
                $"{call.Method} {WithoutNames(KindOfAsset().Replace(call.Path, "permissions/{type}"))}"
            );

        tried.Distinct().Order().ShouldBe(documented.Distinct().Order());
    }

    private static string WithoutNames(string path) => Name().Replace(path, "{}");

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Name();

    [GeneratedRegex("permissions/VAULT(_ITEM)?")]
    private static partial Regex KindOfAsset();

    [GeneratedRegex("^(get|post|put|patch|delete)$")]
    private static partial Regex Method();
}
