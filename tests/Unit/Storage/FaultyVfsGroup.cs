using Xunit;

namespace VaultPortal.Tests.Unit.Storage;

/// <summary>Tests that run one after the other, because they share the faults of <see cref="FaultyVfs"/>.</summary>
[CollectionDefinition(Name)]
public static class FaultyVfsGroup
{
    public const string Name = "faulty VFS";
}
