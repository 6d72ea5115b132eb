using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>A real host on demo data, and a browser in which the demo's owner can sign in.</summary>
public sealed class DemoPortal : IAsyncLifetime
{
    /// <summary>The vault and the item of the documentation's examples.</summary>
    public const string Vault = "507f1f77bcf86cd799439011";
    public const string Item = "507f1f77bcf86cd799439021";

    private JsonObject _demo = null!;

    public PortalProcess Process { get; private set; } = null!;

    public Browser Browser { get; private set; } = null!;

    public string Email => (string)_demo["email"]!;

    /// <summary>Of the demo's owner.</summary>
    public string Password => (string)_demo["password"]!;

    /// <summary>Unlocks the key pair of the demo's owner.</summary>
    public string Passphrase => (string)_demo["passphrase"]!;

    /// <summary>The PEM files with the private keys of the demo's owner.</summary>
    public (string Signing, string Encryption) KeyFiles =>
        ((string)_demo["keyFile"]!, (string)_demo["encryptionKeyFile"]!);

    public async Task InitializeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("vaultportal-").FullName;
        _demo = await new PortalCommand(folder).RunJson(["demo", "seed"]);
        Process = await PortalProcess.StartAsync(folder: folder);
        Browser = await Browser.OpenAsync(Process.Address);
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Process.DisposeAsync();
    }

    /// <summary>Whether the browser has a session. Signing in is limited for each address, so who needs no new one keeps it.</summary>
    public bool IsSignedIn { get; private set; }

    public Task SignIn() => SignIn(Email, Password);

    public async Task SignIn(string email, string password)
    {
        await GoToSignIn();
        await FillSignIn(email, password);
        await Browser.Page.WaitForURLAsync(
            "**/vaults",
            new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit }
        );
        await Browser.CircuitReady();
        IsSignedIn = true;
    }

    /// <summary>The browser is shared by the tests of a class; each begins as a visitor.</summary>
    public async Task GoToSignIn()
    {
        await Browser.Page.Context.ClearCookiesAsync();
        IsSignedIn = false;
        await Browser.Page.GotoAsync("/sign-in");
    }

    public async Task FillSignIn(string email, string password)
    {
        await Browser.Find("signin-email").FillAsync(email);
        await Browser.Find("signin-password").FillAsync(password);
        await Browser.Find("signin-submit").ClickAsync();
    }

    /// <summary>Changes the database behind the product's back, as somebody who can write to the file would.</summary>
    public void Tamper(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The id, as pages and addresses have it, of the first row of a query for <c>public_id</c>.</summary>
    public string IdOf(string from)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT lower(hex(public_id)) FROM {from} LIMIT 1";
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    /// <summary>The first column of the first row of a query; null without one.</summary>
    public object? Value(string query)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return command.ExecuteScalar();
    }

    private SqliteConnection Connect()
    {
        SqliteNative.DemandVersion();
        var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Process.Folder, "vault.db")};Mode=ReadWrite;Default Timeout=30"
        );
        connection.Open();
        return connection;
    }
}
