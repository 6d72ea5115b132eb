namespace VaultPortal.Core.Common;

/// <summary>The closed set of ways in which a service can refuse. Each door maps them to its contract's statuses.</summary>
public enum ErrorKind
{
    Invalid,
    Unauthenticated,
    Denied,
    SignerRequired,
    StepUpRequired,
    NotFound,
    Conflict,
    Stale,
    Expired,
    TooLarge,
    Limited,
    Unavailable,
}

/// <summary>What is wrong with the form of a request, for contracts that have a code for each.</summary>
public enum InputFault
{
    /// <summary>The body is not JSON in UTF-8, or nested too deep.</summary>
    Malformed,

    /// <summary>A member that has to be there is not.</summary>
    Missing,

    /// <summary>There is no such member.</summary>
    Unknown,

    /// <summary>A member of the wrong type or format, or one that stands twice.</summary>
    WrongForm,
}

/// <summary>A refusal: its kind, the contract's code, and a message that tells the caller what to do. Never holds a value, key or token.</summary>
/// <param name="Kind">Decides the HTTP status at a door.</param>
/// <param name="Code">The contract's code, e.g. <c>checkpoint_version_conflict</c>.</param>
/// <param name="Message">One sentence, safe to show.</param>
public sealed record VaultError(ErrorKind Kind, string Code, string Message)
{
    /// <summary>JSON Pointer (RFC 6901) into the request, where one member is at fault.</summary>
    public string? Path { get; init; }

    /// <summary>Set where the form of the request is at fault, before any service saw it.</summary>
    public InputFault? Fault { get; init; }

    /// <summary>Further safe details, with the contract's member names.</summary>
    public IReadOnlyDictionary<string, object?>? Details { get; init; }

    /// <summary>How long to wait before trying again; <see cref="ErrorKind.Limited"/> and <see cref="ErrorKind.Unavailable"/> only.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static VaultError Invalid(string path, string message) =>
        new(ErrorKind.Invalid, "invalid_request", message) { Path = path };
}
