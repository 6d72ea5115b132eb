using System.Security.Cryptography;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class UserKeyPairServiceTests : IDisposable
{
    private readonly AccessStore _store = new();
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly SigningKey _next = SigningKey.Generate();
    private readonly TestAccount _owner;
    private readonly Caller _machine;

    public UserKeyPairServiceTests()
    {
        _owner = _store.AddAccount();
        _machine = _store.AddMachine(_owner);
    }

    [Fact]
    public async Task Register_first_key_with_proof_is_active()
    {
        var made = await Register(Request(_key));

        made.IsNew.ShouldBeTrue();
        made.KeyPair.State.ShouldBe(RegisteredKeyState.Active);
        made.KeyPair.Fingerprint.ShouldBe(_key.PublicKey.FingerprintHex);
        made.KeyPair.PublicKey.ShouldBe(_key.PublicKey.ToPem());
    }

    [Fact]
    public async Task Register_same_key_again_gives_the_same_answer()
    {
        var first = await Register(Request(_key));

        var second = await Register(Request(_key));

        second.ShouldBe(first with { IsNew = false });
    }

    [Fact]
    public async Task Register_key_of_another_is_a_conflict()
    {
        await Register(Request(_key));
        var other = _store.AddAccount("bob@example.org");

        var refusal = await Refuse(Request(_key, owner: other.PublicId), _store.AddMachine(other));

        (refusal.Kind, refusal.Code).ShouldBe((ErrorKind.Conflict, "id_conflict"));
    }

    [Fact]
    public async Task Register_key_of_another_without_proof_does_not_tell_that_it_exists()
    {
        await Register(Request(_key));
        var other = _store.AddAccount("bob@example.org");

        var refusal = await Refuse(Request(_key), _store.AddMachine(other));

        refusal.Code.ShouldBe("checkpoint_invalid_signature");
    }

    [Fact]
    public async Task Register_second_key_without_endorsement_is_pending()
    {
        await Register(Request(_key));

        (await Register(Request(_next))).KeyPair.State.ShouldBe(RegisteredKeyState.Pending);
    }

    [Fact]
    public async Task Register_more_keys_than_the_limit_is_refused_until_one_is_retired()
    {
        var first = await Register(Request(_key));
        for (var i = 1; i < UserKeyPairService.MaxKeyPairs; i++)
        {
            using var another = SigningKey.Generate();
            await Register(Request(another));
        }

        (await Refuse(Request(_next))).Path.ShouldBe("/publicKey");
        await Retire(first.KeyPair.Id, RetireReason.Replaced);
        (await Register(Request(_next))).IsNew.ShouldBeTrue();
    }

    [Fact]
    public async Task Register_and_retire_in_turns_comes_to_an_end()
    {
        var first = await Register(Request(_key));
        await Retire(first.KeyPair.Id, RetireReason.Replaced);
        // As if it had been done so many times.
        _store.Execute(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {UserKeyPairService.MaxKeysEver})
            INSERT INTO registered_key (public_id, owner_kind, owner_id, algorithm, spki, fingerprint, state, created_at)
            SELECT randomblob(12), owner_kind, owner_id, algorithm, spki, randomblob(32), 3, created_at FROM registered_key, n
            """
        );

        var refusal = await Refuse(Request(_next));

        (refusal.Code, refusal.Path).ShouldBe(("invalid_request", "/publicKey"));
        (await Register(Request(_key))).IsNew.ShouldBeFalse("what is there is answered still");
    }

    [Fact]
    public async Task Register_after_every_key_was_retired_is_pending()
    {
        var made = await Register(Request(_key));
        await Retire(made.KeyPair.Id, RetireReason.Lost);

        // A stolen API key could do both: without an endorsement it gets no key that signs.
        (await Register(Request(_next))).KeyPair.State.ShouldBe(RegisteredKeyState.Pending);
    }

    [Fact]
    public async Task Register_second_key_with_endorsement_is_active_beside_the_first()
    {
        await Register(Request(_key));

        var made = await Register(Request(_next) with { Endorsement = Endorse(_key, _next) });

        made.KeyPair.State.ShouldBe(RegisteredKeyState.Active);
        (await List()).ShouldAllBe(key => key.State == RegisteredKeyState.Active);
        _store.Number("SELECT endorsed_by FROM registered_key WHERE id = 2").ShouldBe(1);
    }

    [Theory]
    [InlineData("by a pending key")]
    [InlineData("by a retired key")]
    [InlineData("by itself")]
    [InlineData("by another's key")]
    [InlineData("for another key")]
    [InlineData("not base64")]
    public async Task Register_endorsement_that_does_not_hold_is_refused(string fault)
    {
        using var other = SigningKey.Generate();
        var first = await Register(Request(_key));
        if (fault == "by a pending key")
        {
            await Register(Request(other));
        }
        else if (fault == "by another's key")
        {
            var bob = _store.AddAccount("bob@example.org");
            var registered = await _store.KeyPairs.RegisterAsync(
                _store.AddMachine(bob),
                Request(other, owner: bob.PublicId)
            );
            registered.Succeeded.ShouldBeTrue();
        }
        else if (fault == "by a retired key")
        {
            await Register(Request(other) with { Endorsement = Endorse(_key, other) });
            await Retire(first.KeyPair.Id, RetireReason.Replaced);
        }

        var endorsement = fault switch
        {
            "by a pending key" or "by another's key" => Endorse(other, _next),
            "by itself" => Endorse(_next, _next),
            "for another key" => Endorse(_key, other),
            "not base64" => "no",
            _ => Endorse(_key, _next),
        };
        var refusal = await Refuse(Request(_next) with { Endorsement = endorsement });

        (refusal.Code, refusal.Path).ShouldBe(("checkpoint_invalid_signature", "/endorsement"));
    }

    [Fact]
    public async Task Register_endorsement_where_no_key_is_active_is_refused()
    {
        var refusal = await Refuse(Request(_next) with { Endorsement = Endorse(_key, _next) });

        refusal.Path.ShouldBe("/endorsement");
    }

    [Theory]
    [InlineData("for another owner")]
    [InlineData("by another key")]
    [InlineData("not canonical")]
    public async Task Register_proof_that_does_not_hold_is_refused(string fault)
    {
        var good = Request(_key);
        var sent = fault switch
        {
            "for another owner" => Request(_key, owner: PublicId.New(FakeClock.Start)),
            "by another key" => good with { Proof = Request(_next).Proof },
            _ => good with { Proof = good.Proof + "\n" },
        };

        var refusal = await Refuse(sent);

        (refusal.Code, refusal.Path).ShouldBe(("checkpoint_invalid_signature", "/proof"));
        (await List()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Register_keeps_the_encryption_key_with_its_signature()
    {
        var sent = WithEncryptionKey(Request(_key)) with { WrappedPrivateKey = "blob" };

        var kept = (await Register(sent)).KeyPair;

        kept.EncryptionPublicKey.ShouldBe(sent.EncryptionPublicKey + "\n");
        kept.EncryptionKeySignature.ShouldBe(sent.EncryptionKeySignature);
        kept.WrappedPrivateKey.ShouldBe("blob");
    }

    [Fact]
    public async Task Register_encryption_key_signed_by_another_is_refused()
    {
        var refusal = await Refuse(
            WithEncryptionKey(Request(_key)) with
            {
                EncryptionKeySignature = Convert.ToBase64String(new byte[64]),
            }
        );

        (refusal.Code, refusal.Path).ShouldBe(
            ("checkpoint_invalid_signature", "/encryptionKeySignature")
        );
    }

    [Theory]
    [InlineData("/publicKey", "publicKey")]
    [InlineData("/encryptionPublicKey", "encryptionPublicKey")]
    [InlineData("/encryptionKeySignature", "no signature")]
    [InlineData("/encryptionPublicKey", "signature only")]
    [InlineData("/wrappedPrivateKey", "too long")]
    public async Task Register_text_out_of_form_is_invalid(string path, string fault)
    {
        var good = WithEncryptionKey(Request(_key));
        var sent = fault switch
        {
            "publicKey" => good with { PublicKey = good.PublicKey + good.PublicKey },
            "encryptionPublicKey" => good with { EncryptionPublicKey = good.PublicKey },
            "no signature" => good with { EncryptionKeySignature = null },
            "signature only" => good with { EncryptionPublicKey = null },
            _ => good with { WrappedPrivateKey = new string('ä', 8193) },
        };

        var refusal = await Refuse(sent);

        (refusal.Code, refusal.Path).ShouldBe(("invalid_request", path));
    }

    [Fact]
    public async Task Register_by_an_agent_is_forbidden()
    {
        var agent = _store.AddMachine(_owner, agent: _store.AddAgent(_owner));

        (await Refuse(Request(_key), agent)).Code.ShouldBe("forbidden");
        (await _store.KeyPairs.ListAsync(agent)).Error!.Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task Register_without_the_permission_is_forbidden()
    {
        var reader = _store.AddMachine(_owner, Permissions.VaultRead);

        (await Refuse(Request(_key), reader)).Code.ShouldBe("forbidden");
    }

    [Fact]
    public async Task Register_by_command_is_active_and_needs_no_proof()
    {
        await Register(Request(_key));

        var made = await ByCommand(_next);

        (made.Value.IsNew, made.Value.KeyPair.State).ShouldBe((true, RegisteredKeyState.Active));
    }

    [Fact]
    public async Task Register_by_command_approves_a_pending_key()
    {
        await Register(Request(_key));
        await Register(Request(_next));

        (await ByCommand(_next)).Value.IsNew.ShouldBeFalse();

        (await List()).ShouldAllBe(key => key.State == RegisteredKeyState.Active);
    }

    [Fact]
    public async Task Register_by_command_does_not_bring_back_a_retired_key()
    {
        var made = await Register(Request(_key));
        await Retire(made.KeyPair.Id, RetireReason.Compromised);

        (await ByCommand(_key)).Error!.Code.ShouldBe("id_conflict");
    }

    [Fact]
    public async Task Register_by_command_is_for_commands()
    {
        var result = await _store.KeyPairs.RegisterByCommandAsync(
            _machine,
            _owner.Email,
            _key.PublicKey.ToPem()
        );

        result.Error!.Kind.ShouldBe(ErrorKind.Denied);
    }

    [Fact]
    public async Task Retire_ends_the_key_and_keeps_why()
    {
        var made = await Register(Request(_key));
        _store.Clock.Advance(TimeSpan.FromSeconds(5));

        await Retire(made.KeyPair.Id, RetireReason.Lost);

        var kept = (await List()).ShouldHaveSingleItem();
        (kept.State, kept.RetiredAt, kept.RetireReason).ShouldBe(
            (RegisteredKeyState.Retired, _store.Clock.GetUtcNow(), RetireReason.Lost)
        );
    }

    [Fact]
    public async Task Retire_again_changes_only_to_compromised()
    {
        var made = await Register(Request(_key));
        await Retire(made.KeyPair.Id, RetireReason.Lost);
        await Retire(made.KeyPair.Id, RetireReason.Replaced);
        (await List())[0].RetireReason.ShouldBe(RetireReason.Lost);

        _store.Clock.Advance(TimeSpan.FromSeconds(5));
        await Retire(made.KeyPair.Id, RetireReason.Compromised);

        var kept = (await List())[0];
        (kept.RetireReason, kept.RetiredAt).ShouldBe((RetireReason.Compromised, FakeClock.Start));
    }

    [Fact]
    public async Task Retire_deletes_what_was_wrapped_to_the_key_and_marks_the_vault()
    {
        var made = await Register(Request(_key));
        _store.Add(
            new Vault
            {
                Id = 7,
                PublicId = PublicId.New(FakeClock.Start),
                Name = "v",
                CreatedByKind = PrincipalKind.User,
            }
        );
        _store.Add(
            new WrappedDek
            {
                VaultId = 7,
                RecipientKeyId = 1,
                DekVersion = 1,
                Algorithm = WrapAlgorithm.HpkeX25519,
                SignerKeyId = 1,
            }
        );

        await Retire(made.KeyPair.Id, RetireReason.Replaced);

        _store.Number("SELECT count(*) FROM wrapped_dek").ShouldBe(0);
        _store.Number("SELECT rekey_due FROM vault WHERE id = 7").ShouldBe(1);
    }

    [Fact]
    public async Task Rewrap_by_an_api_key_is_forbidden()
    {
        var made = await Register(Request(_key));
        var statement = Statement(
            "wrapped-private-key",
            $$"""{"owner":"{{_owner.PublicId}}","fingerprint":"{{_key.PublicKey.FingerprintHex}}","wrapping":"{{Convert.ToHexStringLower(SHA256.HashData("x"u8))}}"}"""
        );
        var sent = new NewWrapping
        {
            WrappedPrivateKey = "x",
            Signature = Convert.ToBase64String(_key.Sign(statement)),
        };

        var refused = await _store.KeyPairs.RewrapAsync(_machine, made.KeyPair.Id, sent);

        refused.Error!.Code.ShouldBe("forbidden");
        (await List())[0].WrappedPrivateKey.ShouldBeNull();
    }

    [Fact]
    public async Task Retire_key_of_another_is_not_found()
    {
        var made = await Register(Request(_key));
        var other = _store.AddMachine(_store.AddAccount("bob@example.org"));

        var result = await _store.KeyPairs.RetireAsync(other, made.KeyPair.Id, RetireReason.Lost);

        result.Error!.Code.ShouldBe("not_found");
    }

    public void Dispose()
    {
        _key.Dispose();
        _next.Dispose();
        _store.Dispose();
    }

    private async Task<RegisteredKeyPair> Register(NewUserKeyPair sent) =>
        (await _store.KeyPairs.RegisterAsync(_machine, sent)).Value;

    private async Task<VaultError> Refuse(NewUserKeyPair sent, Caller? caller = null) =>
        (await _store.KeyPairs.RegisterAsync(caller ?? _machine, sent)).Error.ShouldNotBeNull();

    private async Task<IReadOnlyList<UserKeyPairView>> List() =>
        (await _store.KeyPairs.ListAsync(_machine)).Value;

    private async Task Retire(PublicId id, RetireReason reason) =>
        (await _store.KeyPairs.RetireAsync(_machine, id, reason)).Error.ShouldBeNull();

    private Task<Result<RegisteredKeyPair>> ByCommand(SigningKey key) =>
        _store.KeyPairs.RegisterByCommandAsync(
            Caller.Command(),
            "ADA@example.org",
            key.PublicKey.ToPem()
        );

    private NewUserKeyPair Request(SigningKey key, PublicId? owner = null) =>
        new()
        {
            PublicKey = key.PublicKey.ToPem(),
            Proof = Convert.ToBase64String(
                key.Sign(
                    Statement(
                        "key-proof",
                        $$"""{"fingerprint":"{{key.PublicKey.FingerprintHex}}","owner":"{{owner ?? _owner.PublicId}}"}"""
                    )
                )
            ),
        };

    private string Endorse(SigningKey by, SigningKey next) =>
        Convert.ToBase64String(
            by.Sign(
                Statement(
                    "key-rotation",
                    $$"""{"owner":"{{_owner.PublicId}}","previousFingerprint":"{{by.PublicKey.FingerprintHex}}","newFingerprint":"{{next.PublicKey.FingerprintHex}}"}"""
                )
            )
        );

    private NewUserKeyPair WithEncryptionKey(NewUserKeyPair sent)
    {
        byte[] spki =
        [
            .. Convert.FromHexString("302a300506032b656e032100"),
            .. RandomNumberGenerator.GetBytes(31),
            0x11,
        ];
        var print = Convert.ToHexStringLower(SHA256.HashData(spki));
        var statement = Statement(
            "user-key",
            $$"""{"owner":"{{_owner.PublicId}}","signingFingerprint":"{{_key.PublicKey.FingerprintHex}}","encryptionFingerprint":"{{print}}"}"""
        );
        return sent with
        {
            EncryptionPublicKey = PemEncoding.WriteString("PUBLIC KEY", spki),
            EncryptionKeySignature = Convert.ToBase64String(_key.Sign(statement)),
        };
    }

    /// <summary>The signed text as the contract says it, independent of the product's own.</summary>
    private static byte[] Statement(string purpose, string json) =>
        [
            .. System.Text.Encoding.ASCII.GetBytes($"vaultportal:{purpose}\n"),
            .. CanonicalJson.Canonicalize(System.Text.Encoding.ASCII.GetBytes(json)),
        ];
}
