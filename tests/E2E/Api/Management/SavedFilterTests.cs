using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Management;

/// <summary>/api/v1/portal/saved-filters: filters of the expiry page, each account's own.</summary>
[Collection(PortalCollection.Name)]
public sealed class SavedFilterTests(Portal portal) : IDisposable
{
    private const string Filters = "/api/v1/portal/saved-filters";
    private const string All = "machine.monitoring.read,machine.monitoring.all";
    private const string Query = "state=expired&kind=environment-secret";

    private readonly List<StoreClient> _clients = [];

    [Fact]
    public async Task Filter_is_kept_listed_and_deleted()
    {
        var client = await With(All);
        var name = NewName();

        var made = (await client.Post(Filters, Filter(name))).ShouldSucceed(201).Json;
        var listed = await Names(client);
        var gone = await client.Delete($"{Filters}/{(string)made["id"]!}");
        var again = await client.Delete($"{Filters}/{(string)made["id"]!}");

        made.ShouldHaveMembers("id name query createdAt");
        ((string?)made["name"], (string?)made["query"]).ShouldBe((name, Query));
        listed.ShouldContain(name);
        gone.ShouldSucceed(204).ShouldHaveNoBody();
        ShouldBeProblem(again, 404, "not_found");
        (await Names(client)).ShouldNotContain(name);
    }

    [Fact]
    public async Task Repeated_request_keeps_one_and_deletes_one()
    {
        var client = await With(All);
        var (name, keep, delete) = (NewName(), Once(), Once());

        var first = (await client.Post(Filters, Filter(name), keep)).ShouldSucceed(201);
        var second = (await client.Post(Filters, Filter(name), keep)).ShouldSucceed(201);
        var path = $"{Filters}/{(string)first.Json["id"]!}";

        second.Text.ShouldBe(first.Text);
        second.Headers["Idempotency-Replayed"].ShouldBe("true");
        (await Names(client)).Count(other => other == name).ShouldBe(1);
        ShouldBeProblem(
            await client.Post(Filters, Filter(name)),
            409,
            "saved_filter_exists",
            "/name"
        );
        (await client.Delete(path, delete)).ShouldSucceed(204);
        (await client.Delete(path, delete)).ShouldSucceed(204);
    }

    [Fact]
    public async Task Filter_of_another_account_is_not_there()
    {
        var owner = await With(All);
        using var someone = await portal.Stranger();
        var other = Client(someone.Key!);
        var name = NewName();
        var made = (await owner.Post(Filters, Filter(name))).ShouldSucceed(201).Json;

        (await Names(other)).ShouldBeEmpty();
        ShouldBeProblem(await other.Delete($"{Filters}/{(string)made["id"]!}"), 404, "not_found");
        // A name is taken within an account alone.
        (await other.Post(Filters, Filter(name))).ShouldSucceed(201);
        (await Names(owner)).ShouldContain(name);
    }

    [Fact]
    public async Task Who_may_not_is_refused()
    {
        var (read, none) = (await With("machine.monitoring.read"), await With("secrets.all"));
        var id = "66f0a1b2c3d4e5f601234567";

        ShouldBeProblem(await Client().Get(Filters), 401, "session_ended");
        ShouldBeProblem(await Client("rk_nonsense").Get(Filters), 401, "unauthorized");
        ShouldBeProblem(await none.Get(Filters), 403, "forbidden");
        ShouldBeProblem(await read.Post(Filters, Filter(NewName())), 403, "forbidden");
        ShouldBeProblem(await read.Delete($"{Filters}/{id}"), 403, "forbidden");
        (await read.Get(Filters)).ShouldSucceed();
        ShouldBeProblem(await (await With(All)).Delete($"{Filters}/x"), 404, "not_found");
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData("""{"name":"x"}""", "/query")]
    [InlineData("""{"query":"q=x"}""", "/name")]
    [InlineData("""{"name":" ","query":"q=x"}""", "/name")]
    [InlineData("""{"name":5,"query":"q=x"}""", "/name")]
    [InlineData("""{"name":"x","query":"cursor=x"}""", "/query")]
    [InlineData("""{"name":"x","query":"q=a&q=b"}""", "/query")]
    [InlineData("""{"name":"x","query":"q=<script>"}""", "/query")]
    [InlineData("""{"name":"x","query":"q=a b"}""", "/query")]
    [InlineData("""{"name":"x","query":"q=x","extra":1}""", "/extra")]
    public async Task Filter_out_of_form_is_refused_at_its_place(string body, string pointer)
    {
        var client = await With(All);
        var before = await Names(client);

        ShouldBeProblem(
            await client.Send("POST", Filters, StoreClient.Text(body)),
            400,
            "invalid_request",
            pointer
        );
        (await Names(client)).ShouldBe(before);
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private async Task<StoreClient> With(string permissions) =>
        Client(await portal.KeyOf(Portal.OwnerEmail, permissions));

    private StoreClient Client(string? key = null)
    {
        var client = key is null
            ? new StoreClient(portal.Process.Address)
            : new StoreClient(portal.Process.Address, ("X-API-Key", key));
        _clients.Add(client);
        return client;
    }

    private static async Task<List<string>> Names(StoreClient client) =>
        [
            .. (await client.Get(Filters)).ShouldSucceed().Json["filters"]!
                .AsArray()
                .Select(filter => (string)filter!["name"]!),
        ];

    private static JsonObject Filter(string name) => new() { ["name"] = name, ["query"] = Query };

    private static string NewName() => $"filter {Guid.NewGuid():N}";

    private static (string, string) Once() => ("Idempotency-Key", Guid.NewGuid().ToString());

    private static void ShouldBeProblem(
        Answer answer,
        int status,
        string code,
        string? pointer = null
    )
    {
        answer.Status.ShouldBe(status, answer.ToString());
        answer.Headers["Content-Type"].ShouldBe("application/problem+json");
        ((string)answer.Json["code"]!).ShouldBe(code);
        if (pointer is not null)
        {
            ((string?)answer.Json["pointer"] ?? "").ShouldBe(pointer);
        }
    }
}
