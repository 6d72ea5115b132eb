using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace VaultPortal.Api.Docs.OpenApi;

/// <summary>
/// Shapes of JSON, written in a line: <c>id:Id name?:Name groupId:Id? fields:Field[]</c>. A question mark behind a member's name:
/// it may be absent; a tilde: absent, and not in the example either; behind a type: null, too; brackets: an array of them. Types are the scalars
/// below and a contract's own objects. Schemas and examples are made of the same line, so they cannot disagree.
/// </summary>
internal sealed class Shapes(ApiContract contract, OpenApiDocument document)
{
    private static readonly Dictionary<string, Scalar> Scalars = new()
    {
        ["Id"] = new("66f0a1b2c3d4e5f601234567", Pattern: "^[0-9a-f]{24}$"),
        ["Name"] = new("Production database", MaxLength: 255),
        ["Text"] = new("text"),
        ["Searched"] = new("text", MaxLength: 100),
        ["Flag"] = new(true),
        ["Count"] = new(1),
        ["Version"] = new(1),
        ["PageNumber"] = new(1),
        ["PageLimit"] = new(50),
        ["Hours"] = new(24),
        ["Time"] = new("2027-01-31T10:00:00.000Z", Format: "date-time"),
        ["Micros"] = new("2027-01-31T10:00:00.000000Z", Format: "date-time"),
        ["Signature"] = new(Convert.ToBase64String(new byte[64]), Format: "byte"),
        ["Base64"] = new("AAAA", Format: "byte"),
        ["Bytes"] = new("", Format: "binary"),
        ["Pem"] = new(
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
        ),
        ["AgreementPem"] = new(
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAhSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\n-----END PUBLIC KEY-----\n"
        ),
        ["Fingerprint"] = new(new string('0', 64), Pattern: "^[0-9a-f]{64}$"),
        ["Envelope"] = new(
            """{"v":3,"iv":"AAAAAAAAAAAAAAAA","t":"AAAAAAAAAAAAAAAAAAAAAA==","d":"AAAA"}""",
            MaxLength: 65_536
        ),
        ["Website"] = new("https://db.example.com", MaxLength: 2_048),
        ["Cursor"] = new("AQAAAAAAAAAA"),
        ["Key"] = new("rk_…"),
        ["SecretKey"] = new("DATABASE_URL", Pattern: "^[A-Z0-9_]+$", MaxLength: 255),
        ["SecretValue"] = new("postgres://db.example.com", MaxLength: 65_536),
        ["Uuid"] = new("018f4b1e-7c1a-7000-8000-000000000000", Format: "uuid"),
        ["VaultId"] = new("vlt_01hzxw5e0000000000000000000"[..30]),
        ["Classification"] = OneOf("INTERNAL", "PUBLIC", "CONFIDENTIAL", "CUI"),
        ["ItemType"] = OneOf(
            "LOGIN",
            "API_KEY",
            "DATABASE",
            "SSH_KEY",
            "SERVER",
            "SECURE_NOTE",
            "CREDIT_CARD",
            "CUSTOM"
        ),
        ["FieldType"] = OneOf("PASSWORD", "TEXT", "SECRET", "URL", "NUMBER", "TOTP", "FILE"),
        ["FieldAction"] = OneOf("update", "add", "delete"),
        ["AssetType"] = OneOf("VAULT", "VAULT_ITEM"),
        ["PrincipalType"] = OneOf("USER", "AGENT"),
        ["AccessLevel"] = OneOf("ADMIN", "WRITE", "READ"),
        ["Via"] = OneOf("VAULT", "VAULT_ITEM"),
        ["CheckpointKind"] = OneOf("directory", "summary", "detail", "permission"),
        ["ClosureType"] = OneOf("vault", "item"),
        ["ClosureReason"] = OneOf("archived", "no_access"),
        ["RetireReason"] = OneOf("replaced", "lost", "compromised"),
        ["KeyState"] = OneOf("active", "pending", "retired"),
        ["WrapAlgorithm"] = OneOf("HPKE-X25519-HKDF-SHA256-AES256GCM", "RSA-OAEP-SHA256"),
        ["SignerType"] = OneOf("AGENT_ENCRYPTION_KEY"),
        ["ExportFormat"] = OneOf("json", "env"),
        ["LifetimeKind"] = OneOf([
            .. Core.Policies.LifetimeKindNames.All.Select(Core.Policies.LifetimeKindNames.WireName),
        ]),
        ["LifetimeState"] = OneOf("active", "due-soon", "overdue", "expired"),
        ["OnExpiry"] = OneOf("block", "warn"),
        ["ExpiryAction"] = OneOf("extend", "set", "clear"),
        ["ReminderReason"] = OneOf("due-soon", "rotation", "expired"),
        ["ExpiryFormat"] = OneOf("csv", "ical"),
        ["Duration"] = new("90d", Pattern: "^[1-9][0-9]*[mhdwy]$", MaxLength: 10),
        ["OnConflict"] = OneOf("fail", "skip", "replace"),
        ["Previous"] = OneOf("previous"),
        ["WebhookEvent"] = OneOf([.. Core.Notifications.EventTypes.All]),
        ["DeliveryState"] = OneOf("waiting", "delivered", "failed"),
        ["RotationPhase"] = OneOf("announced", "switched", "retired", "cancelled"),
    };

    /// <summary>Adds the contract's objects to the document's components, under its prefix.</summary>
    public void AddTo(IDictionary<string, IOpenApiSchema> components)
    {
        foreach (var (name, line) in contract.Shapes)
        {
            var members = Members(line).ToArray();
            components.Add(
                Reference(name),
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = members.ToDictionary(m => m.Name, m => Schema(m.Type)),
                    Required = members.Where(m => !m.Optional).Select(m => m.Name).ToHashSet(),
                    AdditionalPropertiesAllowed = false,
                }
            );
        }
    }

    /// <summary>The schema of a type.</summary>
    public IOpenApiSchema Schema(string type)
    {
        if (type.EndsWith('?'))
        {
            var inner = Schema(type[..^1]);
            if (inner is OpenApiSchema { OneOf: null } scalar)
            {
                scalar.Type |= JsonSchemaType.Null;
                scalar.Enum?.Add(JsonNullSentinel.JsonNull);
                return scalar;
            }

            return new OpenApiSchema
            {
                OneOf = [inner, new OpenApiSchema { Type = JsonSchemaType.Null }],
            };
        }

        return type.EndsWith("[]", StringComparison.Ordinal)
                ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = Schema(type[..^2]) }
            : Scalars.TryGetValue(type, out var known) ? known.ToSchema()
            : contract.Shapes.ContainsKey(type)
                ? new OpenApiSchemaReference(Reference(type), document)
            : throw new InvalidOperationException($"{contract.Name}: there is no shape {type}.");
    }

    /// <summary>A value of a type.</summary>
    public JsonNode? Example(string type) =>
        type.EndsWith('?') ? Example(type[..^1])
        : type.EndsWith("[]", StringComparison.Ordinal) ? new JsonArray(Example(type[..^2]))
        : Scalars.TryGetValue(type, out var known) ? known.Example.DeepClone()
        : new JsonObject(
            Members(contract.Shapes[type])
                .Where(member => member.InExample)
                .Select(member => KeyValuePair.Create(member.Name, Example(member.Type)))
        );

    public static IEnumerable<(string Name, string Type, bool Optional, bool InExample)> Members(
        string line
    )
    {
        foreach (var part in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            var name = part[..colon];
            yield return (
                name.TrimEnd('?', '~'),
                part[(colon + 1)..],
                name[^1] is '?' or '~',
                name[^1] != '~'
            );
        }
    }

    private string Reference(string name) => $"{contract.ErrorsOf}.{name}";

    private static Scalar OneOf(params string[] values) => new(values[0], Values: values);

    private sealed record Scalar(
        JsonNode Example,
        string? Pattern = null,
        string? Format = null,
        int? MaxLength = null,
        string[]? Values = null
    )
    {
        public OpenApiSchema ToSchema() =>
            new()
            {
                Type = Example.GetValueKind() switch
                {
                    System.Text.Json.JsonValueKind.String => JsonSchemaType.String,
                    System.Text.Json.JsonValueKind.Number => JsonSchemaType.Integer,
                    _ => JsonSchemaType.Boolean,
                },
                Pattern = Pattern,
                Format = Format,
                MaxLength = MaxLength,
                Enum = Values is null ? null : [.. Values.Select(value => (JsonNode)value)],
            };
    }
}
