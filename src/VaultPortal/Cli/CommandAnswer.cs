using System.Text.Json.Nodes;

namespace VaultPortal.Cli;

/// <summary>What a command has to say when it succeeded.</summary>
/// <param name="Text">For a script or a person, on standard output.</param>
/// <param name="Json">With <c>--json</c>, instead.</param>
internal sealed record CommandAnswer(string Text, JsonObject Json)
{
    /// <summary>For a person only, on standard error.</summary>
    public string? Remark { get; init; }

    /// <summary>The exit code: a command can do its work and still have bad news.</summary>
    public int ExitCode { get; init; }
}
