using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Audit;
using VaultPortal.Core.Keys;
using VaultPortal.Cryptography;
using VaultPortal.Tests.Unit.Storage;
using Xunit;

namespace VaultPortal.Tests.Unit.Keys;

public sealed class SigningKeyRotationTests : IDisposable
{
    private readonly KeyWorld _world = new();

    [Fact]
    public async Task Rotation_makes_a_new_key_and_retires_the_old_one()
    {
        var process = await _world.StartAsync();
        var before = process.Keys.Signer.Fingerprint;

        var change = await process.SigningRotation.RunAsync(TestStore.Caller);

        change.Before.ShouldBe(before);
        process.Keys.Signer.Fingerprint.ShouldBe(change.Now);
        var report = await process.Status.ReadAsync(TestStore.Caller);
        report.SigningKeys.Count.ShouldBe(2);
        report.SigningKeys.Single(key => key.RetiredAt is null).Fingerprint.ShouldBe(change.Now);
    }

    [Fact]
    public async Task Server_signs_with_the_new_key_when_another_process_made_it()
    {
        var server = await _world.StartAsync();
        var command = await _world.StartAsync();

        var change = await command.SigningRotation.RunAsync(TestStore.Caller);

        var began = System.Diagnostics.Stopwatch.StartNew();
        while (server.Keys.Signer.Fingerprint != change.Now)
        {
            began.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(10);
        }
    }

    [Fact]
    public async Task Signer_that_is_held_stays_the_same_through_a_rotation()
    {
        var process = await _world.StartAsync();
        var held = process.Keys.Signer.Current;
        var fingerprint = held.Fingerprint;

        await process.SigningRotation.RunAsync(TestStore.Caller);

        held.Fingerprint.ShouldBe(fingerprint);
        VerificationKey
            .FromSpki(held.PublicKey.ToArray(), SignatureAlgorithm.Ed25519)
            .Verify("message"u8, held.Sign("message"u8))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Seals_of_before_and_after_are_valid()
    {
        var process = await _world.StartAsync();
        await using var seals = new AuditSealService(
            process.Queue,
            process.Reads,
            process.Keys.Signer,
            [],
            NullLogger<AuditSealService>.Instance
        );
        (await seals.SealAsync(TestStore.Caller)).ShouldBeTrue();
        await process.SigningRotation.RunAsync(TestStore.Caller);
        (await seals.SealAsync(TestStore.Caller)).ShouldBeTrue();

        var report = await new AuditVerifier(_world.Store.Database, process.Queue).VerifyAsync(
            Caller.Command(),
            new AuditVerification()
        );

        report.Intact.ShouldBeTrue(string.Join('\n', report.Findings));
        _world.Store.Number("SELECT count(DISTINCT public_key) FROM audit_seal").ShouldBe(2);
    }

    public void Dispose() => _world.Dispose();
}
