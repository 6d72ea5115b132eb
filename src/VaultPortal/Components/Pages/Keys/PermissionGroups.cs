using System.Text.Json;

namespace VaultPortal.Components.Pages.Keys;

/// <summary>The permissions of keys, in groups and in words, as the form of a new key offers them.</summary>
internal static class PermissionGroups
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static readonly IReadOnlyList<PermissionGroup> All =
    [
        new(
            "Environment secrets",
            [
                new("secrets.read", "Read values, lists and history, and export"),
                new("secrets.write", "Create, change, rotate, restore and import"),
                new("secrets.delete", "Move secrets to the trash"),
            ],
            Secrets: true
        ),
        new(
            "Workflow vault",
            [
                new("workflows.vault.read", "See names and expiries"),
                new("workflows.vault.write", "Create, change, rotate and delete"),
                new(
                    "workflows.vault.use",
                    "Resolve secrets and check generated keys: for workflows"
                ),
            ]
        ),
        new(
            "Vaults",
            [
                new("machine.vault.read", "Read names, fields and checkpoints of granted vaults"),
                new("machine.vault.secret.read", "Read sealed values of granted vaults"),
                new("machine.vault.write", "Change granted vaults, with signed checkpoints"),
                new("machine.search.all", "Search granted vaults"),
            ]
        ),
        new(
            "Keys and grants",
            [
                new("machine.permissions.read", "See who may open what"),
                new("machine.permissions.write", "Give and take grants"),
                new("machine.agent.read", "See agents"),
                new("machine.agent.write", "Make and change agents"),
                new("machine.wrapped_key.all", "Read and write wrapped vault keys"),
                new("machine.user_key_pair.all", "Register and retire key pairs"),
            ]
        ),
        new(
            "Operation",
            [
                new("machine.webhook.all", "Manage webhooks"),
                new("machine.monitoring.read", "Read metrics and audit"),
                new("machine.monitoring.all", "Read metrics and audit, and change their settings"),
            ]
        ),
    ];

    /// <summary>As the form reads it.</summary>
    public static readonly string Json = JsonSerializer.Serialize(All, Web);

    /// <summary>The words for a permission; null for one without.</summary>
    public static string? Says(string name) =>
        All.SelectMany(group => group.Permissions).FirstOrDefault(p => p.Name == name)?.Says;
}

/// <param name="Secrets">Whether a key for environment secrets only may have them.</param>
internal sealed record PermissionGroup(
    string Name,
    IReadOnlyList<PermissionChoice> Permissions,
    bool Secrets = false
);

internal sealed record PermissionChoice(string Name, string Says);
