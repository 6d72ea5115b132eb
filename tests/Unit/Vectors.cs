using System.Text.Json;

namespace VaultPortal.Tests.Unit;

/// <summary>
/// The test vectors: ours in this repository, the foreign ones read in place from ../shared/vectors beside it, or from where
/// VAULTPORTAL_VECTORS says.
/// </summary>
internal static class Vectors
{
    private static readonly string Foreign =
        Environment.GetEnvironmentVariable("VAULTPORTAL_VECTORS")
        ?? Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "vectors"));

    /// <summary>The path of a foreign file or folder, which may be absent (see <see cref="VectorFactAttribute"/>).</summary>
    public static string ForeignPath(string name) => Path.Combine(Foreign, name);

    /// <summary>A foreign file, parsed.</summary>
    public static JsonElement Read(string name) => Parse(ForeignPath(name));

    /// <summary>A file of this repository's own vectors, parsed.</summary>
    public static JsonElement ReadOwn(string name) =>
        Parse(Path.Combine(Repository.Root, "tests", "Unit", "Vectors", name));

    private static JsonElement Parse(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
