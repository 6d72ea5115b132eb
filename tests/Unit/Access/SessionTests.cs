using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Cryptography;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class SessionTests : IDisposable
{
    private readonly AccountWorld _world = new();

    [Fact]
    public async Task A_session_that_was_signed_out_is_not_found_and_its_end_is_told()
    {
        var ended = new List<long>();
        _world.Endings.Ended += ended.Add;
        var (signedIn, session) = await Begin();

        await _world.Sessions.SignOutAsync(AccountWorld.Person(session));

        _world.Lookup.Find(signedIn.AccountId, signedIn.Token).ShouldBeNull();
        ended.ShouldBe([session.Id]);
    }

    [Fact]
    public async Task A_caller_of_a_revoked_session_is_refused_by_services()
    {
        var (_, session) = await Begin();
        var caller = AccountWorld.Person(session);
        var vaults = Vaults();
        (await vaults.ListAsync(caller, new VaultQuery(), default)).Succeeded.ShouldBeTrue();

        await _world.Sessions.SignOutAsync(caller);

        var refused = await vaults.ListAsync(caller, new VaultQuery(), default);
        refused.Error!.Kind.ShouldBe(ErrorKind.Unauthenticated);
    }

    [Fact]
    public async Task Disabling_an_account_ends_its_sessions()
    {
        var (signedIn, _) = await Begin();

        _world.Store.Execute("UPDATE account SET disabled_at = 1");

        _world.Lookup.Find(signedIn.AccountId, signedIn.Token).ShouldBeNull();
    }

    [Fact]
    public async Task A_token_opens_nothing_for_another_account()
    {
        var (signedIn, _) = await Begin();

        _world.Lookup.Find(signedIn.AccountId + 1, signedIn.Token).ShouldBeNull();
    }

    [Fact]
    public async Task A_session_ends_an_hour_after_its_last_use()
    {
        var (signedIn, _) = await Begin();
        _world.Time.Advance(TimeSpan.FromMinutes(59));
        _world.Lookup.Find(signedIn.AccountId, signedIn.Token).ShouldNotBeNull();
        await _world.Sessions.RecordUseAsync(Caller.System("test"));

        _world.Time.Advance(TimeSpan.FromMinutes(59));
        _world.Lookup.IsActive(signedIn.AccountId, signedIn.Token).ShouldBeTrue();
        await _world.Sessions.RecordUseAsync(Caller.System("test"));
        _world.Time.Advance(TimeSpan.FromMinutes(2));

        _world.Lookup.Find(signedIn.AccountId, signedIn.Token).ShouldBeNull();
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_however_much_it_is_used()
    {
        var (signedIn, _) = await Begin();
        for (var i = 0; i < 12 * 2 - 1; i++)
        {
            _world.Time.Advance(TimeSpan.FromMinutes(30));
            _world.Lookup.Find(signedIn.AccountId, signedIn.Token).ShouldNotBeNull();
            await _world.Sessions.RecordUseAsync(Caller.System("test"));
        }

        _world.Time.Advance(TimeSpan.FromMinutes(31));

        _world.Lookup.Find(signedIn.AccountId, signedIn.Token).ShouldBeNull();
    }

    [Fact]
    public async Task Use_does_not_bring_a_revoked_session_back()
    {
        var (signedIn, session) = await Begin();
        _world.Lookup.Find(signedIn.AccountId, signedIn.Token).ShouldNotBeNull();
        await _world.Sessions.SignOutAsync(AccountWorld.Person(session));
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        await _world.Sessions.RecordUseAsync(Caller.System("test"));

        _world.Lookup.Find(signedIn.AccountId, signedIn.Token).ShouldBeNull();
    }

    public void Dispose() => _world.Dispose();

    private async Task<(SignedIn, ActiveSession)> Begin()
    {
        await _world.CreateAsync();
        var signedIn = await _world.Sessions.SignInAsync(
            _world.Stranger(),
            AccountWorld.Email,
            AccountWorld.Password
        );
        return (
            signedIn.Value,
            _world.Lookup.Find(signedIn.Value.AccountId, signedIn.Value.Token)!
        );
    }

    private VaultService Vaults()
    {
        var ring = new KeyRing();
        ring.Add("test", new byte[32], current: true);
        var answers = new KeptAnswers(ring, DerivationKey.FromBytes(new byte[32]), _world.Time);
        return new VaultService(
            new Gate(_world.Queue, _world.Reads, answers, _world.Time),
            new CheckpointVerifier(_world.Reads),
            _world.Reads
        );
    }
}
