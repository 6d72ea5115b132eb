using System.Text.Json.Nodes;

namespace VaultPortal.Tests.E2E.Api.OpenApi;

/// <summary>A refusal that the document declares for an operation.</summary>
public sealed record Declared(
    string Operation,
    string Method,
    string Path,
    int Status,
    string Code,
    JsonNode Example,
    JsonNode? Body,
    string BodyType
)
{
    public override string ToString() => $"{Operation} {Status} {Code}";

    /// <summary>All refusals below a path.</summary>
    public static IReadOnlyList<Declared> In(JsonNode document, string below) =>
        [
            .. from path in document["paths"]!.AsObject()
            where path.Key.StartsWith(below, StringComparison.Ordinal)
            from operation in path.Value!.AsObject()
            where operation.Key != "parameters"
            from answer in operation.Value!["responses"]!.AsObject()
            where answer.Key[0] is '4' or '5'
            from example in answer.Value!["content"]!["application/json"]!["examples"]!.AsObject()
            let content = operation.Value["requestBody"]?["content"]?.AsObject().First()
            select new Declared(
                (string)operation.Value["operationId"]!,
                operation.Key.ToUpperInvariant(),
                path.Key,
                int.Parse(answer.Key),
                example.Key,
                Follow(document, (string)example.Value!["$ref"]!)["value"]!,
                content?.Value?["example"],
                content?.Key ?? "application/json"
            ),
        ];

    private static JsonNode Follow(JsonNode document, string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate(document, (node, name) => node[name]!);
}
