using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>What a key may ask for at all; access to the object comes on top. Group names are expanded when a key is made.</summary>
[Flags]
public enum Permissions : long
{
    None = 0,
    VaultRead = 1 << 0,
    VaultSecretRead = 1 << 1,
    VaultWrite = 1 << 2,
    PermissionsRead = 1 << 3,
    PermissionsWrite = 1 << 4,
    AgentRead = 1 << 5,
    AgentWrite = 1 << 6,
    Search = 1 << 7,
    WrappedKey = 1 << 8,
    UserKeyPair = 1 << 9,
    Webhook = 1 << 10,
    MonitoringRead = 1 << 11,
    MonitoringAll = 1 << 12,
    SecretsRead = 1 << 13,
    SecretsWrite = 1 << 14,
    SecretsDelete = 1 << 15,
    WorkflowsRead = 1 << 16,
    WorkflowsWrite = 1 << 17,
    WorkflowsUse = 1 << 18,

    /// <summary>Lists and history of environment secrets without their values. Has no name of its own: <c>secrets.read</c> includes it, and an Auditor has it.</summary>
    SecretsList = 1 << 19,
}

/// <summary>Sets of permissions that belong together.</summary>
public static class PermissionSets
{
    /// <summary>What the machine API asks for; <c>machine.all</c>.</summary>
    public const Permissions Machine = (Permissions)((1 << 13) - 1);

    public const Permissions Secrets =
        Permissions.SecretsRead
        | Permissions.SecretsList
        | Permissions.SecretsWrite
        | Permissions.SecretsDelete;

    public const Permissions Workflows =
        Permissions.WorkflowsRead | Permissions.WorkflowsWrite | Permissions.WorkflowsUse;

    /// <summary>What an Auditor may at most, in the portal and through keys: metadata of everything, values nowhere.</summary>
    public const Permissions Auditor =
        Permissions.VaultRead
        | Permissions.PermissionsRead
        | Permissions.AgentRead
        | Permissions.Search
        | Permissions.MonitoringRead
        | Permissions.SecretsList
        | Permissions.WorkflowsRead;
}

/// <summary>The names of permissions on the wire (machine.md sections 1 and 9).</summary>
public static class PermissionNames
{
    private static readonly (string Name, Permissions Permission)[] Single =
    [
        ("machine.vault.read", Permissions.VaultRead),
        ("machine.vault.secret.read", Permissions.VaultSecretRead),
        ("machine.vault.write", Permissions.VaultWrite),
        ("machine.permissions.read", Permissions.PermissionsRead),
        ("machine.permissions.write", Permissions.PermissionsWrite),
        ("machine.agent.read", Permissions.AgentRead),
        ("machine.agent.write", Permissions.AgentWrite),
        ("machine.search.all", Permissions.Search),
        ("machine.wrapped_key.all", Permissions.WrappedKey),
        ("machine.user_key_pair.all", Permissions.UserKeyPair),
        ("machine.webhook.all", Permissions.Webhook),
        ("machine.monitoring.read", Permissions.MonitoringRead),
        ("machine.monitoring.all", Permissions.MonitoringAll),
        ("secrets.read", Permissions.SecretsRead | Permissions.SecretsList),
        ("secrets.write", Permissions.SecretsWrite),
        ("secrets.delete", Permissions.SecretsDelete),
        ("workflows.vault.read", Permissions.WorkflowsRead),
        ("workflows.vault.write", Permissions.WorkflowsWrite),
        ("workflows.vault.use", Permissions.WorkflowsUse),
    ];

    private static readonly Dictionary<string, Permissions> ByName = new(
        Single.Select(p => KeyValuePair.Create(p.Name, p.Permission)),
        StringComparer.Ordinal
    )
    {
        ["machine.all"] = PermissionSets.Machine,
        ["secrets.all"] = PermissionSets.Secrets,
        ["workflows.vault.all"] = PermissionSets.Workflows,
        ["machine.vault.all"] =
            Permissions.VaultRead | Permissions.VaultSecretRead | Permissions.VaultWrite,
        ["machine.permissions.all"] = Permissions.PermissionsRead | Permissions.PermissionsWrite,
        ["machine.agent.all"] = Permissions.AgentRead | Permissions.AgentWrite,
        ["machine.monitoring.all"] = Permissions.MonitoringRead | Permissions.MonitoringAll,
    };

    /// <summary>Every name that a key can be made with.</summary>
    public static IEnumerable<string> Known => ByName.Keys.Order(StringComparer.Ordinal);

    public static Result<Permissions> Parse(IEnumerable<string> names)
    {
        var permissions = Permissions.None;
        foreach (var name in names)
        {
            if (!ByName.TryGetValue(name, out var permission))
            {
                return VaultError.Invalid(
                    "/permissions",
                    $"There is no permission '{name}'. Known: {string.Join(", ", Known)}."
                );
            }

            permissions |= permission;
        }

        return permissions == Permissions.None
            ? VaultError.Invalid("/permissions", "A key needs at least one permission.")
            : permissions;
    }

    public static IEnumerable<string> ToNames(Permissions permissions) =>
        Single.Where(p => (permissions & p.Permission) == p.Permission).Select(p => p.Name);
}
