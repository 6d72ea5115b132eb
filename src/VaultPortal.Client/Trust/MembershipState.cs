using System.Collections.Immutable;

namespace VaultPortal.Client;

/// <summary>The members at one version of the permission checkpoint, verified.</summary>
internal sealed record MembershipState(
    long Version,
    string Hash,
    string Signer,
    ImmutableArray<Member> Members
)
{
    public Member? Find(Member other) =>
        Members.FirstOrDefault(member => member.Principal == other.Principal);
}
