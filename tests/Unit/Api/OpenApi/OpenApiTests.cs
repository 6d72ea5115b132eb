using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Api.Docs.OpenApi;
using VaultPortal.Api.Machine;
using VaultPortal.Api.Management;
using VaultPortal.Api.Secrets;
using VaultPortal.Api.Workflows;
using Xunit;

namespace VaultPortal.Tests.Unit.Api.OpenApi;

/// <summary>The document of the contracts against what is really mapped, and against what it was.</summary>
public sealed class OpenApiTests
{
    private static readonly string Snapshot = Path.Combine(
        Repository.Root,
        "tests/Unit/Api/OpenApi/v1.json"
    );

    [Fact]
    public async Task Document_names_every_mapped_route_and_no_other()
    {
        var mapped = MappedRoutes
            .Of(app =>
            {
                app.MapMachineApi();
                app.MapSecretsApi();
                app.MapWorkflowsApi();
                app.MapManagementApi();
            })
            // The plural is an alias of every read; these answer that only POST is allowed.
            .Where(route => !route.Contains("/vaults", StringComparison.Ordinal))
            .Where(route => !IsRefusedAlways(route));

        (await Operations()).ShouldBe(mapped, ignoreOrder: true);
    }

    [Fact]
    public void Every_read_of_vaults_answers_to_the_plural_too()
    {
        var reads = MappedRoutes
            .Of(app => app.MapMachineApi())
            .Where(route => route.StartsWith("GET /api/v1/machine/vault", StringComparison.Ordinal))
            .ToArray();

        reads
            .Where(route => route.Contains("/vaults", StringComparison.Ordinal))
            .Select(route => route.Replace("/vaults", "/vault", StringComparison.Ordinal))
            .ShouldBe(
                reads.Where(route => !route.Contains("/vaults", StringComparison.Ordinal)),
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task Every_operation_has_its_own_id_and_every_code_an_example()
    {
        var operations = (await Document())["paths"]!
            .AsObject()
            .SelectMany(path => path.Value!.AsObject())
            .Where(entry => entry.Key != "parameters")
            .Select(entry => entry.Value!)
            .ToArray();

        operations.Select(o => (string)o["operationId"]!).ShouldBeUnique();
        operations
            .SelectMany(o => o["responses"]!.AsObject())
            .Where(answer => answer.Key[0] is '4' or '5')
            .ShouldAllBe(answer =>
                answer.Value!["content"]!.AsObject().Single().Value!["examples"]!.AsObject().Count
                > 0
            );
    }

    /// <summary>What clients were generated from does not change by accident. After a change that is meant: UPDATE_SNAPSHOTS=1.</summary>
    [Fact]
    public async Task Document_is_the_one_that_is_committed()
    {
        var text = (await OpenApiText.ReadAsync()).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(Snapshot, text);
        }

        text.ShouldBe(await File.ReadAllTextAsync(Snapshot));
    }

    private static bool IsRefusedAlways(string route) =>
        route.EndsWith("/resolve", StringComparison.Ordinal)
            && !route.StartsWith("POST", StringComparison.Ordinal)
        || route.EndsWith("/verify-key", StringComparison.Ordinal)
            && !route.StartsWith("POST", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<string>> Operations() =>
        [
            .. from path in (await Document())["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where operation.Key != "parameters"
            select $"{operation.Key.ToUpperInvariant()} {path.Key}",
        ];

    private static async Task<JsonNode> Document() =>
        JsonNode.Parse(await OpenApiText.ReadAsync())!;
}
