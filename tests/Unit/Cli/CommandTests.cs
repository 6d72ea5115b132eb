using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Cli;

public sealed class CommandTests(CommandTests.Installed installed)
    : IClassFixture<CommandTests.Installed>
{
    private readonly Portal _portal = installed.Portal;

    [Fact]
    public void Admin_create_answers_with_the_id() =>
        ((string?)installed.Admin["id"]).ShouldNotBeNull().ShouldMatch("^[0-9a-f]{24}$");

    [Fact]
    public async Task Admin_create_without_a_password_fails_plainly()
    {
        var ended = await _portal.RunAsync(["admin", "create", "--email", "bob@example.org"]);

        (ended.Code, ended.Output).ShouldBe((1, ""));
        ended.Errors.ShouldContain("--password-stdin");
    }

    [Fact]
    public async Task Admin_create_with_an_address_that_is_taken_fails_plainly()
    {
        var ended = await _portal.RunAsync(
            ["admin", "create", "--email", "ADA@example.org", "--password-stdin", "--json"],
            Portal.Password
        );

        (ended.Code, ended.Output).ShouldBe((1, ""));
        ended.Errors.ShouldContain("exists already");
        ended.Errors.ShouldNotContain(Portal.Password);
    }

    [Fact]
    public async Task Apikey_create_answers_with_id_and_key()
    {
        var made = await _portal.JsonAsync([
            .. ApiKey,
            "--permissions",
            "machine.vault.read,machine.search.all",
            "--expires",
            "90d",
            "--allow",
            "203.0.113.0/24",
            "::1",
        ]);

        made.Select(member => member.Key).ShouldBe(["id", "key"]);
        ApiKeyText.AccessKeyOf((string?)made["key"]).ShouldNotBeNull();
    }

    [Fact]
    public async Task Apikey_create_without_json_prints_the_key_alone()
    {
        var ended = await _portal.RunAsync([.. ApiKey, "--permissions", "machine.all"]);

        ended.Code.ShouldBe(0, ended.Errors);
        ApiKeyText.AccessKeyOf(ended.Output.TrimEnd()).ShouldNotBeNull();
        ended.Errors.ShouldNotContain(ended.Output.TrimEnd());
    }

    [Fact]
    public async Task Apikey_create_for_an_agent_takes_the_id_that_agent_create_answered()
    {
        var agent = await _portal.JsonAsync([
            "agent",
            "create",
            "--owner",
            "ada@example.org",
            "--name",
            "bot",
        ]);

        var made = await _portal.JsonAsync([
            .. ApiKey,
            "--permissions",
            "machine.all",
            "--scope",
            "AGENT",
            "--agent",
            (string)agent["id"]!,
        ]);

        made.ContainsKey("key").ShouldBeTrue();
    }

    [Fact]
    public async Task Apikey_revoke_ends_a_key_by_its_id_and_refuses_an_unknown_one()
    {
        var made = await _portal.JsonAsync([.. ApiKey, "--permissions", "machine.all"]);
        var id = (string)made["id"]!;

        var ended = await _portal.JsonAsync(["apikey", "revoke", id]);

        ((string)ended["id"]!).ShouldBe(id);
        (await _portal.RunAsync(["apikey", "revoke", new string('0', 24)])).Code.ShouldBe(1);
        (await _portal.RunAsync(["apikey", "revoke", "no id"])).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Admin_unlock_takes_the_address_of_an_account()
    {
        var unlocked = await _portal.JsonAsync(["admin", "unlock", "--email", "ada@example.org"]);

        ((string)unlocked["id"]!).Length.ShouldBe(24);
        (
            await _portal.RunAsync(["admin", "unlock", "--email", "nobody@example.org"])
        ).Code.ShouldBe(1);
    }

    [Fact]
    public async Task Apikey_create_of_format_ik_prints_a_key_with_all_permissions_on_secrets()
    {
        var made = await _portal.JsonAsync([.. ApiKey, "--format", "ik"]);

        made["key"]!.GetValue<string>().ShouldMatch("^ik_[0-9a-f]{64}$");
    }

    [Theory]
    [InlineData("--permissions machine.nothing", "machine.nothing")]
    [InlineData("--permissions machine.all --expires soon", "90d")]
    [InlineData("--permissions machine.all --allow 10.0.0.1/8", "network")]
    [InlineData("--permissions machine.all --agent xyz", "hexadecimal")]
    [InlineData("--permissions machine.all --scope GALAXY", "GALAXY")]
    [InlineData("--permissions machine.all --format xk", "xk")]
    [InlineData("--permissions machine.all --format ik", "secrets.read")]
    [InlineData("--permissions machine.all --expire 90d", "--expire")]
    [InlineData("", "--permissions")]
    public async Task Apikey_create_refuses_plainly_and_prints_nothing(string more, string said)
    {
        var words = more.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var ended = await _portal.RunAsync([.. ApiKey, .. words, "--json"]);

        (ended.Code, ended.Output).ShouldBe((1, ""));
        ended.Errors.ShouldContain(said);
        ended.Errors.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Userkey_register_answers_with_id_and_fingerprint()
    {
        using var key = SigningKey.Generate();
        var file = Path.Combine(_portal.Folder, "key.pem");
        await File.WriteAllTextAsync(file, key.PublicKey.ToPem());

        var registered = await _portal.JsonAsync([
            "userkey",
            "register",
            "--owner",
            "ada@example.org",
            "--public-key",
            file,
        ]);

        registered.Select(member => member.Key).ShouldBe(["id", "fingerprint"]);
        ((string?)registered["fingerprint"]).ShouldBe(key.PublicKey.FingerprintHex);
    }

    [Theory]
    [InlineData("admn create", "admn")]
    [InlineData("serve now", "now")]
    [InlineData("apikey destroy", "destroy")]
    public async Task Mistyped_command_does_not_start_a_server(string words, string said)
    {
        var ended = await _portal.RunAsync(words.Split(' '));

        ended.Code.ShouldBe(1);
        ended.Errors.ShouldContain(said);
    }

    [Theory]
    [InlineData("--help", "apikey")]
    [InlineData("apikey create --help", "--permissions")]
    public async Task Help_needs_no_data(string words, string said)
    {
        var ended = await _portal.RunAsync([
            .. words.Split(' '),
            "--data",
            Path.Combine(_portal.Folder, "none"),
        ]);

        ended.Code.ShouldBe(0, ended.Errors);
        ended.Output.ShouldContain(said);
        Directory.Exists(Path.Combine(_portal.Folder, "none")).ShouldBeFalse();
    }

    [Fact]
    public async Task Commands_work_while_the_server_runs()
    {
        using var server = _portal.Start("serve", "--urls", "http://127.0.0.1:0");
        try
        {
            // The line with the address is written once the server listens.
            while (
                await server.StandardOutput.ReadLineAsync() is { } line
                && !line.Contains("http://127.0.0.1:", StringComparison.Ordinal)
            ) { }

            server.HasExited.ShouldBeFalse();
            var made = await _portal.JsonAsync([.. ApiKey, "--permissions", "machine.all"]);
            made.ContainsKey("key").ShouldBeTrue();
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private static string[] ApiKey =>
        ["apikey", "create", "--owner", "ada@example.org", "--name", "deploy"];

    /// <summary>One installation with an account for all of these tests.</summary>
    public sealed class Installed : IAsyncLifetime
    {
        public Portal Portal { get; } = new();

        public JsonObject Admin { get; private set; } = [];

        public async Task InitializeAsync() => Admin = await Portal.CreateAdminAsync();

        public Task DisposeAsync()
        {
            Portal.Dispose();
            return Task.CompletedTask;
        }
    }
}
