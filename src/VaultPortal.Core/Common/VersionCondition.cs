namespace VaultPortal.Core.Common;

/// <summary>The versions that a caller takes for the present one (<c>If-Match</c>, RFC 9110 section 13.1.1). Empty = any, as <c>*</c> says.</summary>
public sealed record VersionCondition(IReadOnlyList<long> Versions)
{
    public bool Holds(long version) => Versions.Count == 0 || Versions.Contains(version);
}
