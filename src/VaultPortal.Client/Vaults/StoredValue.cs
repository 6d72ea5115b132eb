namespace VaultPortal.Client;

/// <summary>A field's value as the server keeps it.</summary>
/// <param name="Envelope">Null for an empty field, and for a value that was not given.</param>
/// <param name="DekVersion">The version of the data key that it was sealed under.</param>
/// <param name="Withheld">Whether there may be a value that was not given.</param>
/// <param name="Expired">Whether it was not given because it has expired.</param>
/// <param name="ExpiresAt">When it expires, UTC.</param>
internal sealed record StoredValue(
    string? Envelope,
    int DekVersion,
    bool Withheld = false,
    bool Expired = false,
    DateTimeOffset? ExpiresAt = null
);
