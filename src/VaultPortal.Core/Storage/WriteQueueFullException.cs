namespace VaultPortal.Core.Storage;

/// <summary>More writes wait than the queue takes. Nothing was done; doors answer 503 with <c>Retry-After</c>.</summary>
public sealed class WriteQueueFullException() : Exception("Too many writes are waiting.");
