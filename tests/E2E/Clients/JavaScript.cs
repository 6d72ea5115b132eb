using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Journeys;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>Runs the JavaScript client, in Node and in Chromium.</summary>
public static class JavaScript
{
    /// <summary>VAULTPORTAL_NODE, or the one that the browser driver brings along, so that the tests need none on the machine.</summary>
    public static string Node { get; } =
        Environment.GetEnvironmentVariable("VAULTPORTAL_NODE")
        ?? Path.Combine(AppContext.BaseDirectory, ".playwright", "node", "linux-x64", "node");

    public static string Root { get; } = Repository.Root;

    public static string Sealed { get; } =
        Path.Combine(Root, "src", "VaultPortal", "wwwroot", "js", "sealed");

    public static string Scripts { get; } = Path.Combine(Root, "tests", "E2E", "Clients", "js");

    public static string Vectors { get; } = Path.Combine(Root, "tests", "Unit", "Vectors");

    /// <summary>The vectors of others, beside the repository; may be absent.</summary>
    public static string ForeignVectors { get; } =
        Environment.GetEnvironmentVariable("VAULTPORTAL_VECTORS")
        ?? Path.GetFullPath(Path.Combine(Root, "..", "shared", "vectors"));

    /// <summary>Runs a script that prints JSON.</summary>
    public static async Task<JsonNode> RunInNode(
        string script,
        IEnumerable<string> arguments,
        string? input = null
    )
    {
        var result = await Run(Node, [Path.Combine(Scripts, script), .. arguments], input);
        return result.ExitCode == 0
            ? JsonNode.Parse(result.Output)!
            : throw new InvalidOperationException(result.Errors);
    }

    public static async Task<CommandResult> Run(
        string file,
        IEnumerable<string> arguments,
        string? input = null,
        Dictionary<string, string>? environment = null
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, output, await errors);
    }

    /// <summary>Gives a page the files of a folder under an address of its own origin.</summary>
    public static Task Serve(IPage page, string address, params string[] folders) =>
        page.RouteAsync(
            $"**{address}/**",
            async route =>
            {
                var name = new Uri(route.Request.Url).AbsolutePath[(address.Length + 1)..];
                var file = folders
                    .Select(folder => Path.Combine(folder, name))
                    .FirstOrDefault(File.Exists);
                await route.FulfillAsync(
                    file is null
                        ? new RouteFulfillOptions { Status = 404 }
                        : new RouteFulfillOptions
                        {
                            Body = await File.ReadAllTextAsync(file),
                            ContentType = file.EndsWith("js", StringComparison.Ordinal)
                                ? "text/javascript"
                                : "text/plain; charset=utf-8",
                        }
                );
            }
        );

    /// <summary>Imports a module in a page and calls its <c>run</c>.</summary>
    public static async Task<JsonNode> RunInPage(IPage page, string module, JsonNode input)
    {
        var text = await page.EvaluateAsync<string>(
            """
            async ([module, input]) => {
              const request = JSON.parse(input);
              if (request.files) request.load = async (name) => {
                const answer = await fetch(`${request.files}/${name}`);
                if (!answer.ok) throw new Error(`${name} was not found.`);
                return answer.text();
              };
              return JSON.stringify(await (await import(module)).run(request));
            }
            """,
            new[] { module, input.ToJsonString() }
        );
        return JsonNode.Parse(text)!;
    }
}
