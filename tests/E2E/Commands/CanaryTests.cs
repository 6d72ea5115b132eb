using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Data.Sqlite;
using VaultPortal.Cryptography;
using VaultPortal.Tests.E2E.Api;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Commands;

/// <summary>What must never be written down is searched for in everything that was.</summary>
public sealed partial class CanaryTests
{
    private const string Canary = "canary-4711-plain-text";
    private const string SecretValue = "canary-4712-environment-value";
    private const string ItemValue = "canary-4713-workflow-value";
    private const string RefusedValue = "canary-4714-refused-value";

    [Fact]
    public async Task Secrets_are_in_no_log_and_no_file()
    {
        await using var process = await PortalProcess.StartAsync(
            new()
            {
                ["VAULTPORTAL__RateLimit__PerKey"] = "1000",
                ["VAULTPORTAL__Logging__LogLevel__Default"] = "Trace",
            }
        );
        var id = await process.Commands.CreateAccount(Portal.OwnerEmail);
        var key = await process.Commands.CreateApiKey(Portal.OwnerEmail);
        // By what each is called, so that a failure does not print it.
        var secrets = new Dictionary<string, string>
        {
            ["refused field value"] = Canary,
            ["secret's value"] = SecretValue,
            ["item's value"] = ItemValue,
            ["refused secret's value"] = RefusedValue,
            ["rk_ key"] = key[20..^6],
            ["password"] = PortalCommand.Password,
        };
        using var machine = new MachineClient(process.Address, key, id);
        var envelope = await UseVault(machine, key);
        await UseSecrets(process, secrets);
        await UseCookie(process, secrets);
        (await process.Commands.Run(["keys", "rotate-data"])).ShouldBeDone();
        (await process.Commands.Run(["keys", "rotate-signing"])).ShouldBeDone();
        AddOldKeys(process.Folder, secrets);
        var rotated = await process.Commands.Run(["keys", "rotate-master"]);
        rotated.ShouldBeDone();
        AddKeys(process.Folder, secrets);
        await Copy(process.Folder);

        process.Kill();
        secrets.Count.ShouldBeGreaterThan(18);
        foreach (var (name, secret) in secrets)
        {
            secret.Length.ShouldBeGreaterThan(15, name);
            process.Log.Contains(secret, StringComparison.Ordinal).ShouldBeFalse(name);
            rotated.Errors.Contains(secret, StringComparison.Ordinal).ShouldBeFalse(name);
        }

        // An envelope may be in the database, where it belongs, and nowhere else.
        process.Log.Contains(envelope, StringComparison.Ordinal).ShouldBeFalse();
        var searched = 0;
        foreach (var file in Files(process.Folder))
        {
            var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            searched++;
            foreach (var (name, secret) in secrets)
            {
                content
                    .Contains(secret, StringComparison.Ordinal)
                    .ShouldBeFalse($"{name} in {file}");
            }
        }

        searched.ShouldBeGreaterThan(2);
    }

    private static async Task<string> UseVault(MachineClient machine, string key)
    {
        await machine.Register(Signer.Ed25519());
        var scene = await Scene.MakeAsync(machine);
        var body = scene.Change().Add().Body(machine.Signer);
        body.Set("/updates/0/value", Canary);
        (await machine.Patch(scene.ItemPath, body)).ShouldBeRefused(400, "invalid_request");
        using var wrong = new MachineClient(machine.Address, key[..^3] + "zzz");
        (await wrong.Get("me")).ShouldBeRefused(401, "unauthorized");
        (await machine.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")).ShouldSucceed();
        return (string)JsonNode.Parse(scene.Password.Value!)!["d"]!;
    }

    /// <summary>Both stores, by an <c>ik_</c> key and by an access token: written, read, refused, kept for retries.</summary>
    private static async Task UseSecrets(PortalProcess process, Dictionary<string, string> secrets)
    {
        var key = await process.Commands.CreateApiKey(
            Portal.OwnerEmail,
            "secrets.all",
            "--format",
            "ik"
        );
        secrets["ik_ key"] = key[3..];
        using var http = new HttpClient { BaseAddress = process.Address };
        http.DefaultRequestHeaders.Add("X-API-Key", key);
        await Done(http.PostAsJsonAsync("/api/secrets", new { key = "A", value = SecretValue }));
        (
            await (
                await http.GetAsync(new Uri("/api/secrets/A", UriKind.Relative))
            ).Content.ReadAsStringAsync()
        ).ShouldContain(SecretValue);
        using (
            var refused = await http.PostAsJsonAsync(
                "/api/secrets",
                new { key = "not a key", value = RefusedValue }
            )
        )
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        using var rotate = new HttpRequestMessage(HttpMethod.Post, "/api/secrets/api-key/rotate")
        {
            Content = JsonContent.Create(new { gracePeriodHours = 1 }),
        };
        rotate.Headers.Add("Idempotency-Key", "canary-rotation");
        secrets["rotated ik_ key"] = ((string)(await Done(http.SendAsync(rotate)))["apiKey"]!)[3..];

        var signedIn = await Done(
            http.PostAsJsonAsync(
                "/api/auth/admin/sessions",
                new { username = Portal.OwnerEmail, password = PortalCommand.Password }
            )
        );
        var token = (string)signedIn["accessToken"]!;
        secrets["signature of an access token"] = token[(token.LastIndexOf('.') + 1)..];
        secrets["CSRF token"] = (string)signedIn["csrfToken"]!;
        using var bearer = new HttpClient { BaseAddress = process.Address };
        bearer.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await Done(
            bearer.PostAsJsonAsync("/workflows/vault", new { name = "item", secret = ItemValue })
        );
        var made = await Done(
            bearer.PostAsJsonAsync("/workflows/vault", new { name = "api-key:deploy" })
        );
        secrets["wfk_ key"] = ((string)made["secret"]!)[4..];
    }

    /// <summary>The cookie of a person who signed in.</summary>
    private static async Task UseCookie(PortalProcess process, Dictionary<string, string> secrets)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = process.Address };
        var page = await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["_handler"] = "sign-in",
                ["__RequestVerificationToken"] = Token().Match(page).Groups[1].Value,
                ["Input.Email"] = Portal.OwnerEmail,
                ["Input.Password"] = PortalCommand.Password,
            }
        );
        using var answer = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var cookies = handler.CookieContainer.GetCookies(process.Address).ToList();
        cookies.ShouldNotBeEmpty();
        foreach (var cookie in cookies)
        {
            secrets[$"cookie {cookie.Name}"] = cookie.Value;
        }
    }

    private static void AddOldKeys(string folder, Dictionary<string, string> secrets)
    {
        using var master = MasterKeyOf(folder);
        Add(secrets, "old master key", master.Export());
    }

    /// <summary>The keys that the database holds, opened: in no file, in none of their forms.</summary>
    private static void AddKeys(string folder, Dictionary<string, string> secrets)
    {
        using var master = MasterKeyOf(folder);
        Add(secrets, "master key", master.Export());
        using var ring = new KeyRing();
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder, "vault.db")};Pooling=False"
        );
        connection.Open();
        foreach (var row in Rows(connection, "SELECT id, wrapped, purpose FROM data_key"))
        {
            var id = (string)row[0];
            master.TryUnwrap((byte[])row[1], id, out var key).ShouldBeTrue();
            Add(secrets, $"data key {id}", key);
            ring.Add(id, key!, current: false);
        }

        foreach (
            var row in Rows(connection, "SELECT fingerprint, sealed_seed FROM portal_signing_key")
        )
        {
            var context = Encoding.UTF8.GetBytes($"portal_signing_key|sealed_seed|{row[0]}");
            Add(secrets, $"seed {row[0]}", ring.Open((byte[])row[1], context));
        }

        foreach (var row in Rows(connection, "SELECT xml FROM data_protection_key"))
        {
            var sealedKey = XElement.Parse((string)row[0]).Descendants("sealedKey").Single().Value;
            var opened = XElement.Parse(
                Encoding.UTF8.GetString(
                    ring.Open(Convert.FromBase64String(sealedKey), "data_protection_key/xml/v1"u8)
                )
            );
            var key = opened.DescendantsAndSelf().Single(e => e.Name.LocalName == "value").Value;
            Add(secrets, "data-protection key", Convert.FromBase64String(key));
        }
    }

    /// <summary>A key as it could be written: its bytes, base64, hexadecimal.</summary>
    private static void Add(Dictionary<string, string> secrets, string name, byte[]? key)
    {
        secrets[$"{name} (bytes)"] = Encoding.Latin1.GetString(key!);
        secrets[$"{name} (base64)"] = Convert.ToBase64String(key!);
        secrets[$"{name} (hexadecimal)"] = Convert.ToHexStringLower(key!);
    }

    private static MasterKey MasterKeyOf(string folder) =>
        MasterKey.FromBytes(
            Convert.FromBase64String(File.ReadAllText(Path.Combine(folder, "master.key")).Trim())
        );

    private static IEnumerable<object[]> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var values = new object[rows.FieldCount];
            rows.GetValues(values);
            yield return values;
        }
    }

    /// <summary>A copy of the database as an operator makes one.</summary>
    private static async Task Copy(string folder)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder, "vault.db")};Pooling=False"
        );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"VACUUM INTO '{Path.Combine(folder, "copy.db")}'";
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every file but those that hold the master key, which is theirs to hold.</summary>
    private static IEnumerable<string> Files(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file =>
                !Path.GetFileName(file).StartsWith("master.key", StringComparison.Ordinal)
            );

    private static async Task<JsonObject> Done(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.StatusCode}");
        return JsonNode.Parse(text)!.AsObject();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
