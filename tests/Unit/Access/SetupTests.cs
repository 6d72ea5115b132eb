using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class SetupTests : IDisposable
{
    private readonly AccountWorld _world = new();

    [Fact]
    public async Task Setup_with_the_token_makes_the_owner()
    {
        var token = await _world.Setup.RenewTokenAsync(Caller.System("test"));

        var made = await SetUp(token!, AccountWorld.Email);

        made.Succeeded.ShouldBeTrue();
        _world.Store.Number("SELECT role FROM account").ShouldBe((long)Role.Owner);
    }

    [Fact]
    public async Task Two_setups_at_once_make_exactly_one_account()
    {
        var token = await _world.Setup.RenewTokenAsync(Caller.System("test"));

        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i => Task.Run(() => SetUp(token!, $"owner{i}@example.org")))
        );

        results.Count(result => result.Succeeded).ShouldBe(1);
        results
            .Where(result => !result.Succeeded)
            .ShouldAllBe(result => result.Error!.Code == "setup_done");
        _world.Store.Number("SELECT count(*) FROM account").ShouldBe(1);
    }

    [Fact]
    public async Task Setup_with_another_token_is_refused()
    {
        await _world.Setup.RenewTokenAsync(Caller.System("test"));

        var refused = await SetUp(new string('0', 32), AccountWorld.Email);

        refused.Error!.Code.ShouldBe("setup_token_wrong");
    }

    [Fact]
    public async Task A_new_start_makes_the_old_token_useless()
    {
        var old = await _world.Setup.RenewTokenAsync(Caller.System("test"));
        await _world.Setup.RenewTokenAsync(Caller.System("test"));

        var refused = await SetUp(old!, AccountWorld.Email);

        refused.Error!.Code.ShouldBe("setup_token_wrong");
    }

    [Fact]
    public async Task The_sixth_try_of_an_address_in_a_minute_is_limited()
    {
        var token = await _world.Setup.RenewTokenAsync(Caller.System("test"));
        var stranger = _world.Stranger();
        for (var i = 0; i < 5; i++)
        {
            await SetUp("wrong", AccountWorld.Email, stranger);
        }

        var limited = await SetUp(token!, AccountWorld.Email, stranger);
        limited.Error!.Kind.ShouldBe(ErrorKind.Limited);

        _world.Time.Advance(TimeSpan.FromMinutes(1));
        (await SetUp(token!, AccountWorld.Email, stranger)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task The_token_is_in_the_database_as_a_hash_only_and_gone_after_setup()
    {
        var token = await _world.Setup.RenewTokenAsync(Caller.System("test"));
        _world.Store.Number("SELECT count(*) FROM setup_token").ShouldBe(1);
        DatabaseText.Of(_world.Store.Folder).ShouldNotContain(token!);

        await SetUp(token!, AccountWorld.Email);

        _world.Store.Number("SELECT count(*) FROM setup_token").ShouldBe(0);
    }

    [Fact]
    public async Task With_an_account_there_is_no_token()
    {
        await _world.CreateAsync();

        (await _world.Setup.RenewTokenAsync(Caller.System("test"))).ShouldBeNull();
    }

    [Fact]
    public async Task An_account_made_by_command_closes_the_setup()
    {
        var token = await _world.Setup.RenewTokenAsync(Caller.System("test"));
        await _world.CreateAsync("other@example.org");

        (await SetUp(token!, AccountWorld.Email)).Error!.Code.ShouldBe("setup_done");
    }

    [Fact]
    public async Task A_wrong_token_costs_no_password_hashing()
    {
        await _world.Setup.RenewTokenAsync(Caller.System("test"));

        // A password that the policy would refuse: the answer is about the token.
        var refused = await _world.Setup.SetUpAsync(
            _world.Stranger(),
            "wrong",
            AccountWorld.Email,
            "short"
        );

        refused.Error!.Code.ShouldBe("setup_token_wrong");
    }

    public void Dispose() => _world.Dispose();

    private Task<Result<PublicId>> SetUp(string token, string email, Caller? caller = null) =>
        _world.Setup.SetUpAsync(caller ?? _world.Stranger(), token, email, AccountWorld.Password);
}
