namespace VaultPortal.Api.Docs.OpenApi;

/// <summary>One contract: its calls, the shapes of what goes in and out, and its errors.</summary>
internal sealed record ApiContract
{
    public required string Name { get; init; }
    public required string BasePath { get; init; }

    /// <summary>Paths above which the base path does not stand: an operation that begins with it is taken as it is.</summary>
    public string OtherPath { get; init; } = "\n";
    public required ErrorApi ErrorsOf { get; init; }

    /// <summary>The names of the ways to prove who calls.</summary>
    public required IReadOnlyList<string> Credentials { get; init; }

    /// <summary>Objects by name, in the notation of <see cref="Shapes"/>.</summary>
    public required IReadOnlyDictionary<string, string> Shapes { get; init; }

    /// <summary>The shape of a refusal.</summary>
    public required string ErrorShape { get; init; }

    /// <summary>Media type of refusals.</summary>
    public string ErrorType { get; init; } = "application/json";

    /// <summary>The codes that follow from what an operation is: whether it has a body, needs a permission, can be repeated.</summary>
    public required Func<ApiOperation, IEnumerable<string>> CommonErrors { get; init; }
    public required IReadOnlyList<ApiOperation> Operations { get; init; }

    public string FullPath(ApiOperation operation) =>
        operation.Path.StartsWith(OtherPath, StringComparison.Ordinal)
            ? operation.Path
            : BasePath + operation.Path;

    /// <summary>Every refusal of an operation: a code, or a status and a code where one code has several.</summary>
    public IEnumerable<ErrorEntry> ErrorsFor(ApiOperation operation) =>
        CommonErrors(operation)
            .Concat(operation.Errors)
            .Distinct()
            .SelectMany(Find)
            .OrderBy(entry => entry.Status);

    private IEnumerable<ErrorEntry> Find(string name)
    {
        var parts = name.Split(':');
        var found = ErrorCatalog
            .All.Where(entry =>
                entry.Api == ErrorsOf
                && entry.Code == parts[^1]
                && (parts.Length == 1 || $"{entry.Status}" == parts[0])
            )
            .ToArray();
        return found.Length > 0
            ? found
            : throw new InvalidOperationException($"{Name}: no error {name} in the catalog.");
    }
}
