using System.Text.RegularExpressions;
using Shouldly;
using VaultPortal.Core.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Architecture;

/// <summary>The directions between the folders of DESIGN section 1: what may know what.</summary>
public sealed partial class DirectionTests
{
    private static readonly string Core = Path.Combine(Repository.Root, "src", "VaultPortal.Core");

    [Fact]
    public void Core_references_no_host_types()
    {
        var host = typeof(Caller)
            .Assembly.GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(name =>
                name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
                && !name.StartsWith("Microsoft.AspNetCore.Identity", StringComparison.Ordinal)
                && !name.StartsWith("Microsoft.AspNetCore.Cryptography", StringComparison.Ordinal)
            );

        host.ShouldBeEmpty();
    }

    [Fact]
    public void Cryptography_knows_no_other_project() =>
        Projects("VaultPortal.Cryptography").ShouldBeEmpty();

    [Fact]
    public void The_client_knows_only_cryptography() =>
        Projects("VaultPortal.Client").ShouldBe(["VaultPortal.Cryptography"]);

    [Fact]
    public void Common_knows_no_other_folder() => Known("Common").ShouldBeEmpty();

    [Theory]
    [InlineData("Vaults", "Secrets")]
    [InlineData("Secrets", "Vaults")]
    [InlineData("Storage", "Vaults")]
    [InlineData("Storage", "Secrets")]
    [InlineData("Audit", "Vaults")]
    [InlineData("Audit", "Secrets")]
    [InlineData("Access", "Vaults")]
    [InlineData("Access", "Secrets")]
    [InlineData("Vaults", "Porting")]
    [InlineData("Vaults", "Expiry")]
    [InlineData("Secrets", "Expiry")]
    [InlineData("Access", "Expiry")]
    [InlineData("Storage", "Policies")]
    [InlineData("Policies", "Vaults")]
    [InlineData("Policies", "Secrets")]
    [InlineData("Policies", "Access")]
    [InlineData("Policies", "Expiry")]
    [InlineData("Notifications", "Expiry")]
    [InlineData("Notifications", "Vaults")]
    [InlineData("Notifications", "Secrets")]
    [InlineData("Notifications", "Tokens")]
    [InlineData("Tokens", "Notifications")]
    [InlineData("Network", "Tokens")]
    [InlineData("Network", "Notifications")]
    [InlineData("Network", "Storage")]
    public void Folder_does_not_know_the_other(string folder, string other) =>
        Known(folder).ShouldNotContain(other);

    [Fact]
    public void Common_stays_small() =>
        Directory
            .GetFiles(Path.Combine(Core, "Common"), "*.cs")
            .Length.ShouldBeLessThanOrEqualTo(10);

    [Fact]
    public void Program_stays_short() =>
        File.ReadAllLines(Path.Combine(Repository.Root, "src", "VaultPortal", "Program.cs"))
            .Length.ShouldBeLessThan(100);

    /// <summary>The projects that this one references.</summary>
    private static string[] Projects(string project) =>
        [
            .. ProjectReference()
                .Matches(
                    File.ReadAllText(
                        Path.Combine(Repository.Root, "src", project, $"{project}.csproj")
                    )
                )
                .Select(match => match.Groups["name"].Value),
        ];

    [GeneratedRegex("ProjectReference Include=\"[^\"]*/(?<name>[\\w.]+)\\.csproj\"")]
    private static partial Regex ProjectReference();

    /// <summary>The folders of Core that the files of this one name.</summary>
    private static HashSet<string> Known(string folder)
    {
        var path = Path.Combine(Core, folder);
        return Directory.Exists(path)
            ? Directory
                .EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
                // Generated from the whole model.
                .Where(file => !file.Contains("Migrations", StringComparison.Ordinal))
                .SelectMany(file => FolderName().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
                .Where(name => name != folder)
                .ToHashSet()
            : [];
    }

    [GeneratedRegex(@"VaultPortal\.Core\.(\w+)")]
    private static partial Regex FolderName();
}
