namespace VaultPortal.Api.Shared;

/// <summary>What a call takes as its body.</summary>
/// <param name="Limit">Largest body, in bytes.</param>
internal sealed record BodyRules(int Limit)
{
    /// <summary>JSON of at most 1 MiB.</summary>
    public static readonly BodyRules Plain = new(1 << 20);

    /// <summary>The body may be left out; that is as good as an empty object.</summary>
    public bool Optional { get; init; }

    /// <summary>Whether an <c>Idempotency-Key</c> makes the call safe to repeat (machine.md section 8).</summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>Which media types are taken, all of them in UTF-8 only.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = [RequestBody.Json];
}
