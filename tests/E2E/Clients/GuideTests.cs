using System.Text;
using System.Text.RegularExpressions;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>
/// docs/machine-api.md does what it says: its blocks are run in their order on an empty installation, from a folder that looks
/// like the repository's root.
/// </summary>
public sealed partial class GuideTests
{
    private static readonly string Guide = File.ReadAllText(
        Path.Combine(JavaScript.Root, "docs", "machine-api.md")
    );

    private static readonly string Project = Path.Combine(
        JavaScript.Root,
        "docs",
        "examples",
        "Guide"
    );

    [Fact]
    public async Task Guide_runs_from_the_first_line_to_the_last()
    {
        var folder = Directory.CreateTempSubdirectory("vaultportal-guide-").FullName;
        var data = Path.Combine(folder, "data");
        await using var portal = await PortalProcess.StartAsync(folder: data);
        MakeRoot(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "guide.mjs"), Blocks("js").Single());
        await File.WriteAllTextAsync(Path.Combine(folder, "guide.sh"), Script());

        var result = await JavaScript.Run(
            "bash",
            ["-c", $"cd '{folder}' && chmod +x run && bash guide.sh"],
            environment: new()
            {
                ["VAULTPORTAL_URL"] = portal.Address.ToString().TrimEnd('/'),
                ["VAULTPORTAL_DATA"] = data,
            }
        );

        var all = result.Output + result.Errors;
        result.ExitCode.ShouldBe(0, all);
        result.Output.ShouldContain("Production Database: detail version 2, password second");
        result.Output.ShouldContain("Production Database: the password has 6 characters");
        result.Output.ShouldContain("Production Database: detail version 4, 4 fields");
        result.Output.ShouldContain("\"items\":[{");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Program_in_the_guide_is_the_one_that_is_compiled() =>
        Blocks("csharp")
            .Single()
            .Trim()
            .ShouldBe(File.ReadAllText(Path.Combine(Project, "Program.cs")).Trim());

    /// <summary>The shell's blocks as one script, with what stands for the tools of a reader's machine.</summary>
    private static string Script()
    {
        var program = Path.Combine(
            Project,
            "bin",
            new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
            "net10.0",
            "Guide.dll"
        );
        return new StringBuilder("set -euo pipefail\n")
            .AppendLine($"node() {{ '{JavaScript.Node}' \"$@\"; }}")
            // Built with the tests: `dotnet run` would build it again.
            .AppendLine($"dotnet() {{ [ \"$1\" = run ] && command dotnet '{program}'; }}")
            .AppendJoin('\n', Blocks("bash"))
            .ToString();
    }

    private static void MakeRoot(string folder)
    {
        Directory.CreateSymbolicLink(
            Path.Combine(folder, "src"),
            Path.Combine(JavaScript.Root, "src")
        );
        var run = Path.Combine(folder, "run");
        File.WriteAllText(
            run,
            $"#!/usr/bin/env bash\nexec dotnet '{PortalCommand.HostAssembly}' \"$@\"\n"
        );
    }

    private static IEnumerable<string> Blocks(string language) =>
        Fenced()
            .Matches(Guide)
            .Where(match => match.Groups["language"].Value == language)
            .Select(match => match.Groups["text"].Value);

    [GeneratedRegex(
        "^```(?<language>[a-z]+)\n(?<text>.*?)^```$",
        RegexOptions.Singleline | RegexOptions.Multiline
    )]
    private static partial Regex Fenced();
}
