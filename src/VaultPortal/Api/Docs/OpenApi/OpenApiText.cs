using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace VaultPortal.Api.Docs.OpenApi;

/// <summary>The document of all contracts, made of their tables (OpenAPI 3.1).</summary>
internal static class OpenApiText
{
    public const string Path = "/openapi/v1.json";

    public static IReadOnlyList<ApiContract> Contracts { get; } =
    [
        Machine.MachineOperations.Contract,
        Secrets.SecretsOperations.Contract,
        Workflows.WorkflowsOperations.Contract,
        Management.ManagementOperations.Contract,
    ];

    private static readonly Lazy<Task<string>> Text = new(() =>
        Document().SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)
    );

    public static void MapOpenApi(this IEndpointRouteBuilder app) =>
        app.MapGet(
            Path,
            async (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "no-cache";
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync(await Text.Value, http.RequestAborted);
            }
        );

    public static Task<string> ReadAsync() => Text.Value;

    /// <summary>A body that is well-formed; null where there is none.</summary>
    public static JsonNode? BodyExample(ApiOperation operation, Shapes shapes)
    {
        var example = operation.Body is { } shape ? shapes.Example(shape) : null;
        if (operation.BodyExample is { } other)
        {
            foreach (var (name, value) in JsonNode.Parse(other)!.AsObject())
            {
                example![name] = value?.DeepClone();
            }
        }

        return example;
    }

    private static OpenApiDocument Document()
    {
        var document = new OpenApiDocument
        {
            Info = new OpenApiInfo
            {
                Title = "VaultPortal",
                Version = "1",
                Description =
                    "Zero-trust vaults for machines, environment secrets, the workflow vault, and the lifetimes of everything. Every error code has a page under /docs/errors.",
            },
            Paths = [],
            Tags = new HashSet<OpenApiTag>(),
            Components = new OpenApiComponents
            {
                Schemas = new Dictionary<string, IOpenApiSchema>(),
                Examples = ErrorExamples(),
                SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    ["apiKey"] = new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.ApiKey,
                        In = ParameterLocation.Header,
                        Name = "X-API-Key",
                    },
                    ["bearer"] = new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.Http,
                        Scheme = "bearer",
                    },
                },
            },
        };
        foreach (var contract in Contracts)
        {
            document.Tags.Add(new OpenApiTag { Name = contract.Name });
            var shapes = new Shapes(contract, document);
            shapes.AddTo(document.Components.Schemas);
            foreach (var operation in contract.Operations)
            {
                Add(document, contract, shapes, operation);
            }
        }

        return document;
    }

    private static void Add(
        OpenApiDocument document,
        ApiContract contract,
        Shapes shapes,
        ApiOperation operation
    )
    {
        var path = contract.FullPath(operation);
        if (!document.Paths.TryGetValue(path, out var item))
        {
            document.Paths.Add(
                path,
                item = new OpenApiPathItem
                {
                    Operations = [],
                    Parameters = [.. PathParameters(path, shapes)],
                }
            );
        }

        item.Operations!.Add(
            new HttpMethod(operation.Method),
            new OpenApiOperation
            {
                OperationId = operation.Id,
                Summary = operation.Summary,
                Description = operation.Permission is { } permission
                    ? $"Needs the permission {permission}."
                    : null,
                Tags = new HashSet<OpenApiTagReference> { new(contract.Name, document) },
                Parameters = [.. QueryParameters(operation, shapes)],
                RequestBody = Body(operation, shapes),
                Responses = Answers(document, contract, operation, shapes),
                Security = operation.Open
                    ? []
                    :
                    [
                        .. contract.Credentials.Select(name => new OpenApiSecurityRequirement
                        {
                            [new OpenApiSecuritySchemeReference(name, document)] = [],
                        }),
                    ],
            }
        );
    }

    private static IEnumerable<IOpenApiParameter> PathParameters(string path, Shapes shapes) =>
        path.Split('/')
            .Where(part => part.StartsWith('{'))
            .Select(part => part.Trim('{', '}'))
            .Select(name => new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Path,
                Required = true,
                Schema = shapes.Schema(
                    name switch
                    {
                        "key" => "SecretKey",
                        "vaultId" => "VaultId",
                        "version" => "Version",
                        "assetType" => "AssetType",
                        _ => "Id",
                    }
                ),
            });

    private static IEnumerable<IOpenApiParameter> QueryParameters(
        ApiOperation operation,
        Shapes shapes
    )
    {
        foreach (var (name, type, optional, _) in Shapes.Members(operation.Query))
        {
            yield return new OpenApiParameter
            {
                Name = name,
                In = ParameterLocation.Query,
                Required = !optional,
                Schema = shapes.Schema(type),
            };
        }

        if (operation.Repeatable)
        {
            yield return new OpenApiParameter
            {
                Name = "Idempotency-Key",
                In = ParameterLocation.Header,
                Description =
                    "At most 255 visible ASCII characters: the same key with the same body gives the first answer again.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
            };
        }
    }

    private static OpenApiRequestBody? Body(ApiOperation operation, Shapes shapes)
    {
        if (operation.Body is not { } shape)
        {
            return null;
        }

        var example = BodyExample(operation, shapes);
        return new OpenApiRequestBody
        {
            Required = !operation.BodyOptional,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [operation.BodyType] = new OpenApiMediaType
                {
                    Schema = shapes.Schema(shape),
                    Example = operation.BodyType == "application/json" ? example : null,
                },
            },
        };
    }

    /// <summary>Every refusal once; the operations point to it.</summary>
    private static Dictionary<string, IOpenApiExample> ErrorExamples() =>
        Contracts
            .SelectMany(contract => contract.Operations.SelectMany(contract.ErrorsFor))
            .Distinct()
            .ToDictionary(
                NameOf,
                entry =>
                    (IOpenApiExample)
                        new OpenApiExample
                        {
                            Summary = entry.Cause,
                            Description = entry.Remedy,
                            Value = JsonNode.Parse(ErrorDocs.ExampleOf(entry)),
                        }
            );

    private static string NameOf(ErrorEntry entry) => $"{entry.Api}.{entry.Status}.{entry.Code}";

    private static OpenApiResponses Answers(
        OpenApiDocument document,
        ApiContract contract,
        ApiOperation operation,
        Shapes shapes
    )
    {
        var answers = new OpenApiResponses();
        foreach (var (status, shape) in operation.Answers)
        {
            answers.Add(
                $"{status}",
                new OpenApiResponse
                {
                    Description = status == 304 ? "Not changed." : "Done.",
                    Content =
                        shape.Length == 0
                            ? null
                            : new Dictionary<string, OpenApiMediaType>
                            {
                                [operation.AnswerType] = new OpenApiMediaType
                                {
                                    Schema = shapes.Schema(shape),
                                    Example =
                                        operation.AnswerType == "application/json"
                                            ? shapes.Example(shape)
                                            : null,
                                },
                            },
                }
            );
        }

        foreach (var errors in contract.ErrorsFor(operation).GroupBy(entry => entry.Status))
        {
            answers.Add(
                $"{errors.Key}",
                new OpenApiResponse
                {
                    Description = string.Join(", ", errors.Select(entry => entry.Code)),
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        [contract.ErrorType] = new OpenApiMediaType
                        {
                            Schema = shapes.Schema(contract.ErrorShape),
                            Examples = errors.ToDictionary(
                                entry => entry.Code,
                                entry =>
                                    (IOpenApiExample)
                                        new OpenApiExampleReference(NameOf(entry), document)
                            ),
                        },
                    },
                }
            );
        }

        return answers;
    }
}
