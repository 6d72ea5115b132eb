using Microsoft.Extensions.Logging.Abstractions;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;

namespace VaultPortal.Tests.Unit.Audit;

/// <summary>A chain in a real database, and what reads and seals it.</summary>
public sealed class AuditFixture : IDisposable
{
    public AuditFixture()
    {
        Queue = Store.StartQueue();
        Reads = new ReadConnections(Store.Database);
    }

    public TestStore Store { get; } = new();

    public WriteQueue Queue { get; }

    public ReadConnections Reads { get; }

    public PortalSigner Signer { get; } = new(SigningKey.Generate());

    /// <summary>Appends entries; the first one of a chain is its own beginning.</summary>
    public Task AppendAsync(int count) =>
        Queue.RunAsync(scope =>
        {
            for (var i = 0; i < count; i++)
            {
                scope.Audit(TestStore.Caller, "note.create", $"note:{i}", "ok");
            }

            return count;
        });

    public AuditSealService Seals(params IAuditSealSink[] sinks) =>
        new(
            Queue,
            Reads,
            Signer,
            sinks,
            NullLogger<AuditSealService>.Instance,
            new() { Entries = 5 }
        );

    public AuditReport Verify(AuditVerification? verification = null) =>
        new AuditVerifier(Store.Database, Queue).Verify(
            verification ?? new(),
            CancellationToken.None
        );

    public void Dispose()
    {
        Queue.Dispose();
        Reads.Dispose();
        Signer.Dispose();
        Store.Dispose();
    }
}
