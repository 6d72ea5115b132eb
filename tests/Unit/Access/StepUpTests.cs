using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class StepUpTests : IDisposable
{
    private readonly AccountWorld _world = new();

    [Fact]
    public async Task Step_up_by_password_counts_for_five_minutes()
    {
        var person = await PersonAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(6));
        (await DemandAsync(person)).ShouldBe(AccessErrors.StepUpRequired);

        (await _world.Sessions.StepUpAsync(person, AccountWorld.Password)).Error.ShouldBeNull();

        (await DemandAsync(person)).ShouldBeNull();
        _world.Time.Advance(TimeSpan.FromMinutes(5));
        (await DemandAsync(person)).ShouldBe(AccessErrors.StepUpRequired);
    }

    [Fact]
    public async Task Step_up_with_a_wrong_password_is_refused_audited_and_steps_nowhere()
    {
        var person = await PersonAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(6));

        foreach (var wrong in (string[])["", "wrong", new string('x', 100_000)])
        {
            (await StepUp(person, wrong)).Error!.Code.ShouldBe("step_up_refused");
        }

        (await DemandAsync(person)).ShouldBe(AccessErrors.StepUpRequired);
        Audited("session.step_up", "step_up_refused").ShouldBe(3);
    }

    [Fact]
    public async Task Step_up_that_fails_five_times_ends_the_session_and_locks_no_account()
    {
        var person = await PersonAsync();
        for (var i = 0; i < SessionService.TriesBeforeLock; i++)
        {
            await StepUp(person, "wrong");
        }

        (await StepUp(person, AccountWorld.Password)).Error.ShouldBe(AccessErrors.Unauthorized);
        (
            await _world.Sessions.SignInAsync(
                _world.Stranger(),
                AccountWorld.Email,
                AccountWorld.Password
            )
        ).Error.ShouldBeNull();
        Audited("session.end", "ok").ShouldBe(1);
    }

    [Fact]
    public async Task Step_up_works_while_strangers_have_locked_the_account()
    {
        var person = await PersonAsync();
        for (var i = 0; i < SessionService.TriesBeforeLock; i++)
        {
            await _world.Sessions.SignInAsync(_world.Stranger(), AccountWorld.Email, "wrong");
        }

        (await StepUp(person, AccountWorld.Password)).Error.ShouldBeNull();

        // And what they have locked stays locked for them.
        (
            await _world.Sessions.SignInAsync(
                _world.Stranger(),
                AccountWorld.Email,
                AccountWorld.Password
            )
        ).Error!.Code.ShouldBe("sign_in_refused");
    }

    [Fact]
    public async Task Step_ups_at_once_look_at_five_passwords_at_most()
    {
        var person = await PersonAsync();
        var before = _world.Hasher.Verified;

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => StepUp(person, "wrong")));

        (_world.Hasher.Verified - before).ShouldBe(SessionService.TriesBeforeLock);
    }

    [Fact]
    public async Task Step_up_that_succeeds_forgets_failures_before_it()
    {
        var person = await PersonAsync();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < SessionService.TriesBeforeLock - 1; i++)
            {
                await StepUp(person, "wrong");
            }

            (await StepUp(person, AccountWorld.Password)).Error.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Step_up_of_a_session_that_has_ended_is_refused_without_a_look_at_the_password()
    {
        var person = await PersonAsync();
        await _world.Sessions.SignOutAsync(person);
        var before = _world.Hasher.Verified;

        (await StepUp(person, AccountWorld.Password)).Error.ShouldBe(AccessErrors.Unauthorized);

        _world.Hasher.Verified.ShouldBe(before);
        _world.Store.Number("SELECT access_failed_count FROM account").ShouldBe(0);
    }

    [Fact]
    public async Task Step_up_is_for_persons()
    {
        var person = await PersonAsync();

        foreach (
            var kind in (CallerKind[])[CallerKind.Token, CallerKind.Machine, CallerKind.Command]
        )
        {
            (await StepUp(person with { Kind = kind }, AccountWorld.Password)).Error.ShouldBe(
                AccessErrors.Forbidden
            );
        }
    }

    [Fact]
    public async Task Step_up_counts_for_its_own_session_only()
    {
        var person = await PersonAsync();
        var other = AccountWorld.Person(await _world.SignInAsync());
        _world.Time.Advance(TimeSpan.FromMinutes(6));

        await StepUp(person, AccountWorld.Password);

        (await DemandAsync(other)).ShouldBe(AccessErrors.StepUpRequired);
    }

    public void Dispose() => _world.Dispose();

    private async Task<Caller> PersonAsync()
    {
        await _world.CreateAsync();
        return AccountWorld.Person(await _world.SignInAsync());
    }

    /// <summary>From an address that has tried nothing yet.</summary>
    private Task<Result<Core.Common.Unit>> StepUp(Caller person, string password) =>
        _world.Sessions.StepUpAsync(person with { Source = _world.Stranger().Source }, password);

    private Task<VaultError?> DemandAsync(Caller person) =>
        _world.Queue.RunAsync(scope =>
        {
            var standing = Authorization.Decide(
                scope.Commands<AccessCommands>(),
                person,
                Permissions.None,
                scope.Now
            );
            return Authorization.DemandStepUp(standing.Value, scope.Now);
        });

    private long Audited(string action, string outcome) =>
        _world.Store.Number(
            $"""
            SELECT count(*) FROM audit_entry
            WHERE json_extract(text, '$.action') = '{action}' AND json_extract(text, '$.outcome') = '{outcome}'
            """
        );
}
