using Microsoft.Data.Sqlite;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.E2E.Client;

// Each collection and each class without one has a server of its own; more than two at once would only wait for the processor.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]

namespace VaultPortal.Tests.E2E.Api;

/// <summary>One real host for the tests of the contract: each test makes a vault of its own in it.</summary>
public sealed class Portal : IAsyncLifetime
{
    private readonly Dictionary<string, string> _keys = [];
    private int _accounts;

    public const string OwnerEmail = "owner@example.com";

    public PortalProcess Process { get; private set; } = null!;

    /// <summary>May everything, signs with Ed25519.</summary>
    public MachineClient Owner { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Process = await PortalProcess.StartAsync();
        var id = await Process.Commands.CreateAccount(OwnerEmail);
        Owner = Client(await KeyOf(OwnerEmail, "machine.all"), id);
        await Owner.Register(Signer.Ed25519());
    }

    public async Task DisposeAsync()
    {
        Owner.Dispose();
        await Process.DisposeAsync();
    }

    public MachineClient Client(string? key, string ownerId = "", Signer? signer = null) =>
        new(Process.Address, key, ownerId, signer);

    /// <summary>The owner of <see cref="Owner"/> with a key that has fewer permissions.</summary>
    public async Task<MachineClient> OwnerWith(string permissions) =>
        Client(await KeyOf(OwnerEmail, permissions), Owner.OwnerId, Owner.Signer);

    /// <summary>Another account with its own key; without a key pair unless <paramref name="signer"/> is given.</summary>
    public async Task<MachineClient> Stranger(
        string permissions = "machine.all",
        Signer? signer = null,
        string role = "Owner"
    )
    {
        var email = $"person{Interlocked.Increment(ref _accounts)}@example.com";
        var id = await Process.Commands.CreateAccount(email, role);
        var client = Client(await Process.Commands.CreateApiKey(email, permissions), id);
        if (signer is not null)
        {
            await client.Register(signer);
        }

        return client;
    }

    /// <summary>A key of an account; made once per set of permissions.</summary>
    public async Task<string> KeyOf(string email, string permissions)
    {
        var name = $"{email} {permissions}";
        return _keys.TryGetValue(name, out var key)
            ? key
            : _keys[name] = await Process.Commands.CreateApiKey(email, permissions);
    }

    /// <summary>Changes the database as another process would.</summary>
    public int Execute(string sql, params (string Name, object Value)[] parameters) =>
        Run(sql, parameters, command => command.ExecuteNonQuery());

    /// <summary>A number from the database; <c>$id</c> stands for an id.</summary>
    public long Number(string sql, string id) =>
        Run(
            sql,
            [("$id", Convert.FromHexString(id))],
            command => Convert.ToInt64(command.ExecuteScalar(), null)
        );

    /// <summary>How many entries of the audit have this action and target.</summary>
    public long Audited(string action, string target) =>
        Run(
            "SELECT count(*) FROM audit_entry WHERE instr(text, $action) > 0 AND instr(text, $target) > 0",
            [("$action", $"\"{action}\""), ("$target", target)],
            command => Convert.ToInt64(command.ExecuteScalar(), null)
        );

    private T Run<T>(
        string sql,
        (string Name, object Value)[] parameters,
        Func<SqliteCommand, T> run
    )
    {
        SqliteNative.DemandVersion();
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Process.Folder, "vault.db")};Mode=ReadWrite;Default Timeout=30"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return run(command);
    }
}

[CollectionDefinition(Name)]
public sealed class PortalCollection : ICollectionFixture<Portal>
{
    public const string Name = "Portal";
}
