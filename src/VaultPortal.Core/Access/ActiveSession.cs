using VaultPortal.Core.Common;

namespace VaultPortal.Core.Access;

/// <summary>A session that is good at this moment, with its account.</summary>
public sealed record ActiveSession(
    long Id,
    long AccountId,
    PublicId AccountPublicId,
    string Email,
    Role Role
);
