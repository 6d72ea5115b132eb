namespace VaultPortal.Client;

/// <summary>Where in a list an answer stands.</summary>
internal sealed record Pagination(int Page, int Limit, long Total, int TotalPages);
