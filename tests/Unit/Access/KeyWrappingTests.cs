using System.Security.Cryptography;
using System.Text;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

/// <summary>The private half of a key under another passphrase, and what changes of keys ask of a session (DESIGN section 7).</summary>
public sealed class KeyWrappingTests : IAsyncLifetime, IDisposable
{
    private const string Blob = """{"v":1,"kdf":"PBKDF2-SHA-256"}""";

    private readonly AccountWorld _world = new();
    private readonly KeyRing _ring = new();
    private readonly SigningKey _key = SigningKey.Generate();
    private readonly SigningKey _other = SigningKey.Generate();
    private UserKeyPairService _keys = null!;
    private ActiveSession _session = null!;
    private PublicId _id;

    private Caller Person => AccountWorld.Person(_session);

    public async Task InitializeAsync()
    {
        _ring.Add("test", new byte[32], current: true);
        var answers = new KeptAnswers(_ring, DerivationKey.FromBytes(new byte[32]), _world.Time);
        var gate = new Gate(_world.Queue, _world.Reads, answers, _world.Time);
        _keys = new UserKeyPairService(gate, _world.Reads, []);
        await _world.CreateAsync();
        _session = await _world.SignInAsync();
        _id = (await Register(_key)).Value.KeyPair.Id;
    }

    [Fact]
    public async Task Rewrap_by_the_key_itself_replaces_the_text_and_is_audited()
    {
        var answer = await _keys.RewrapAsync(Person, _id, Signed(Blob));

        answer.Succeeded.ShouldBeTrue();
        (await Stored()).ShouldBe(Blob);
        _world
            .Store.Number(
                $"SELECT count(*) FROM audit_entry WHERE CAST(text AS TEXT) LIKE '%user_key_pair.rewrap%user_key_pair:{_id}%'"
            )
            .ShouldBe(1);
    }

    [Theory]
    [InlineData("by another key")]
    [InlineData("over another text")]
    [InlineData("for another owner")]
    [InlineData("of another key")]
    [InlineData("the proof of the registration")]
    [InlineData("not canonical")]
    [InlineData("not base64")]
    public async Task Rewrap_with_a_signature_that_does_not_hold_is_refused(string fault)
    {
        var good = Signed(Blob);
        var sent = fault switch
        {
            "by another key" => Signed(Blob, by: _other),
            "over another text" => good with { WrappedPrivateKey = Blob + " " },
            "for another owner" => Signed(Blob, owner: PublicId.New(FakeClock.Start)),
            "of another key" => Signed(Blob, fingerprint: _other.PublicKey.FingerprintHex),
            "the proof of the registration" => good with { Signature = Proof(_key) },
            "not canonical" => good with { Signature = good.Signature + "\n" },
            _ => good with { Signature = "no" },
        };

        var refused = (await _keys.RewrapAsync(Person, _id, sent)).Error!;

        (refused.Code, refused.Path).ShouldBe(("checkpoint_invalid_signature", "/signature"));
        (await Stored()).ShouldBeNull();
    }

    [Fact]
    public async Task Rewrap_signed_for_one_key_is_nothing_for_the_next()
    {
        var second = await Register(_other);

        var refused = await _keys.RewrapAsync(Person, second.Value.KeyPair.Id, Signed(Blob));

        refused.Error!.Code.ShouldBe("checkpoint_invalid_signature");
    }

    [Fact]
    public async Task Rewrap_of_a_key_of_another_person_is_not_found()
    {
        await _world.CreateAsync("other@example.org");
        var signedIn = await _world.Sessions.SignInAsync(
            _world.Stranger(),
            "other@example.org",
            AccountWorld.Password
        );
        var other = _world.Lookup.Find(signedIn.Value.AccountId, signedIn.Value.Token)!;

        var refused = await _keys.RewrapAsync(AccountWorld.Person(other), _id, Signed(Blob));

        refused.Error!.Kind.ShouldBe(ErrorKind.NotFound);
        (await Stored()).ShouldBeNull();
    }

    [Fact]
    public async Task Rewrap_of_a_retired_key_is_a_conflict()
    {
        await _keys.RetireAsync(Person, _id, RetireReason.Lost);

        (await _keys.RewrapAsync(Person, _id, Signed(Blob))).Error!.Code.ShouldBe("key_not_active");
        (await Stored()).ShouldBeNull();
    }

    [Fact]
    public async Task Rewrap_of_a_pending_key_is_kept()
    {
        var pending = (await Register(_other)).Value.KeyPair;
        pending.State.ShouldBe(RegisteredKeyState.Pending);

        var answer = await _keys.RewrapAsync(Person, pending.Id, Signed(Blob, by: _other));

        answer.Value.State.ShouldBe(RegisteredKeyState.Pending);
    }

    [Fact]
    public async Task Rewrap_with_a_text_that_is_too_long_is_invalid()
    {
        var refused = await _keys.RewrapAsync(Person, _id, Signed(new string('ä', 8193)));

        (refused.Error!.Code, refused.Error.Path).ShouldBe(
            ("invalid_request", "/wrappedPrivateKey")
        );
    }

    [Fact]
    public async Task Rewrap_without_a_session_is_refused()
    {
        var ended = Person with { SessionId = Person.SessionId + 1 };

        (await _keys.RewrapAsync(ended, _id, Signed(Blob))).Error!.Kind.ShouldBe(
            ErrorKind.Unauthenticated
        );
        (await _keys.RewrapAsync(Caller.Command(), _id, Signed(Blob))).Error!.Kind.ShouldBe(
            ErrorKind.Denied
        );
        (await Stored()).ShouldBeNull();
    }

    [Fact]
    public async Task Changes_of_keys_need_a_step_up()
    {
        _world.Store.Execute("UPDATE portal_session SET step_up_at = NULL");

        (await Register(_other)).Error!.Kind.ShouldBe(ErrorKind.StepUpRequired);
        (await _keys.RetireAsync(Person, _id, RetireReason.Lost)).Error!.Kind.ShouldBe(
            ErrorKind.StepUpRequired
        );
        (await _keys.RewrapAsync(Person, _id, Signed(Blob))).Error!.Kind.ShouldBe(
            ErrorKind.StepUpRequired
        );
        var kept = (await _keys.ListAsync(Person)).Value.ShouldHaveSingleItem();
        (kept.State, kept.WrappedPrivateKey).ShouldBe((RegisteredKeyState.Active, null));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
        _world.Dispose();
        _ring.Dispose();
    }

    private async Task<string?> Stored() =>
        (await _keys.ListAsync(Person)).Value.Single(key => key.Id == _id).WrappedPrivateKey;

    private Task<Result<RegisteredKeyPair>> Register(SigningKey key) =>
        _keys.RegisterAsync(
            Person,
            new NewUserKeyPair { PublicKey = key.PublicKey.ToPem(), Proof = Proof(key) }
        );

    private string Proof(SigningKey key) =>
        Convert.ToBase64String(
            key.Sign(KeyStatements.Proof(_session.AccountPublicId, key.PublicKey.FingerprintHex))
        );

    /// <summary>Signed as the decision record says it, independent of the product's own text.</summary>
    private NewWrapping Signed(
        string text,
        SigningKey? by = null,
        PublicId? owner = null,
        string? fingerprint = null
    )
    {
        var signer = by ?? _key;
        var print = fingerprint ?? signer.PublicKey.FingerprintHex;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var json =
            $$"""{"owner":"{{owner ?? _session.AccountPublicId}}","fingerprint":"{{print}}","wrapping":"{{hash}}"}""";
        byte[] statement =
        [
            .. "vaultportal:wrapped-private-key\n"u8,
            .. CanonicalJson.Canonicalize(Encoding.ASCII.GetBytes(json)),
        ];
        return new NewWrapping
        {
            WrappedPrivateKey = text,
            Signature = Convert.ToBase64String(signer.Sign(statement)),
        };
    }
}
