using System.Text.Json;
using VaultPortal.Core.Access;

namespace VaultPortal.Core.Tokens;

/// <summary>The rules of a trusted issuer, as they are kept and as they are applied.</summary>
internal sealed class ClaimMappings
{
    /// <summary>What a foreign token can be given at most.</summary>
    public const Permissions Most = PermissionSets.Secrets | PermissionSets.Workflows;

    private readonly List<(string Claim, string Value, Permissions Permissions)> _rules;

    private ClaimMappings(IEnumerable<ClaimMapping> mappings) =>
        _rules = [
            .. mappings.Select(m =>
                (m.Claim, m.Value, PermissionNames.Parse(m.Permissions).Value & Most)
            ),
        ];

    public static string ToText(IReadOnlyList<ClaimMapping> mappings) =>
        JsonSerializer.Serialize(mappings);

    public static IReadOnlyList<ClaimMapping> ToList(string text) =>
        JsonSerializer.Deserialize<List<ClaimMapping>>(text)!;

    public static ClaimMappings Read(string text) => new(ToList(text));

    /// <summary>All that the token's claims are given, by exact value; none when no rule matches.</summary>
    public Permissions Of(TokenClaims claims)
    {
        var permissions = Permissions.None;
        foreach (var rule in _rules)
        {
            if (claims.All.TryGetProperty(rule.Claim, out var value) && Holds(value, rule.Value))
            {
                permissions |= rule.Permissions;
            }
        }

        return permissions;
    }

    private static bool Holds(JsonElement value, string text) =>
        value.ValueKind switch
        {
            JsonValueKind.String => IsText(value, text),
            JsonValueKind.Array => value.EnumerateArray().Any(entry => IsText(entry, text)),
            _ => false,
        };

    private static bool IsText(JsonElement value, string text) =>
        StrictJson.TryText(value, out var found) && found == text;
}
