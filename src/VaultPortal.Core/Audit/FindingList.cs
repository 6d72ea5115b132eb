namespace VaultPortal.Core.Audit;

/// <summary>The first findings; a chain that is wrong everywhere must not fill memory.</summary>
internal sealed class FindingList
{
    private const int Most = 100;

    public List<AuditFinding> List { get; } = [];

    public void Add(AuditFindingKind kind, long sequence, string message)
    {
        if (List.Count < Most)
        {
            List.Add(new(kind, sequence, message));
        }
    }
}
