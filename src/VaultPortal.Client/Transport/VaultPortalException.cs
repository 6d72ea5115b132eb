using System.Text.Json;

namespace VaultPortal.Client;

/// <summary>The server refused a request, or did not answer as the contract says. Never holds a value or a key.</summary>
public sealed class VaultPortalException : Exception
{
    /// <summary>The code of an answer that the contract does not know.</summary>
    public const string InvalidResponseCode = "invalid_response";

    /// <summary>A refusal.</summary>
    public VaultPortalException(
        int status,
        string code,
        string message,
        JsonElement? details = null,
        TimeSpan? retryAfter = null,
        Exception? inner = null
    )
        : base(message, inner)
    {
        Status = status;
        Code = code;
        Details = details;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status; 0 where no answer came.</summary>
    public int Status { get; }

    /// <summary>The contract's code, "checkpoint_version_conflict" for instance.</summary>
    public string Code { get; }

    /// <summary>What else the server said: an object, or null.</summary>
    public JsonElement? Details { get; }

    /// <summary>The JSON Pointer of what is wrong, or null.</summary>
    public string? Path =>
        Details is { ValueKind: JsonValueKind.Object } details
        && details.TryGetProperty("path", out var path)
        && path.ValueKind == JsonValueKind.String
            ? path.GetString()
            : null;

    /// <summary>When to try again, as the server wishes; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static VaultPortalException InvalidResponse(string where) =>
        new(200, InvalidResponseCode, $"The answer is not what the contract says, at {where}.");
}
