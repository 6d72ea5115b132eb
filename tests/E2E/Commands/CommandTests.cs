using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Commands;

/// <summary>The commands of the executable (DESIGN section 8): exit codes, standard output, plain messages.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaultportal-cli-").FullName;

    private PortalCommand Commands => new(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--help")]
    [InlineData("serve", "--help")]
    [InlineData("admin", "create", "--help")]
    [InlineData("agent", "create", "--help")]
    [InlineData("apikey", "create", "--help")]
    [InlineData("userkey", "register", "--help")]
    [InlineData("demo", "seed", "--help")]
    [InlineData("keys", "--help")]
    [InlineData("keys", "status", "--help")]
    [InlineData("keys", "rotate-master", "--help")]
    [InlineData("keys", "rotate-data", "--help")]
    [InlineData("keys", "rotate-signing", "--help")]
    [InlineData("verify-audit", "--help")]
    public async Task Help_is_given(params string[] arguments)
    {
        var result = await Commands.Run(arguments);

        result.ExitCode.ShouldBe(0, result.Errors);
        result.Output.ShouldContain("Usage");
        Directory.EnumerateFileSystemEntries(_folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("no-such-command")]
    [InlineData("admin", "create")]
    [InlineData("admin", "create", "--email", "not-an-address", "--password-stdin", "--json")]
    [InlineData(
        "admin",
        "create",
        "--email",
        "a@example.com",
        "--password-stdin",
        "--role",
        "King",
        "--json"
    )]
    [InlineData(
        "apikey",
        "create",
        "--owner",
        "nobody@example.com",
        "--name",
        "x",
        "--permissions",
        "machine.all",
        "--json"
    )]
    [InlineData(
        "userkey",
        "register",
        "--owner",
        "nobody@example.com",
        "--public-key",
        "/nonexistent",
        "--json"
    )]
    public async Task Fault_is_told_plainly_on_standard_error(params string[] arguments)
    {
        var result = await Commands.Run(arguments, PortalCommand.Password);

        result.ExitCode.ShouldNotBe(0);
        result.Errors.ShouldNotBeNullOrWhiteSpace();
        // No stack trace: a fault of the user is none of the program.
        result.Errors.ShouldNotContain("   at ");
        if (arguments.Contains("--json"))
        {
            result.Output.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Api_key_with_an_unknown_permission_is_refused()
    {
        await Commands.CreateAccount(Portal.OwnerEmail);

        var result = await Commands.Run([
            "apikey",
            "create",
            "--owner",
            Portal.OwnerEmail,
            "--name",
            "x",
            "--permissions",
            "machine.vault.rule",
            "--json",
        ]);

        result.ExitCode.ShouldNotBe(0);
        result.Errors.ShouldContain("machine.vault.rule");
    }

    [Fact]
    public async Task Account_made_twice_is_refused()
    {
        await Commands.CreateAccount(Portal.OwnerEmail);

        var again = await Commands.Run(
            ["admin", "create", "--email", Portal.OwnerEmail, "--password-stdin", "--json"],
            PortalCommand.Password
        );

        again.ExitCode.ShouldNotBe(0);
    }

    [Fact]
    public async Task Demo_is_refused_while_a_server_runs_on_the_data()
    {
        await using var process = await PortalProcess.StartAsync();

        var result = await process.Commands.Run(["demo", "seed", "--json"]);

        result.ExitCode.ShouldNotBe(0);
        result.Errors.ShouldContain(
            process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    [Fact]
    public async Task Json_is_one_object_and_nothing_else()
    {
        var result = await Commands.Run(
            ["admin", "create", "--email", Portal.OwnerEmail, "--password-stdin", "--json"],
            PortalCommand.Password
        );

        ((string?)JsonNode.Parse(result.Output)!["id"])!.ShouldMatch("^[0-9a-f]{24}$");
    }
}
