using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Client;

/// <summary>What the server said.</summary>
public sealed record Answer(int Status, string Text, Dictionary<string, string> Headers)
{
    public JsonNode Json =>
        JsonNode.Parse(Text) ?? throw new InvalidOperationException("The body is null.");

    public JsonNode? Error => Text.Length == 0 ? null : Json["error"];

    public string? Code => (string?)Error?["code"];

    /// <summary>The JSON Pointer in the refusal's details.</summary>
    public string? Path => (string?)Error?["details"]?["path"];

    public override string ToString() => $"{Status} {Text}";
}
