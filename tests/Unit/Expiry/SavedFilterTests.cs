using System.Security.Cryptography;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Storage;
using VaultPortal.Tests.Unit.Components;
using Xunit;

namespace VaultPortal.Tests.Unit.Expiry;

public sealed class SavedFilterTests
{
    private const string Query = "state=expired%2Coverdue&kind=api-key";

    [Fact]
    public async Task Filter_is_kept_listed_by_name_and_deleted()
    {
        await using var world = await PageWorld.CreateAsync();
        var filters = new SavedFilterService(world.Gate);
        (await filters.SaveAsync(world.Visitor, "Zebra", "due=7")).Succeeded.ShouldBeTrue();
        var made = await filters.SaveAsync(world.Visitor, "alpha", Query);

        var listed = (await filters.ListAsync(world.Visitor)).Value;
        listed.Select(filter => filter.Name).ShouldBe(["alpha", "Zebra"]);
        listed[0].ShouldBe(made.Value);
        listed[0].Query.ShouldBe(Query);

        (await filters.DeleteAsync(world.Visitor, made.Value.Id)).Succeeded.ShouldBeTrue();
        (await filters.ListAsync(world.Visitor))
            .Value.ShouldHaveSingleItem()
            .Name.ShouldBe("Zebra");
    }

    [Theory]
    [InlineData("", "due=7", "/name")]
    [InlineData("   ", "due=7", "/name")]
    [InlineData("n", "day=2026-11-21", "/query")]
    [InlineData("n", "selected=api-key:1", "/query")]
    [InlineData("n", "due=7&due=30", "/query")]
    [InlineData("n", "q=a b", "/query")]
    [InlineData("n", "q=<b>", "/query")]
    [InlineData("n", "q=x#y", "/query")]
    [InlineData("n", "q=é", "/query")]
    public async Task Filter_of_another_form_is_refused(string name, string query, string path)
    {
        await using var world = await PageWorld.CreateAsync();

        var refused = await new SavedFilterService(world.Gate).SaveAsync(
            world.Visitor,
            name,
            query
        );

        refused.Error!.Kind.ShouldBe(ErrorKind.Invalid);
        refused.Error.Path.ShouldBe(path);
    }

    [Fact]
    public async Task Longest_name_and_query_are_taken_and_one_more_is_not()
    {
        await using var world = await PageWorld.CreateAsync();
        var filters = new SavedFilterService(world.Gate);
        var name = new string('n', SavedFilter.MaxNameLength);
        var query = "q=" + new string('x', SavedFilter.MaxQueryLength - 2);

        (await filters.SaveAsync(world.Visitor, name, query)).Succeeded.ShouldBeTrue();
        (await filters.SaveAsync(world.Visitor, name + "n", "")).Error!.Path.ShouldBe("/name");
        (await filters.SaveAsync(world.Visitor, "other", query + "x")).Error!.Path.ShouldBe(
            "/query"
        );
    }

    [Fact]
    public async Task Name_is_used_once_and_there_is_an_end()
    {
        await using var world = await PageWorld.CreateAsync();
        var filters = new SavedFilterService(world.Gate);
        for (var i = 0; i < SavedFilterService.MostFilters; i++)
        {
            (await filters.SaveAsync(world.Visitor, $"Filter {i}", "")).Succeeded.ShouldBeTrue();
        }

        (await filters.SaveAsync(world.Visitor, "Filter 1", "")).Error!.Code.ShouldBe(
            "saved_filter_exists"
        );
        (await filters.SaveAsync(world.Visitor, "One more", "")).Error!.Code.ShouldBe(
            "too_many_saved_filters"
        );
    }

    [Fact]
    public async Task Repeated_deletion_is_answered_as_the_first_and_another_is_not_found()
    {
        await using var world = await PageWorld.CreateAsync();
        var filters = new SavedFilterService(world.Gate);
        var made = await filters.SaveAsync(world.Visitor, "Mine", Query);
        var once = world.Visitor with
        {
            Idempotency = new IdempotencyToken(
                RandomNumberGenerator.GetBytes(32),
                new byte[32],
                null
            ),
        };
        (await filters.DeleteAsync(once, made.Value.Id)).Succeeded.ShouldBeTrue();

        var retry = await filters.DeleteAsync(once, made.Value.Id);

        (retry.Succeeded, retry.Replayed).ShouldBe((true, true));
        (await filters.DeleteAsync(world.Visitor, made.Value.Id)).Error!.Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task Others_neither_see_nor_delete_it()
    {
        await using var world = await PageWorld.CreateAsync();
        var filters = new SavedFilterService(world.Gate);
        var made = await filters.SaveAsync(world.Visitor, "Mine", Query);
        const string Other = "other@example.com";
        await world.Accounts.CreateAsync(Other);
        var signedIn = await world.Accounts.Sessions.SignInAsync(
            world.Accounts.Stranger(),
            Other,
            VaultPortal.Tests.Unit.Access.AccountWorld.Password
        );
        var other = VaultPortal.Tests.Unit.Access.AccountWorld.Person(
            world.Accounts.Lookup.Find(signedIn.Value.AccountId, signedIn.Value.Token)!
        );

        (await filters.ListAsync(other)).Value.ShouldBeEmpty();
        (await filters.DeleteAsync(other, made.Value.Id)).Error!.Code.ShouldBe("not_found");
        (await filters.SaveAsync(other, "Mine", Query)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Auditor_keeps_filters_and_whoever_has_no_account_does_not()
    {
        await using var world = await PageWorld.CreateAsync(role: Role.Auditor);
        var filters = new SavedFilterService(world.Gate);

        (await filters.SaveAsync(world.Visitor, "Mine", Query)).Succeeded.ShouldBeTrue();
        (await filters.SaveAsync(Caller.Command(), "Nobody's", Query)).Error!.Kind.ShouldBe(
            ErrorKind.Denied
        );
    }
}
