using System.Security.Cryptography;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Vaults;
using VaultPortal.Tests.Unit.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Vaults;

/// <summary>No data key is wrapped to a registered key that has expired; what was wrapped to it before stays.</summary>
public sealed class ReceiverExpiryTests : IAsyncLifetime
{
    private SharingWorld _world = null!;
    private WrappedKeyService _keys = null!;
    private PublicId _ben;
    private PublicId _ada;

    public async Task InitializeAsync()
    {
        _world = await SharingWorld.MakeAsync();
        var verifier = new CheckpointVerifier(_world.Store.Reads);
        _keys = new WrappedKeyService(_world.Store.Gate, verifier, _world.Store.Reads);
        _ada = await Register("ada@example.org");
        _ben = await Register("ben@example.org");
    }

    public Task DisposeAsync()
    {
        _world.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(0, "invalid_request")]
    public async Task Key_receives_until_the_very_instant(int left, string? refused)
    {
        Expire(_ben, _world.Store.Clock.GetUtcNow().AddMilliseconds(left));

        var added = await Wrap(1, _ben);

        added.Error?.Code.ShouldBe(refused);
        added.Error?.Path.ShouldBe("/recipientKeyId");
        added.Succeeded.ShouldBe(refused is null);
        Wrapped().ShouldBe(refused is null ? 1 : 0);
    }

    [Fact]
    public async Task Expired_key_receives_nothing_though_a_policy_only_warns()
    {
        _world.Store.Queue.Warn(0);
        Expire(_ben, _world.Store.Clock.GetUtcNow());

        (await Wrap(1, _ben)).Error!.Path.ShouldBe("/recipientKeyId");
    }

    [Fact]
    public async Task Next_data_key_goes_to_everybody_but_an_expired_key_which_keeps_what_it_has()
    {
        (await Wrap(1, _ben)).Succeeded.ShouldBeTrue();
        Expire(_ben, _world.Store.Clock.GetUtcNow());

        (await Rekey(_ada, _ben)).Error!.Path.ShouldBe("/recipientKeyId");
        (await Rekey(_ada)).Error.ShouldBeNull();

        Wrapped().ShouldBe(2);
    }

    private async Task<PublicId> Register(string owner)
    {
        using var key = RSA.Create(2048);
        var registered = await _world.Store.KeyPairs.RegisterByCommandAsync(
            Caller.Command(),
            owner,
            key.ExportSubjectPublicKeyInfoPem()
        );
        return registered.Value.KeyPair.Id;
    }

    private Task<Result<AddedWrappedDeks>> Wrap(int version, params PublicId[] recipients) =>
        _keys.AddAsync(
            _world.Ada.Caller,
            _world.VaultId,
            [.. recipients.Select(recipient => Wrapping(version, recipient))]
        );

    private Task<Result<Core.Common.Unit>> Rekey(params PublicId[] recipients) =>
        _keys.RekeyAsync(
            _world.Ada.Caller,
            _world.VaultId,
            new Rekeying(
                [.. recipients.Select(recipient => Wrapping(2, recipient))],
                _world.Ada.Sign(
                    new SummaryContent(
                        _world.VaultId,
                        2,
                        "shared",
                        null,
                        2,
                        [new SummaryItem(_world.ItemId, "item", ItemType.Login, [], null)],
                        []
                    )
                )
            )
        );

    private WrappedDekInput Wrapping(int version, PublicId recipient)
    {
        using var scope = _world.Store.Reads.Open();
        var wrap = new WrappedDekInput
        {
            VaultId = _world.VaultId,
            RecipientKeyId = recipient,
            DekVersion = version,
            Algorithm = WrapAlgorithm.RsaOaepSha256,
            Wrapped = new byte[256],
            SignerKind = PrincipalKind.User,
            SignerId = _world.Ada.KeyId,
            Signature = null,
            At = JsonPointer.Root,
        };
        var fingerprint = scope
            .Commands<WrappedDekCommands>()
            .FindRecipient(recipient)!
            .Fingerprint;
        return wrap with
        {
            Signature = _world.Ada.Key.Sign(WrappedDeks.Statement(wrap, fingerprint)),
        };
    }

    private void Expire(PublicId key, DateTimeOffset at) =>
        _world.Store.Execute(
            $"UPDATE registered_key SET expires_at = {UtcTime.ToMicroseconds(at)} WHERE public_id = x'{key}'"
        );

    private long Wrapped() => _world.Store.Number("SELECT count(*) FROM wrapped_dek");
}
