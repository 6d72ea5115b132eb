using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using VaultPortal.Core.Access;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>
/// One host for the tables of this folder. Accounts and keys are put there as the database keeps them, because the tables need dozens:
/// what makes them is tested elsewhere.
/// </summary>
public sealed class HostilePortal : IAsyncLifetime
{
    // What changes by itself, by being asked or by being refused: audit, sessions, keys of the host, and when a key was last used.
    private const string Unwatched =
        "audit_entry audit_head audit_seal portal_session data_protection_key data_key portal_signing_key setup_token long_job lease known_lifetime reminder reminder_copy";

    private int _accounts;
    private Task<Cast>? _cast;

    public Portal Portal { get; } = new();

    /// <summary>May everything, and owns the vaults of the stages.</summary>
    public Party Owner { get; private set; } = null!;

    /// <summary>The owner's key that may nothing here: whatever it sends well-formed is 403.</summary>
    public MachineClient Powerless { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Portal.InitializeAsync();
        Owner = await Person();
        Powerless = Portal.Client(
            Key(Owner.Id, Permissions.Webhook),
            Owner.Id,
            Owner.Client.Signer
        );
    }

    public async Task DisposeAsync()
    {
        Owner.Dispose();
        Powerless.Dispose();
        await Portal.DisposeAsync();
    }

    /// <summary>An account with a key of every permission and a registered key pair; an Auditor has no key pair.</summary>
    public async Task<Party> Person(Role role = Role.Owner)
    {
        var id = Account(role);
        var party = new Party(Portal.Client(Key(id, PermissionSets.Machine), id), id);
        return role == Role.Auditor ? party : await party.Register();
    }

    /// <summary>An agent with an API key of every permission, without a registered key.</summary>
    public async Task<Party> NewAgent(Party owner)
    {
        var made = await owner.Client.Post("agent", new JsonObject { ["name"] = "builder" });
        var id = (string)MachineClient.Expect(made, 201).Json["id"]!;
        var key = Key(owner.Id, PermissionSets.Machine, ApiKeyScope.Agent, id);
        return new Party(Portal.Client(key, id), id, isAgent: true);
    }

    /// <summary>The same with a registered key.</summary>
    public async Task<Party> Agent(Party owner) => await (await NewAgent(owner)).Register();

    /// <summary>Keys and what looks like some, made once.</summary>
    public List<(string Label, string? Key)> WorthlessKeys { get; } = [];

    /// <summary>Takes away the key pairs that are not active: one user has 20 at most.</summary>
    public void DropSpareKeys() =>
        Portal.Execute("DELETE FROM registered_key WHERE owner_kind = 1 AND state <> 1");

    /// <summary>Who plays in the access matrix.</summary>
    public Task<Cast> Cast() => _cast ??= Hostile.Cast.MakeAsync(this);

    /// <summary>An account without a password; answers its id.</summary>
    public string Account(Role role, bool disabled = false)
    {
        var (id, email) = (VaultState.NewId(), $"hostile{++_accounts}@example.com");
        Portal
            .Execute(
                """
                INSERT INTO account (public_id, role, created_at, disabled_at, email, normalized_email, email_confirmed,
                                     two_factor_enabled, lockout_enabled, access_failed_count)
                VALUES ($id, $role, 0, $disabled, $email, $upper, 1, 0, 0, 0)
                """,
                ("$id", Convert.FromHexString(id)),
                ("$role", (int)role),
                ("$disabled", disabled ? 1 : DBNull.Value),
                ("$email", email),
                ("$upper", email.ToUpperInvariant())
            )
            .ShouldBe(1);
        return id;
    }

    /// <summary>A new key of an account, or of its agent.</summary>
    /// <param name="more">Further columns and their values, such as <c>revoked_at</c>.</param>
    public string Key(
        string owner,
        Permissions permissions,
        ApiKeyScope scope = ApiKeyScope.User,
        string? agent = null,
        params (string Column, object Value)[] more
    )
    {
        var text = ApiKeyText.Generate();
        var columns = string.Concat(more.Select(m => $", {m.Column}"));
        var values = string.Concat(more.Select((_, i) => $", $more{i}"));
        Portal
            .Execute(
                $"""
                INSERT INTO api_key (public_id, access_key, hash, name, scope, owner_id, agent_id, permissions, created_at
                                     {columns}{(columns.Contains("allow_list", StringComparison.Ordinal) ? "" : ", allow_list")})
                VALUES ($id, $access, $hash, 'hostile', $scope, (SELECT id FROM account WHERE public_id = $owner),
                        (SELECT id FROM agent WHERE public_id = $agent), $permissions, $now
                        {values}{(
                    columns.Contains("allow_list", StringComparison.Ordinal) ? "" : ", ''"
                )})
                """,
                [
                    ("$id", Convert.FromHexString(VaultState.NewId())),
                    ("$access", ApiKeyText.AccessKeyOf(text)!),
                    ("$hash", ApiKeyText.Hash(text)),
                    ("$scope", (int)scope),
                    ("$owner", Convert.FromHexString(owner)),
                    ("$agent", agent is null ? DBNull.Value : Convert.FromHexString(agent)),
                    ("$permissions", (long)permissions),
                    ("$now", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000),
                    .. more.Select((m, i) => ($"$more{i}", m.Value)),
                ]
            )
            .ShouldBe(1);
        return text;
    }

    /// <summary>Grants a level on a stage's vault, or on its item alone.</summary>
    public void Grant(Party member, Grant grant, Stage stage)
    {
        if (grant == Hostile.Grant.None)
        {
            return;
        }

        var onVault = grant <= Hostile.Grant.VaultAdmin;
        Portal
            .Execute(
                $"""
                INSERT INTO access_grant (asset_kind, asset_id, principal_kind, principal_id, level, created_at)
                VALUES ($kind, (SELECT id FROM {(onVault ? "vault" : "vault_item")} WHERE public_id = $id), $principal,
                        (SELECT id FROM {(
                    member.IsAgent ? "agent" : "account"
                )} WHERE public_id = $member), $level, 0)
                """,
                ("$kind", onVault ? 1 : 2),
                ("$id", Convert.FromHexString(onVault ? stage.Vault.Id : stage.Item.Id)),
                ("$principal", member.IsAgent ? 2 : 1),
                ("$member", Convert.FromHexString(member.Id)),
                ("$level", ((int)grant - 1) % 3 + 1)
            )
            .ShouldBe(1);
    }

    /// <summary>A hash over every row that a request could leave behind, kept answers included; the audit aside.</summary>
    public string Digest()
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Portal.Process.Folder, "vault.db")};Mode=ReadOnly;Default Timeout=30"
        );
        connection.Open();
        using var transaction = connection.BeginTransaction(deferred: true);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var table in Tables(connection))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{table}\n"));
            AppendRows(connection, table, hash);
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static List<string> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
        using var row = command.ExecuteReader();
        var names = new List<string>();
        while (row.Read())
        {
            var name = row.GetString(0);
            if (
                !Unwatched.Split(' ').Contains(name)
                && !name.StartsWith("__", StringComparison.Ordinal)
                && !name.StartsWith("sqlite_", StringComparison.Ordinal)
            )
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static void AppendRows(SqliteConnection connection, string table, IncrementalHash hash)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table} ORDER BY 1";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            for (var i = 0; i < row.FieldCount; i++)
            {
                if (row.GetName(i).StartsWith("last_used", StringComparison.Ordinal))
                {
                    continue;
                }

                var bytes = row.GetValue(i) switch
                {
                    byte[] blob => blob,
                    var value => Encoding.UTF8.GetBytes(
                        Convert.ToString(value, CultureInfo.InvariantCulture)!
                    ),
                };
                hash.AppendData(BitConverter.GetBytes(bytes.Length));
                hash.AppendData(bytes);
            }
        }
    }
}

[CollectionDefinition(Name)]
public sealed class HostileCollection : ICollectionFixture<HostilePortal>
{
    public const string Name = "Hostile";
}

/// <summary>What somebody holds on a vault, or on its one item alone.</summary>
public enum Grant
{
    None,
    VaultRead,
    VaultWrite,
    VaultAdmin,
    ItemRead,
    ItemWrite,
    ItemAdmin,
}
