using VaultPortal.Core.Access;

namespace VaultPortal.Core.Audit;

/// <summary>What is to be recorded; becomes an <see cref="AuditEntry"/> when it gets its place in the chain.</summary>
internal readonly record struct AuditEvent(
    Caller Caller,
    string Action,
    string Target,
    string Outcome,
    DateTimeOffset Time,
    long? Count = null
);
