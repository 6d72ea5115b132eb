using Shouldly;
using VaultPortal.Core.Policies;
using VaultPortal.Core.Secrets;
using VaultPortal.Tests.Unit.Policies;
using Xunit;

namespace VaultPortal.Tests.Unit.Secrets;

/// <summary>Pages of lists as the portal shows them.</summary>
public sealed class SecretListTests : IDisposable
{
    private readonly SecretWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(null, "EXPIRED INACTIVE DUE ACTIVE")]
    [InlineData(SecretListState.Active, "DUE ACTIVE")]
    [InlineData(SecretListState.Inactive, "INACTIVE")]
    [InlineData(SecretListState.DueSoon, "DUE")]
    [InlineData(SecretListState.Expired, "EXPIRED")]
    [InlineData(SecretListState.Trash, "DELETED")]
    public async Task State_chooses_what_is_listed(SecretListState? state, string keys)
    {
        await _world.Create("ACTIVE", expiresAt: _world.Now.AddDays(30).AddSeconds(1));
        await _world.Create("DUE", expiresAt: _world.Now.AddDays(30));
        await _world.Create("INACTIVE");
        await _world.Deactivate("INACTIVE");
        await _world.Create("EXPIRED", expiresAt: _world.Now);
        await _world.Create("DELETED");
        await _world.Environment.DeleteAsync(_world.Machine, "DELETED");
        await _world.CreateItem("WORKFLOW");

        var page = await Page(new() { State = state });

        Keys(page).ShouldBe(keys);
        page.Total.ShouldBe(keys.Split(' ').Length);
    }

    [Theory]
    [InlineData(90 * TestPolicies.Day, "LATER SOON")]
    [InlineData(6 * TestPolicies.Day, "")]
    [InlineData(7 * TestPolicies.Day, "SOON")]
    [InlineData(null, "")]
    public async Task Policy_says_how_soon_is_due(long? notice, string keys)
    {
        _world.Store.Queue.Add(
            LifetimeKind.EnvironmentSecret,
            policy => policy.ReminderOffsets = notice is { } seconds ? $"{seconds},60" : ""
        );
        await _world.Create("SOON", expiresAt: _world.Now.AddDays(7));
        await _world.Create("LATER", expiresAt: _world.Now.AddDays(90));

        var page = await Page(new() { State = SecretListState.DueSoon });

        Keys(page).ShouldBe(keys);
        page.Rule.Notice.ShouldBe(notice is { } said ? TimeSpan.FromSeconds(said) : null);
    }

    [Theory]
    [InlineData("db_", "DB_PASSWORD DB_USER")]
    [InlineData("Word", "DB_PASSWORD")]
    [InlineData("_", "DB_PASSWORD DB_USER")]
    [InlineData("%", "")]
    [InlineData("\\", "")]
    [InlineData("'", "")]
    [InlineData("\0", "")]
    public async Task Search_finds_a_part_of_the_key_whatever_its_case(string search, string keys)
    {
        await _world.Create("DB_USER");
        await _world.Create("DB_PASSWORD");
        await _world.Create("DBX");

        Keys(await Page(new() { Search = search })).ShouldBe(keys);
    }

    [Fact]
    public async Task Search_finds_names_by_letters_beyond_ascii()
    {
        await _world.CreateItem("Über ÄPFEL");

        foreach (var search in new[] { "über", "Über", "ÄPF", "Äpf" })
        {
            var page = (
                await _world.Workflows.ListPageAsync(_world.Machine, new() { Search = search })
            ).Value;

            page.Total.ShouldBe(search == "über" ? 0 : 1);
        }
    }

    [Theory]
    [InlineData(SecretSort.Newest, false, "A C B")]
    [InlineData(SecretSort.Newest, true, "B C A")]
    [InlineData(SecretSort.Name, false, "A B C")]
    [InlineData(SecretSort.Name, true, "C B A")]
    [InlineData(SecretSort.Updated, false, "C A B")]
    [InlineData(SecretSort.Updated, true, "B A C")]
    [InlineData(SecretSort.Expires, false, "C A B")]
    [InlineData(SecretSort.Expires, true, "A C B")]
    [InlineData(SecretSort.LastUsed, false, "A B C")]
    [InlineData(SecretSort.LastUsed, true, "C B A")]
    public async Task Order_is_as_asked_for(SecretSort sort, bool descending, string keys)
    {
        await _world.Create("B");
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await _world.Create("C", expiresAt: _world.Now.AddDays(1));
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await _world.Create("A", expiresAt: _world.Now.AddDays(2));
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await _world.Update("B", new() { IsActive = true });
        await _world.Read("B");
        _world.Clock.Advance(TimeSpan.FromMinutes(1));
        await _world.Read("C");
        await _world.Uses.FlushAsync();

        Keys(await Page(new() { Sort = sort, Descending = descending })).ShouldBe(keys);
    }

    [Fact]
    public async Task Pages_follow_each_other()
    {
        for (var i = 1; i <= 5; i++)
        {
            await _world.Create($"KEY_{i}");
        }

        var query = new SecretQuery { Sort = SecretSort.Name, PageSize = 2 };

        Keys(await Page(query)).ShouldBe("KEY_1 KEY_2");
        Keys(await Page(query with { Page = 3 })).ShouldBe("KEY_5");
        var beyond = await Page(query with { Page = int.MaxValue });
        (beyond.Items.Count, beyond.Total).ShouldBe((0, 5));
        (await Page(query with { Page = -1, PageSize = int.MaxValue })).Items.Count.ShouldBe(5);
    }

    private async Task<SecretPage<EnvironmentSecretView>> Page(SecretQuery query) =>
        (await _world.Environment.ListPageAsync(_world.Machine, query)).Value;

    private static string Keys(SecretPage<EnvironmentSecretView> page) =>
        string.Join(' ', page.Items.Select(secret => secret.Key));
}
