using Shouldly;
using VaultPortal.Core.Audit;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Audit;

/// <summary>Each deed is done to the real file, with plain SQL.</summary>
public sealed class AuditVerifierTests : IAsyncLifetime, IDisposable
{
    private readonly AuditFixture _audit = new();

    public Task InitializeAsync() => _audit.AppendAsync(19);

    [Fact]
    public void AuditVerifier_whole_chain_is_intact()
    {
        var report = _audit.Verify();

        report.Intact.ShouldBeTrue();
        report.Entries.ShouldBe(20);
    }

    [Fact]
    public void AuditVerifier_finds_a_changed_text() =>
        Deed("UPDATE audit_entry SET text = replace(text, 'system', 'nobody') WHERE sequence = 7")
            .ShouldBe([(AuditFindingKind.Changed, 7L)]);

    [Fact]
    public void AuditVerifier_finds_a_changed_hash() =>
        Deed("UPDATE audit_entry SET hash = randomblob(32) WHERE sequence = 7")
            .ShouldBe([(AuditFindingKind.Changed, 7L), (AuditFindingKind.Changed, 8L)]);

    [Fact]
    public void AuditVerifier_finds_a_removed_entry() =>
        Deed("DELETE FROM audit_entry WHERE sequence = 7")
            .ShouldBe([(AuditFindingKind.Missing, 7L)]);

    [Fact]
    public void AuditVerifier_finds_a_removed_entry_whose_gap_was_closed() =>
        Deed(
                """
                DELETE FROM audit_entry WHERE sequence = 7;
                UPDATE audit_entry SET sequence = -sequence WHERE sequence > 7;
                UPDATE audit_entry SET sequence = -sequence - 1 WHERE sequence < 0;
                UPDATE audit_head SET sequence = 19;
                """
            )
            .ShouldBe([(AuditFindingKind.Missing, 7L)]);

    [Fact]
    public void AuditVerifier_finds_an_inserted_entry() =>
        Deed(
                """
                UPDATE audit_entry SET sequence = -sequence WHERE sequence >= 7;
                UPDATE audit_entry SET sequence = -sequence + 1 WHERE sequence < 0;
                INSERT INTO audit_entry SELECT 7, text, hash FROM audit_entry WHERE sequence = 8;
                UPDATE audit_entry SET text = replace(text, 'system', 'nobody') WHERE sequence = 7;
                UPDATE audit_head SET sequence = 21;
                """
            )
            .ShouldContain(finding => finding.Kind == AuditFindingKind.Inserted);

    [Fact]
    public void AuditVerifier_finds_an_entry_appended_behind_the_head() =>
        Deed(
                "INSERT INTO audit_entry SELECT 21, replace(text, '\"sequence\":20', '\"sequence\":21'), hash FROM audit_entry WHERE sequence = 20"
            )
            .ShouldContain((AuditFindingKind.Inserted, 21L));

    [Fact]
    public void AuditVerifier_finds_reordered_entries() =>
        Deed(
                """
                UPDATE audit_entry SET sequence = -1 WHERE sequence = 7;
                UPDATE audit_entry SET sequence = 7 WHERE sequence = 12;
                UPDATE audit_entry SET sequence = 12 WHERE sequence = -1;
                """
            )
            .ShouldContain((AuditFindingKind.Reordered, 7L));

    [Fact]
    public void AuditVerifier_finds_neighbours_that_changed_places() =>
        Deed(
                """
                UPDATE audit_entry SET sequence = -1 WHERE sequence = 7;
                UPDATE audit_entry SET sequence = 7 WHERE sequence = 8;
                UPDATE audit_entry SET sequence = 8 WHERE sequence = -1;
                """
            )
            .ShouldContain((AuditFindingKind.Reordered, 7L));

    [Fact]
    public void AuditVerifier_finds_a_truncated_chain() =>
        Deed("DELETE FROM audit_entry WHERE sequence > 15")
            .ShouldBe([(AuditFindingKind.Truncated, 16L)]);

    [Fact]
    public async Task AuditVerifier_finds_a_truncated_chain_with_an_adapted_head_by_its_seal()
    {
        await using (var seals = _audit.Seals())
        {
            await seals.SealAsync(TestStore.Caller);
        }

        Deed(
                """
                DELETE FROM audit_entry WHERE sequence > 15;
                UPDATE audit_head SET sequence = 15, hash = (SELECT hash FROM audit_entry WHERE sequence = 15);
                """
            )
            .ShouldBe([(AuditFindingKind.Truncated, 20L)]);
    }

    [Fact]
    public void AuditVerifier_finds_a_changed_head() =>
        Deed("UPDATE audit_head SET hash = randomblob(32)")
            .ShouldBe([(AuditFindingKind.HeadDiffers, 20L)]);

    [Fact]
    public void AuditVerifier_finds_a_removed_head() =>
        Deed("DELETE FROM audit_head").ShouldBe([(AuditFindingKind.HeadDiffers, 0L)]);

    [Fact]
    public async Task AuditVerifier_finds_a_changed_seal()
    {
        await using (var seals = _audit.Seals())
        {
            await seals.SealAsync(TestStore.Caller);
        }

        Deed("UPDATE audit_seal SET signature = randomblob(64)")
            .ShouldBe([(AuditFindingKind.SealInvalid, 20L)]);
    }

    [Fact]
    public async Task AuditVerifier_finds_a_removed_seal()
    {
        await using (var seals = _audit.Seals())
        {
            await seals.SealAsync(TestStore.Caller);
            await _audit.AppendAsync(1);
            await seals.SealAsync(TestStore.Caller);
        }

        Deed("DELETE FROM audit_seal WHERE sequence = 20")
            .ShouldBe([(AuditFindingKind.SealInvalid, 21L)]);
    }

    [Fact]
    public async Task AuditVerifier_trusted_foreign_seals_vouch_up_to_the_last_of_them()
    {
        var file = await SealToFileAsync();
        await _audit.AppendAsync(5);

        var report = _audit.Verify(Trusting(file, _audit.Signer.Fingerprint));

        report.Intact.ShouldBeTrue();
        report.VouchedTo.ShouldBe(20);
        report.UntrustedSeals.ShouldBe(0);
    }

    [Fact]
    public async Task AuditVerifier_foreign_seals_of_another_key_vouch_for_nothing()
    {
        var file = await SealToFileAsync();

        var report = _audit.Verify(Trusting(file, new string('0', 64)));

        report.VouchedTo.ShouldBe(0);
        report.UntrustedSeals.ShouldBe(1);
    }

    [Fact]
    public async Task AuditVerifier_finds_a_chain_that_was_written_anew_by_its_foreign_seal()
    {
        var file = await SealToFileAsync();
        // A whole other chain, with seals of its own, in place of the first.
        _audit.Store.Execute(
            "DELETE FROM audit_seal; DELETE FROM audit_entry; UPDATE audit_head SET sequence = 0, hash = zeroblob(32)"
        );
        await _audit.AppendAsync(30);

        var report = _audit.Verify(Trusting(file, _audit.Signer.Fingerprint));

        report.Findings.ShouldHaveSingleItem().Kind.ShouldBe(AuditFindingKind.ForeignSealDiffers);
        report.VouchedTo.ShouldBe(0);
    }

    [Fact]
    public async Task AuditVerifier_verification_is_itself_an_entry()
    {
        var verifier = new AuditVerifier(_audit.Store.Database, _audit.Queue);

        await verifier.VerifyAsync(TestStore.Caller, new());

        _audit
            .Store.Number(
                "SELECT count(*) FROM audit_entry WHERE sequence = 21 AND text LIKE '%audit_chain.verify%'"
            )
            .ShouldBe(1);
    }

    [Fact]
    public async Task AuditVerifier_reads_a_long_chain_to_its_end()
    {
        await _audit.AppendAsync(50_000);

        var report = _audit.Verify();

        report.Entries.ShouldBe(50_020);
        report.Intact.ShouldBeTrue();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _audit.Dispose();

    private static AuditVerification Trusting(string file, string fingerprint) =>
        new() { SealsFile = file, TrustedFingerprints = [fingerprint] };

    private IReadOnlyList<(AuditFindingKind Kind, long Sequence)> Deed(string sql)
    {
        _audit.Store.Execute(sql);
        return [.. _audit.Verify().Findings.Select(finding => (finding.Kind, finding.Sequence))];
    }

    private async Task<string> SealToFileAsync()
    {
        var file = Path.Combine(_audit.Store.Folder, "seals.jsonl");
        await using var seals = _audit.Seals(new FileSealSink(file));
        await seals.SealAsync(TestStore.Caller);
        return file;
    }
}
