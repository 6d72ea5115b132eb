namespace VaultPortal.Core.Secrets;

/// <summary>What a person has to confirm with the password first (DESIGN section 7).</summary>
public sealed record StepUpOptions
{
    public const string Section = "StepUp";

    /// <summary>Whether revealing and exporting values is among it.</summary>
    public bool Reveal { get; init; } = true;
}
