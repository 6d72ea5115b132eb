using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;

namespace VaultPortal.Hosting;

/// <summary>
/// The import map of the pages: each script under <c>js/</c> by the address that carries its fingerprint. Modules import each other by
/// plain relative paths; the browser resolves those to addresses first and looks these up here, so that every module is cached for
/// good and none is asked for again on the next page.
/// </summary>
public static class ModuleMap
{
    private const string Folder = "js/";
    private const string OfMachines = "js/sealed/node/";
    private const string Extension = ".js";

    private static readonly ConditionalWeakTable<
        ResourceAssetCollection,
        ImportMapDefinition
    > Made = [];

    public static ImportMapDefinition Of(ResourceAssetCollection assets) =>
        Made.GetValue(assets, Make);

    private static ImportMapDefinition Make(ResourceAssetCollection assets) =>
        new(
            assets
                .Select(asset => (Plain: PlainName(asset), asset.Url))
                .Where(script =>
                    script.Plain.StartsWith(Folder, StringComparison.Ordinal)
                    && !script.Plain.StartsWith(OfMachines, StringComparison.Ordinal)
                    && script.Plain.EndsWith(Extension, StringComparison.Ordinal)
                )
                .OrderBy(script => script.Plain, StringComparer.Ordinal)
                .ToDictionary(script => $"./{script.Plain}", script => $"./{script.Url}"),
            scopes: null,
            integrity: null
        );

    private static string PlainName(ResourceAsset asset) =>
        asset.Properties?.FirstOrDefault(property => property.Name == "label")?.Value ?? "";
}
