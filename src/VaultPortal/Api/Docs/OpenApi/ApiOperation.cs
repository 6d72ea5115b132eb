namespace VaultPortal.Api.Docs.OpenApi;

/// <summary>One call of a contract, as its document describes it.</summary>
/// <param name="Method">GET, POST, PUT, PATCH or DELETE.</param>
/// <param name="Path">Below the contract's base path, with its parameters in braces.</param>
/// <param name="Id">Names it in generated clients.</param>
/// <param name="Summary">What it does, in a sentence.</param>
internal sealed record ApiOperation(string Method, string Path, string Id, string Summary)
{
    /// <summary>The permission that it needs; null = none but a good credential.</summary>
    public string? Permission { get; init; }

    /// <summary>Whether it is called without a credential.</summary>
    public bool Open { get; init; }

    /// <summary>The shape of the body; null = none.</summary>
    public string? Body { get; init; }

    /// <summary>Members of the body's example that are another than the shape's own, as JSON.</summary>
    public string? BodyExample { get; init; }

    /// <summary>The body may be left out.</summary>
    public bool BodyOptional { get; init; }

    /// <summary>Media type of the body.</summary>
    public string BodyType { get; init; } = "application/json";

    /// <summary>The parameters behind the question mark, in the notation of <see cref="Shapes"/>.</summary>
    public string Query { get; init; } = "";

    /// <summary>Status and shape of the answers that are no refusals; an empty shape = no body.</summary>
    public required IReadOnlyList<(int Status, string Shape)> Answers { get; init; }

    /// <summary>Media type of those answers.</summary>
    public string AnswerType { get; init; } = "application/json";

    /// <summary>Whether <c>Idempotency-Key</c> makes it safe to repeat.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Codes that only this call and some others answer with, besides those of <see cref="ApiContract.CommonErrors"/>.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];
}
