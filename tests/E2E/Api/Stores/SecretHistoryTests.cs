using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>History, rotation and comparing (secrets.md, what its users ask for).</summary>
[Collection(StoresCollection.Name)]
public sealed class SecretHistoryTests(Stores stores)
{
    private StoreClient Client => stores.Secrets;

    private static JsonObject Value(string value) => new() { ["value"] = value };

    [Fact]
    public async Task Versions_are_listed_newest_first_without_values()
    {
        var path = Stores.PathOf(await stores.Made("canary-1"));
        await Client.Put(path, Value("canary-2"));
        await Client.Put(path, new JsonObject { ["isActive"] = false });

        var answer = (await Client.Get($"{path}/versions")).ShouldSucceed();

        answer.Json.ShouldHaveMembers("versions");
        var versions = answer.Json["versions"]!.AsArray();
        versions.Select(v => (long)v!["version"]!).ShouldBe([3, 2, 1]);
        foreach (var version in versions)
        {
            version.ShouldHaveMembers("version createdAt createdBy isActive expiresAt hasValue");
            ((string)version!["createdBy"]!).ShouldStartWith("key:");
            ((bool)version["hasValue"]!).ShouldBeTrue();
        }

        versions.Select(v => (bool)v!["isActive"]!).ShouldBe([false, true, true]);
        answer.Text.ShouldNotContain("canary");
    }

    [Fact]
    public async Task Restore_makes_the_earlier_value_a_new_version()
    {
        var key = await stores.Made("one");
        var path = Stores.PathOf(key);
        await Client.Put(path, Value("two"));

        var answer = (await Client.Post($"{path}/versions/1/restore")).ShouldSucceed();

        answer.Json.ShouldHaveMembers("success message version");
        ((long)answer.Json["version"]!).ShouldBe(3);
        ((string)(await Client.Get(path)).Json["value"]!).ShouldBe("one");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("9")]
    [InlineData("-1")]
    [InlineData("one")]
    [InlineData("1.0")]
    [InlineData("99999999999999999999")]
    public async Task Restore_of_a_version_that_never_was_is_not_found(string version)
    {
        var path = Stores.PathOf(await stores.Made());

        (
            await stores.Refuse(() => Client.Post($"{path}/versions/{version}/restore"))
        ).ShouldBeSecretsError(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Restore_takes_no_members_and_no_other_media_type()
    {
        var path = Stores.PathOf(await stores.Made()) + "/versions/1/restore";

        (await Client.Post(path, new JsonObject { ["version"] = 1 })).ShouldBeSecretsError(
            400,
            "INVALID_INPUT"
        );
        (
            await Client.Send("POST", path, StoreClient.Text("{}", "text/plain"))
        ).ShouldBeSecretsError(415, "UNSUPPORTED_MEDIA_TYPE");
        (await Client.Post(path, new JsonObject())).ShouldSucceed();
    }

    [Fact]
    public async Task Rotation_answers_the_old_value_as_previous_during_the_grace()
    {
        var path = Stores.PathOf(await stores.Made("old"));

        var answer = (
            await Client.Post(
                $"{path}/rotate",
                new JsonObject { ["value"] = "new", ["graceHours"] = 1 }
            )
        ).ShouldSucceed();

        answer.Json.ShouldHaveMembers("success message version previousUntil");
        ((long)answer.Json["version"]!).ShouldBe(2);
        ((string)(await Client.Get(path)).Json["value"]!).ShouldBe("new");
        ((string)(await Client.Get($"{path}?version=previous")).Json["value"]!).ShouldBe("old");
    }

    [Fact]
    public async Task Rotation_without_grace_ends_the_old_value_at_once()
    {
        var path = Stores.PathOf(await stores.Made("old"));

        (
            await Client.Post(
                $"{path}/rotate",
                new JsonObject { ["value"] = "new", ["graceHours"] = 0 }
            )
        ).ShouldSucceed();

        (await Client.Get($"{path}?version=previous")).ShouldBeSecretsError(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Rotation_can_generate_the_value_and_does_not_show_it()
    {
        var path = Stores.PathOf(await stores.Made("old"));

        var answer = (
            await Client.Post(
                $"{path}/rotate",
                new JsonObject { ["generate"] = new JsonObject { ["length"] = 40 } }
            )
        ).ShouldSucceed();

        var value = (string)(await Client.Get(path)).Json["value"]!;
        value.Length.ShouldBe(40);
        answer.Text.ShouldNotContain(value);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"value":"v","generate":{"length":32}}""")]
    [InlineData("""{"value":null}""")]
    [InlineData("""{"value":""}""")]
    [InlineData("""{"generate":{}}""")]
    [InlineData("""{"generate":32}""")]
    [InlineData("""{"generate":{"length":0}}""")]
    [InlineData("""{"generate":{"length":1e2}}""")]
    [InlineData("""{"generate":{"length":99999999999}}""")]
    [InlineData("""{"generate":{"length":32,"more":1}}""")]
    [InlineData("""{"value":"v","graceHours":-1}""")]
    [InlineData("""{"value":"v","graceHours":169}""")]
    [InlineData("""{"value":"v","graceHours":1.5}""")]
    [InlineData("""{"value":"v","graceHours":"1"}""")]
    [InlineData("""{"value":"v","graceHours":null}""")]
    [InlineData("""{"value":"v","unknown":1}""")]
    public async Task Rotation_of_the_wrong_form_is_invalid(string body)
    {
        var path = Stores.PathOf(await stores.Made()) + "/rotate";

        (
            await stores.Refuse(() => Client.Send("POST", path, StoreClient.Text(body)))
        ).ShouldBeSecretsError(400, "INVALID_INPUT");
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("previous&version=previous")]
    public async Task Version_that_cannot_be_asked_for_is_invalid(string version)
    {
        var path = Stores.PathOf(await stores.Made());

        (await Client.Get($"{path}?version={version}")).ShouldBeSecretsError(400, "INVALID_INPUT");
    }

    [Fact]
    public async Task Value_is_compared_without_being_read_ten_times_a_minute()
    {
        var path = Stores.PathOf(await stores.Made("right")) + "/verify";

        (await Client.Post(path, Value("right"))).ShouldSucceed().Text.ShouldBe("{\"match\":true}");
        for (var i = 0; i < 9; i++)
        {
            (await Client.Post(path, Value("wrong")))
                .ShouldSucceed()
                .Text.ShouldBe("{\"match\":false}");
        }

        (await Client.Post(path, Value("right")))
            .ShouldBeSecretsError(429, "RATE_LIMITED")
            .Headers.ShouldContainKey("Retry-After");
    }

    [Fact]
    public async Task Comparing_an_unknown_one_is_not_found() =>
        (
            await Client.Post(Stores.PathOf("NOBODY_HAS_THIS") + "/verify", Value("v"))
        ).ShouldBeSecretsError(404, "NOT_FOUND");
}
