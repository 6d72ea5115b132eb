using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>The table of secrets.md, row by row.</summary>
[Collection(StoresCollection.Name)]
public sealed class SecretTests(Stores stores)
{
    private const string Time = "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$";

    private StoreClient Client => stores.Secrets;

    [Fact]
    public async Task Create_answers_with_id_and_message()
    {
        var key = stores.NewKey();

        var answer = (
            await Client.Post(
                StoreClient.Secrets,
                new JsonObject { ["key"] = key, ["value"] = "v" }
            )
        ).ShouldSucceed(201);

        answer.Json.ShouldHaveMembers("success message id");
        ((bool)answer.Json["success"]!).ShouldBeTrue();
        ((string)answer.Json["message"]!).ShouldBe($"Secret {key} has been created successfully");
        Guid.TryParseExact((string)answer.Json["id"]!, "D", out _).ShouldBeTrue();
        answer.Headers["ETag"].ShouldBe("\"1\"");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Theory]
    [InlineData("v")]
    [InlineData(" ")]
    [InlineData("Ünïcødé 🔑 \"quoted\" \\ / \t\n end")]
    [InlineData("\u0000\u0001\u007f")]
    [InlineData("$long")]
    public async Task Value_is_read_as_it_was_written(string value)
    {
        value = value == "$long" ? new string('é', 32_768) : value;
        var key = await stores.Made(value);

        var answer = (await Client.Get(Stores.PathOf(key))).ShouldSucceed();

        answer.Json.ShouldHaveMembers("key value");
        ((string)answer.Json["key"]!).ShouldBe(key);
        ((string)answer.Json["value"]!).ShouldBe(value);
        answer.Headers["ETag"].ShouldBe("\"1\"");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Fact]
    public async Task Value_written_in_escapes_is_the_same_value()
    {
        var key = stores.NewKey();
        var body = $$"""{"k\u0065y":"{{key}}","value":"\u00e9\ud83d\udd11\/","expiresAt":null}""";

        (await Client.Send("POST", StoreClient.Secrets, StoreClient.Text(body))).ShouldSucceed(201);

        var read = (await Client.Get(Stores.PathOf(key))).ShouldSucceed();
        ((string)read.Json["value"]!).ShouldBe("é🔑/");
    }

    [Fact]
    public async Task List_is_newest_first_and_has_every_state_but_no_value()
    {
        var inactive = await stores.Made("canary-1");
        await Client.Put(Stores.PathOf(inactive), new JsonObject { ["isActive"] = false });
        var expired = await stores.Made(
            "canary-2",
            new JsonObject { ["expiresAt"] = "2020-01-01T00:00:00Z", ["isReserved"] = true }
        );
        var deleted = await stores.Made("canary-3");
        await Client.Delete(Stores.PathOf(deleted));

        var answer = (await Client.Get(StoreClient.Secrets)).ShouldSucceed();

        answer.Json.ShouldHaveMembers("secrets");
        var secrets = answer.Json["secrets"]!.AsArray();
        secrets.Take(3).Select(s => (string)s!["key"]!).ShouldBe([deleted, expired, inactive]);
        foreach (var secret in secrets)
        {
            secret.ShouldHaveMembers(
                "id key isActive isReserved lastUsedAt expiresAt createdAt updatedAt"
            );
            ((string)secret!["createdAt"]!).ShouldMatch(Time);
            ((string)secret["updatedAt"]!).ShouldMatch(Time);
        }

        ((bool)secrets[0]!["isActive"]!).ShouldBeFalse();
        ((string)secrets[1]!["expiresAt"]!).ShouldBe("2020-01-01T00:00:00.000Z");
        ((bool)secrets[1]!["isReserved"]!).ShouldBeTrue();
        ((bool)secrets[1]!["isActive"]!).ShouldBeTrue();
        answer.Text.ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("inactive")]
    [InlineData("expired")]
    [InlineData("deleted")]
    public async Task Value_that_cannot_be_read_is_not_found_whatever_the_reason(string state)
    {
        var key = state == "unknown" ? stores.NewKey() : await stores.Made();
        if (state == "inactive")
        {
            await Client.Put(Stores.PathOf(key), new JsonObject { ["isActive"] = false });
        }
        else if (state == "expired")
        {
            await Client.Put(
                Stores.PathOf(key),
                new JsonObject { ["expiresAt"] = "2020-01-01T00:00:00+02:00" }
            );
        }
        else if (state == "deleted")
        {
            await Client.Delete(Stores.PathOf(key));
        }

        (await Client.Get(Stores.PathOf(key))).ShouldBeSecretsError(
            404,
            "NOT_FOUND",
            $"Secret not found: {key}"
        );
    }

    [Fact]
    public async Task Reading_does_not_change_the_time_of_the_update()
    {
        var key = await stores.Made();
        var before = await Listed(key);

        (await Client.Get(Stores.PathOf(key))).ShouldSucceed();

        ((string)(await Listed(key))["updatedAt"]!).ShouldBe((string)before["updatedAt"]!);
    }

    [Fact]
    public async Task Create_over_an_active_one_is_a_conflict_even_when_it_has_expired()
    {
        var key = await stores.Made(
            more: new JsonObject { ["expiresAt"] = "2020-01-01T00:00:00Z" }
        );

        (
            await stores.Refuse(() =>
                Client.Post(StoreClient.Secrets, new JsonObject { ["key"] = key, ["value"] = "v" })
            )
        ).ShouldBeSecretsError(409, "SECRET_ALREADY_EXISTS", $"Secret already exists: {key}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Create_over_a_deleted_or_inactive_one_makes_it_anew_without_its_old_expiry(
        bool deleted
    )
    {
        var key = await stores.Made("old");
        await Client.Put(
            Stores.PathOf(key),
            new JsonObject { ["expiresAt"] = "2020-01-01T00:00:00Z", ["isActive"] = deleted }
        );
        if (deleted)
        {
            (await Client.Delete(Stores.PathOf(key))).ShouldSucceed();
        }

        (
            await Client.Post(
                StoreClient.Secrets,
                new JsonObject { ["key"] = key, ["value"] = "new" }
            )
        ).ShouldSucceed(201);

        var read = (await Client.Get(Stores.PathOf(key))).ShouldSucceed();
        ((string)read.Json["value"]!).ShouldBe("new");
        (await Listed(key))["expiresAt"].ShouldBeNull();
    }

    [Fact]
    public async Task Create_over_an_inactive_reserved_one_is_a_conflict()
    {
        var key = await stores.Made(more: new JsonObject { ["isReserved"] = true });
        await Client.Put(Stores.PathOf(key), new JsonObject { ["isActive"] = false });

        (
            await Client.Post(
                StoreClient.Secrets,
                new JsonObject { ["key"] = key, ["value"] = "v" }
            )
        ).ShouldBeSecretsError(409, "SECRET_ALREADY_EXISTS");
    }

    [Fact]
    public async Task Update_changes_only_the_members_that_are_present()
    {
        var key = await stores.Made(
            "old",
            new JsonObject { ["expiresAt"] = "2099-01-01T00:00:00Z", ["isReserved"] = true }
        );

        var answer = (
            await Client.Put(Stores.PathOf(key), new JsonObject { ["value"] = "new" })
        ).ShouldSucceed();

        answer.Json.ShouldHaveMembers("success message");
        ((string)answer.Json["message"]!).ShouldBe($"Secret {key} has been updated successfully");
        answer.Headers["ETag"].ShouldBe("\"2\"");
        var listed = await Listed(key);
        ((bool)listed["isReserved"]!).ShouldBeTrue();
        ((string)listed["expiresAt"]!).ShouldBe("2099-01-01T00:00:00.000Z");
        ((string)(await Client.Get(Stores.PathOf(key))).Json["value"]!).ShouldBe("new");

        await Client.Put(Stores.PathOf(key), new JsonObject { ["expiresAt"] = null });

        (await Listed(key))["expiresAt"].ShouldBeNull();
        ((bool)(await Listed(key))["isReserved"]!).ShouldBeTrue();
        ((string)(await Client.Get(Stores.PathOf(key))).Json["value"]!).ShouldBe("new");
    }

    [Fact]
    public async Task Update_finds_a_deleted_one_and_making_it_active_takes_it_back()
    {
        var key = await stores.Made("kept");
        (await Client.Delete(Stores.PathOf(key))).ShouldSucceed();

        (
            await Client.Put(Stores.PathOf(key), new JsonObject { ["isActive"] = true })
        ).ShouldSucceed();

        ((string)(await Client.Get(Stores.PathOf(key))).ShouldSucceed().Json["value"]!).ShouldBe(
            "kept"
        );
    }

    [Fact]
    public async Task Update_of_an_unknown_one_is_not_found() =>
        (
            await stores.Refuse(() =>
                Client.Put(Stores.PathOf("NOBODY_HAS_THIS"), new JsonObject { ["value"] = "v" })
            )
        ).ShouldBeSecretsError(404, "NOT_FOUND", "Secret not found: NOBODY_HAS_THIS");

    [Fact]
    public async Task Delete_twice_is_fine()
    {
        var key = await stores.Made();

        foreach (var _ in new[] { 1, 2 })
        {
            var answer = (await Client.Delete(Stores.PathOf(key))).ShouldSucceed();
            answer.Json.ShouldHaveMembers("success message");
            ((string)answer.Json["message"]!).ShouldBe(
                $"Secret {key} has been deleted successfully"
            );
            answer.Headers.ShouldContainKey("ETag");
        }
    }

    [Fact]
    public async Task Reserved_one_can_be_changed_but_not_deleted()
    {
        var key = await stores.Made(more: new JsonObject { ["isReserved"] = true });

        (await stores.Refuse(() => Client.Delete(Stores.PathOf(key)))).ShouldBeSecretsError(
            403,
            "FORBIDDEN",
            $"Cannot delete reserved secret: {key}"
        );
        (
            await Client.Put(Stores.PathOf(key), new JsonObject { ["isReserved"] = false })
        ).ShouldSucceed();
        (await Client.Delete(Stores.PathOf(key))).ShouldSucceed();
    }

    /// <summary>Routes match without regard to case; a key may be called as they are.</summary>
    [Theory]
    [InlineData("EXPORT")]
    [InlineData("IMPORT")]
    [InlineData("VERIFY")]
    [InlineData("VERSIONS")]
    [InlineData("ROTATE")]
    public async Task Key_named_like_a_route_is_a_key(string key)
    {
        (
            await Client.Post(
                StoreClient.Secrets,
                new JsonObject { ["key"] = key, ["value"] = "one" }
            )
        ).ShouldSucceed(201);
        (
            await Client.Put(Stores.PathOf(key), new JsonObject { ["value"] = "two" })
        ).ShouldSucceed();
        ((string)(await Client.Get(Stores.PathOf(key))).Json["value"]!).ShouldBe("two");
        (await Client.Get(Stores.PathOf(key) + "/versions")).ShouldSucceed();
        (
            await Client.Post(Stores.PathOf(key) + "/verify", new JsonObject { ["value"] = "two" })
        ).Text.ShouldBe("{\"match\":true}");
        (await Client.Delete(Stores.PathOf(key))).ShouldSucceed();
    }

    [Theory]
    [InlineData("lower")]
    [InlineData("-")]
    [InlineData("A-B")]
    [InlineData("A%0A")]
    [InlineData("%C3%84")]
    [InlineData("A%20")]
    [InlineData("api-key")]
    public async Task Text_in_the_path_that_is_no_key_is_not_found(string key)
    {
        var echoed = $"Secret not found: {Uri.UnescapeDataString(key)}";

        (await Client.Get(Stores.PathOf(key))).ShouldBeSecretsError(404, "NOT_FOUND", echoed);
        (
            await Client.Put(Stores.PathOf(key), new JsonObject { ["value"] = "v" })
        ).ShouldBeSecretsError(404, "NOT_FOUND", echoed);
        (await Client.Delete(Stores.PathOf(key))).ShouldBeSecretsError(404, "NOT_FOUND", echoed);
    }

    [Fact]
    public async Task Long_text_in_the_path_is_echoed_no_longer_than_a_key() =>
        (await Client.Get(Stores.PathOf(new string('A', 4_000)))).ShouldBeSecretsError(
            404,
            "NOT_FOUND",
            $"Secret not found: {new string('A', 255)}"
        );

    [Fact]
    public async Task Slash_at_the_end_is_the_same_path()
    {
        var key = await stores.Made("v");

        ((string)(await Client.Get(Stores.PathOf(key) + "/")).Json["value"]!).ShouldBe("v");
    }

    private async Task<JsonNode> Listed(string key) =>
        (await Client.Get(StoreClient.Secrets)).ShouldSucceed().Json["secrets"]!
            .AsArray()
            .Single(secret => (string)secret!["key"]! == key)!;
}
