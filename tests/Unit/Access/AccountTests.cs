using Microsoft.AspNetCore.Identity;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Access;

public sealed class AccountTests : IDisposable
{
    private readonly AccountWorld _world = new();

    [Theory]
    [InlineData(Role.Owner)]
    [InlineData(Role.Administrator)]
    [InlineData(Role.Auditor)]
    public async Task A_command_makes_an_account_of_any_role(Role role)
    {
        var made = await Create("a@example.org", AccountWorld.Password, role);

        made.Succeeded.ShouldBeTrue();
        _world.Store.Number("SELECT role FROM account").ShouldBe((long)role);
    }

    [Fact]
    public async Task A_person_makes_no_account()
    {
        await _world.CreateAsync();
        var session = await _world.SignInAsync();

        var refused = await _world.Accounts.CreateAsync(
            AccountWorld.Person(session),
            new NewAccount("b@example.org", AccountWorld.Password, Role.Owner)
        );

        refused.Error!.Kind.ShouldBe(ErrorKind.Denied);
    }

    [Fact]
    public async Task An_address_is_taken_once_in_whatever_case()
    {
        await Create("Somebody@example.org", AccountWorld.Password);

        var second = await Create("somebody@EXAMPLE.org", AccountWorld.Password);

        second.Error!.Code.ShouldBe("email_taken");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("no body@example.org")]
    [InlineData("Name <name@example.org>")]
    [InlineData("a@b\n.org")]
    public async Task What_is_no_address_is_refused(string email) =>
        (await Create(email, AccountWorld.Password)).Error!.Path.ShouldBe("/email");

    [Theory]
    [InlineData("short")]
    [InlineData("passwordpassword")]
    [InlineData("qwertyuiop123")]
    [InlineData("aaaaaaaaaaaaaaaa")]
    [InlineData("owner1owner2owner3")]
    public async Task A_password_that_is_guessed_first_is_refused_with_advice(string password)
    {
        var refused = await Create("owner@example.org", password);

        refused.Error!.Code.ShouldBe("password_too_weak");
        refused.Error.Message.ShouldNotContain(password);
    }

    [Fact]
    public async Task The_password_is_in_the_database_as_an_argon2id_hash_only()
    {
        await _world.CreateAsync();

        var text = DatabaseText.Of(_world.Store.Folder);
        text.ShouldContain("$argon2id$v=19$");
        text.ShouldNotContain(AccountWorld.Password);
    }

    [Fact]
    public async Task The_store_refuses_a_change_of_a_row_that_somebody_else_changed()
    {
        await _world.CreateAsync();
        using var store = new AccountStore(
            _world.Queue,
            _world.Store.Database,
            new IdentityErrorDescriber()
        );
        var email = AccountWorld.Email.ToUpperInvariant();
        var one = await store.FindByEmailAsync(email, default);
        var other = await store.FindByEmailAsync(email, default);
        one!.AccessFailedCount = 1;
        other!.AccessFailedCount = 2;

        (await store.UpdateAsync(one, default)).Succeeded.ShouldBeTrue();
        (await store.UpdateAsync(other, default)).Succeeded.ShouldBeFalse();

        _world.Store.Number("SELECT access_failed_count FROM account").ShouldBe(1);
    }

    public void Dispose() => _world.Dispose();

    private Task<Result<PublicId>> Create(
        string email,
        string password,
        Role role = Role.Administrator
    ) => _world.Accounts.CreateAsync(Caller.Command(), new NewAccount(email, password, role));
}
