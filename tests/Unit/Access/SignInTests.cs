using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class SignInTests : IDisposable
{
    private readonly AccountWorld _world = new();

    [Fact]
    public async Task Sign_in_with_the_password_begins_a_session()
    {
        await _world.CreateAsync();

        var session = await _world.SignInAsync();

        session.Email.ShouldBe(AccountWorld.Email);
        session.Role.ShouldBe(Role.Owner);
    }

    [Fact]
    public async Task The_token_of_a_session_is_in_the_database_as_a_hash_only()
    {
        await _world.CreateAsync();

        var signedIn = await _world.Sessions.SignInAsync(
            _world.Stranger(),
            AccountWorld.Email,
            AccountWorld.Password
        );

        DatabaseText.Of(_world.Store.Folder).ShouldNotContain(signedIn.Value.Token);
    }

    [Fact]
    public async Task Unknown_address_and_wrong_password_are_told_and_worked_alike()
    {
        await _world.CreateAsync();

        var wrong = await SignIn(AccountWorld.Email, "not the password");
        var afterWrong = _world.Hasher.Verified;
        var unknown = await SignIn("nobody@example.org", "not the password");

        unknown.Error.ShouldBe(wrong.Error);
        afterWrong.ShouldBe(1);
        _world.Hasher.Verified.ShouldBe(2);
    }

    [Fact]
    public async Task Twenty_wrong_passwords_at_once_check_five_and_lock_the_account()
    {
        await _world.CreateAsync();
        var hash = await Stored("password_hash");

        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(i => Task.Run(() => SignIn(AccountWorld.Email, $"wrong password {i}")))
        );

        _world.Hasher.Against.Count(against => against == hash).ShouldBe(5);
        (await SignIn(AccountWorld.Email, AccountWorld.Password)).Succeeded.ShouldBeFalse();
        _world
            .Store.Number(
                "SELECT count(*) FROM audit_entry WHERE CAST(text AS TEXT) LIKE '%\"account.lock\"%'"
            )
            .ShouldBe(1);
    }

    [Fact]
    public async Task A_lock_ends_after_fifteen_minutes()
    {
        await _world.CreateAsync();
        for (var i = 0; i < 5; i++)
        {
            await SignIn(AccountWorld.Email, "wrong password");
        }

        _world.Time.Advance(SessionService.Lock - TimeSpan.FromSeconds(1));
        (await SignIn(AccountWorld.Email, AccountWorld.Password)).Succeeded.ShouldBeFalse();
        _world.Time.Advance(TimeSpan.FromSeconds(2));

        (await SignIn(AccountWorld.Email, AccountWorld.Password)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_right_password_forgets_the_wrong_ones_before_it()
    {
        await _world.CreateAsync();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++)
            {
                await SignIn(AccountWorld.Email, "wrong password");
            }

            (await SignIn(AccountWorld.Email, AccountWorld.Password)).Succeeded.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task The_eleventh_try_of_an_address_in_a_minute_is_limited()
    {
        var stranger = _world.Stranger();
        for (var i = 0; i < 10; i++)
        {
            await _world.Sessions.SignInAsync(stranger, $"nobody{i}@example.org", "some password");
        }

        var limited = await _world.Sessions.SignInAsync(
            stranger,
            AccountWorld.Email,
            AccountWorld.Password
        );

        limited.Error!.Kind.ShouldBe(ErrorKind.Limited);
        limited.Error.RetryAfter.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Failures_on_unknown_addresses_are_counted_and_not_audited_one_by_one()
    {
        await _world.CreateAsync();
        var before = _world.Store.Number("SELECT count(*) FROM audit_entry");
        var stranger = _world.Stranger();
        for (var i = 0; i < 10; i++)
        {
            await _world.Sessions.SignInAsync(stranger, $"nobody{i}@example.org", "some password");
        }

        _world.Store.Number("SELECT count(*) FROM audit_entry").ShouldBe(before);
        await _world.Refusals.FlushAsync();
        _world.Store.Number("SELECT count(*) FROM audit_entry").ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_hash_of_other_parameters_is_made_anew_at_sign_in()
    {
        await _world.CreateAsync();
        var before = await Stored("password_hash");
        _world.Hasher.DemandRehash = true;

        await SignIn(AccountWorld.Email, AccountWorld.Password);

        (await Stored("password_hash")).ShouldNotBe(before);
        _world.Hasher.DemandRehash = false;
        (await SignIn(AccountWorld.Email, AccountWorld.Password)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_disabled_account_does_not_sign_in()
    {
        await _world.CreateAsync();
        _world.Store.Execute("UPDATE account SET disabled_at = 1");

        (await SignIn(AccountWorld.Email, AccountWorld.Password)).Succeeded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("owner@example.org", "")]
    [InlineData("' OR 1=1 --", "x")]
    public async Task Nonsense_is_refused_like_everything_else(string email, string password)
    {
        await _world.CreateAsync();

        (await SignIn(email, password)).Error!.Code.ShouldBe("sign_in_refused");
    }

    public void Dispose() => _world.Dispose();

    private Task<Result<SignedIn>> SignIn(string email, string password) =>
        _world.Sessions.SignInAsync(_world.Stranger(), email, password);

    private Task<string> Stored(string column) =>
        _world.Queue.RunAsync(scope =>
        {
            using var command = scope.Connection.CreateCommand();
            command.CommandText = $"SELECT {column} FROM account";
            return (string)command.ExecuteScalar()!;
        });
}
