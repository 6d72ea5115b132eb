using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

/// <summary>A pending key becomes active when its owner approves it in the portal, after a step-up (DESIGN sections 4 and 7).</summary>
public sealed class KeyApprovalTests : IAsyncLifetime, IDisposable
{
    private readonly AccountWorld _world = new();
    private readonly KeyRing _ring = new();
    private UserKeyPairService _keys = null!;
    private ActiveSession _session = null!;

    private Caller Person => AccountWorld.Person(_session);

    public async Task InitializeAsync()
    {
        _ring.Add("test", new byte[32], current: true);
        var answers = new KeptAnswers(_ring, DerivationKey.FromBytes(new byte[32]), _world.Time);
        var gate = new Gate(_world.Queue, _world.Reads, answers, _world.Time);
        _keys = new UserKeyPairService(gate, _world.Reads, []);
        await _world.CreateAsync();
        _session = await _world.SignInAsync();
    }

    [Fact]
    public async Task Pending_key_is_active_once_it_is_approved()
    {
        await Register();
        var pending = await Register();
        pending.State.ShouldBe(RegisteredKeyState.Pending);

        var approved = await _keys.ApproveAsync(Person, pending.Id);

        approved.Value.State.ShouldBe(RegisteredKeyState.Active);
        (await _keys.ListAsync(Person)).Value.ShouldAllBe(k =>
            k.State == RegisteredKeyState.Active
        );
    }

    [Fact]
    public async Task Approval_needs_a_step_up()
    {
        await Register();
        var pending = await Register();
        _world.Store.Execute("UPDATE portal_session SET step_up_at = NULL");

        var refused = await _keys.ApproveAsync(Person, pending.Id);

        refused.Error!.Kind.ShouldBe(ErrorKind.StepUpRequired);
        (await State(pending.Id)).ShouldBe(RegisteredKeyState.Pending);
    }

    [Fact]
    public async Task Command_and_machine_approve_nothing_here()
    {
        await Register();
        var pending = await Register();

        var refused = await _keys.ApproveAsync(Caller.Command(), pending.Id);

        refused.Error!.Kind.ShouldBe(ErrorKind.Denied);
        (await State(pending.Id)).ShouldBe(RegisteredKeyState.Pending);
    }

    [Fact]
    public async Task Key_of_another_person_is_not_found()
    {
        await Register();
        var pending = await Register();
        await _world.CreateAsync("other@example.org");
        var signedIn = await _world.Sessions.SignInAsync(
            _world.Stranger(),
            "other@example.org",
            AccountWorld.Password
        );
        var other = _world.Lookup.Find(signedIn.Value.AccountId, signedIn.Value.Token)!;

        var refused = await _keys.ApproveAsync(AccountWorld.Person(other), pending.Id);

        refused.Error!.Kind.ShouldBe(ErrorKind.NotFound);
        (await State(pending.Id)).ShouldBe(RegisteredKeyState.Pending);
    }

    [Fact]
    public async Task Retired_key_is_not_approved_and_an_active_one_stays_so()
    {
        var active = await Register();
        var pending = await Register();
        await _keys.RetireAsync(Person, pending.Id, RetireReason.Lost);

        (await _keys.ApproveAsync(Person, pending.Id)).Error!.Code.ShouldBe("key_not_active");
        (await _keys.ApproveAsync(Person, active.Id)).Value.State.ShouldBe(
            RegisteredKeyState.Active
        );
        (await State(pending.Id)).ShouldBe(RegisteredKeyState.Retired);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _world.Dispose();
        _ring.Dispose();
    }

    private async Task<RegisteredKeyState> State(PublicId id) =>
        (await _keys.ListAsync(Person)).Value.Single(k => k.Id == id).State;

    private async Task<UserKeyPairView> Register()
    {
        using var key = SigningKey.Generate();
        var owner = _session.AccountPublicId;
        var answer = await _keys.RegisterAsync(
            Person,
            new NewUserKeyPair
            {
                PublicKey = Pem.Write(Pem.PublicKey, key.PublicKey.Spki.Span),
                Proof = Convert.ToBase64String(
                    key.Sign(KeyStatements.Proof(owner, key.PublicKey.FingerprintHex))
                ),
            }
        );
        return answer.Value.KeyPair;
    }
}
