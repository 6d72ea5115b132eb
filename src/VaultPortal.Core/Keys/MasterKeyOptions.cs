namespace VaultPortal.Core.Keys;

/// <summary>Where the master key comes from.</summary>
public sealed record MasterKeyOptions
{
    /// <summary>The environment variable that may hold the key.</summary>
    public const string Variable = "VAULTPORTAL_MASTER_KEY";

    /// <summary>The key as base64 of 32 bytes; null or empty = the file in the data directory.</summary>
    public string? Text { get; init; }

    public static MasterKeyOptions FromEnvironment() =>
        new() { Text = Environment.GetEnvironmentVariable(Variable) };

    /// <summary>Names where the key comes from, and never the key.</summary>
    public override string ToString() =>
        string.IsNullOrEmpty(Text) ? "master key from file" : "master key from environment";
}
