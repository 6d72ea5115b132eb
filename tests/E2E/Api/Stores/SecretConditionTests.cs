using System.Globalization;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>What keeps writes from being lost or made twice: tags and conditions, receipts, races, <c>Idempotency-Key</c>.</summary>
[Collection(StoresCollection.Name)]
public sealed class SecretConditionTests(Stores stores)
{
    private StoreClient Client => stores.Secrets;

    private static JsonObject Value(string value) => new() { ["value"] = value };

    [Fact]
    public async Task Every_answer_about_one_secret_carries_its_version()
    {
        var key = await stores.Made("one");
        var path = Stores.PathOf(key);

        async Task Tagged(Task<Answer> answer, string tag) =>
            (await answer).ShouldSucceed().Headers["ETag"].ShouldBe(tag);

        await Tagged(Client.Get(path), "\"1\"");
        await Tagged(Client.Put(path, Value("two")), "\"2\"");
        await Tagged(Client.Post($"{path}/rotate", Value("three")), "\"3\"");
        await Tagged(Client.Get($"{path}?version=previous"), "\"3\"");
        await Tagged(Client.Get($"{path}/versions"), "\"3\"");
        await Tagged(Client.Post($"{path}/verify", Value("three")), "\"3\"");
        await Tagged(Client.Post($"{path}/versions/1/restore"), "\"4\"");
        await Tagged(Client.Delete(path), "\"5\"");
    }

    [Theory]
    [InlineData("\"1\"", 200)]
    [InlineData("*", 200)]
    [InlineData("\"7\", \"1\"", 200)]
    [InlineData("\"7\",,\"1\"", 200)]
    [InlineData("\"2\"", 412)]
    [InlineData("W/\"1\"", 412)]
    [InlineData("\"01\"", 412)]
    [InlineData("\"1 \"", 412)]
    [InlineData("\"+1\"", 412)]
    [InlineData("\"\"", 412)]
    [InlineData("\"99999999999999999999\"", 412)]
    [InlineData("1", 400)]
    [InlineData("\"1", 400)]
    [InlineData("'1'", 400)]
    [InlineData("*, \"1\"", 400)]
    [InlineData("\"1\" \"2\"", 400)]
    [InlineData(",", 400)]
    public async Task If_match_lets_a_change_through_only_at_the_version_that_it_names(
        string condition,
        int status
    )
    {
        var key = await stores.Made("old");
        var calls = new Func<Task<Answer>>[]
        {
            () => Client.Put(Stores.PathOf(key), Value("new"), ("If-Match", condition)),
            () =>
                Client.Post(Stores.PathOf(key) + "/rotate", Value("new"), ("If-Match", condition)),
            () =>
                Client.Post(
                    Stores.PathOf(key) + "/versions/1/restore",
                    null,
                    ("If-Match", condition)
                ),
            () => Client.Delete(Stores.PathOf(key), ("If-Match", condition)),
        };
        foreach (var call in status == 200 ? calls[..1] : calls)
        {
            if (status == 200)
            {
                (await call()).ShouldSucceed();
                continue;
            }

            (await stores.Refuse(call)).ShouldBeSecretsError(
                status,
                status == 412 ? "VERSION_CONFLICT" : "INVALID_INPUT"
            );
        }

        if (status == 200)
        {
            (await Client.Delete(Stores.PathOf(key), ("If-Match", "\"2\""))).ShouldSucceed();
        }
    }

    [Fact]
    public async Task If_match_on_a_secret_that_is_not_there_is_not_found() =>
        (
            await Client.Put(Stores.PathOf("NOBODY_HAS_THIS"), Value("v"), ("If-Match", "*"))
        ).ShouldBeSecretsError(404, "NOT_FOUND");

    [Fact]
    public async Task Strict_create_is_refused_over_any_row_and_lets_a_new_key_through()
    {
        var body = new JsonObject { ["key"] = stores.NewKey(), ["value"] = "v" };
        var strict = ("If-None-Match", "*");
        (await Client.Post(StoreClient.Secrets, body, strict)).ShouldSucceed(201);

        (
            await stores.Refuse(() => Client.Post(StoreClient.Secrets, body, strict))
        ).ShouldBeSecretsError(412, "VERSION_CONFLICT");
        (await Client.Delete(Stores.PathOf((string)body["key"]!))).ShouldSucceed();
        (
            await stores.Refuse(() => Client.Post(StoreClient.Secrets, body, strict))
        ).ShouldBeSecretsError(412, "VERSION_CONFLICT");
        (
            await stores.Refuse(() =>
                Client.Post(StoreClient.Secrets, body, ("If-None-Match", "\"1\""))
            )
        ).ShouldBeSecretsError(400, "INVALID_INPUT");
        (await Client.Post(StoreClient.Secrets, body)).ShouldSucceed(201);
    }

    [Fact]
    public async Task Read_of_what_the_caller_has_is_not_modified()
    {
        var key = await stores.Made();

        var answer = await Client.Get(Stores.PathOf(key), ("If-None-Match", "\"1\""));

        answer.Status.ShouldBe(304);
        answer.Text.ShouldBeEmpty();
        answer.Headers["ETag"].ShouldBe("\"1\"");
        (await Client.Put(Stores.PathOf(key), Value("new"))).ShouldSucceed();
        (await Client.Get(Stores.PathOf(key), ("If-None-Match", "\"1\""))).ShouldSucceed();
    }

    [Theory]
    [InlineData("return=representation", true)]
    [InlineData("respond-async, return=\"representation\"; x=1", true)]
    [InlineData("RETURN = representation", true)]
    [InlineData("return=minimal", false)]
    [InlineData("return=minimal, return=representation", false)]
    [InlineData("representation", false)]
    public async Task Receipt_is_answered_when_it_is_preferred(string preference, bool given)
    {
        var body = new JsonObject { ["key"] = stores.NewKey(), ["value"] = "v" };
        var prefer = ("Prefer", preference);

        var created = (await Client.Post(StoreClient.Secrets, body, prefer)).ShouldSucceed(201);
        var updated = (
            await Client.Put(Stores.PathOf((string)body["key"]!), Value("w"), prefer)
        ).ShouldSucceed();

        var receipt = given ? " version updatedAt auditId" : "";
        created.Json.ShouldHaveMembers("success message id" + receipt);
        updated.Json.ShouldHaveMembers("success message" + receipt);
        foreach (var answer in new[] { created, updated })
        {
            answer.Headers.ContainsKey("Preference-Applied").ShouldBe(given);
            if (given)
            {
                answer.Headers["Preference-Applied"].ShouldBe("return=representation");
            }
        }

        if (given)
        {
            ((long)updated.Json["version"]!).ShouldBe(2);
            ((long)updated.Json["auditId"]!).ShouldBeGreaterThan((long)created.Json["auditId"]!);
            ((string)updated.Json["updatedAt"]!).ShouldEndWith("Z");
        }
    }

    [Fact]
    public async Task Of_twelve_creators_one_makes_the_secret()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = stores.NewKey();

            var answers = await Task.WhenAll(
                Enumerable
                    .Range(0, 12)
                    .Select(i =>
                        Client.Post(
                            StoreClient.Secrets,
                            new JsonObject { ["key"] = key, ["value"] = $"value {i}" }
                        )
                    )
            );

            answers
                .Select(answer => answer.Status)
                .Order()
                .ShouldBe([201, .. Enumerable.Repeat(409, 11)]);
            var winner = Array.FindIndex(answers, answer => answer.Status == 201);
            var read = (await Client.Get(Stores.PathOf(key))).ShouldSucceed();
            ((string)read.Json["value"]!).ShouldBe($"value {winner}");
        }
    }

    [Fact]
    public async Task Writers_that_read_and_write_at_the_version_they_read_lose_nothing()
    {
        const int writers = 8;
        const int turns = 10;
        var key = await stores.Made("0");
        var path = Stores.PathOf(key);

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => CountUp()));

        var last = (await Client.Get(path)).ShouldSucceed();
        ((string)last.Json["value"]!).ShouldBe(
            (writers * turns).ToString(CultureInfo.InvariantCulture)
        );
        last.Headers["ETag"].ShouldBe($"\"{(writers * turns) + 1}\"");

        async Task CountUp()
        {
            for (var done = 0; done < turns; )
            {
                var read = (await Client.Get(path)).ShouldSucceed();
                var next = int.Parse((string)read.Json["value"]!, CultureInfo.InvariantCulture) + 1;
                var written = await Client.Put(
                    path,
                    Value(next.ToString(CultureInfo.InvariantCulture)),
                    ("If-Match", read.Headers["ETag"])
                );
                if (written.Status == 200)
                {
                    done++;
                    continue;
                }

                written.ShouldBeSecretsError(412, "VERSION_CONFLICT");
            }
        }
    }

    [Fact]
    public async Task Same_request_again_gets_the_first_answer()
    {
        var body = new JsonObject { ["key"] = stores.NewKey(), ["value"] = "v" };
        var retry = ("Idempotency-Key", Guid.NewGuid().ToString());

        var first = (await Client.Post(StoreClient.Secrets, body, retry)).ShouldSucceed(201);
        var again = (await Client.Post(StoreClient.Secrets, body, retry)).ShouldSucceed(201);

        first.Headers.ShouldNotContainKey("Idempotency-Replayed");
        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        again.Headers["ETag"].ShouldBe("\"1\"");
        again.Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task Change_and_deletion_again_make_no_second_version()
    {
        var path = Stores.PathOf(await stores.Made());
        var put = ("Idempotency-Key", Guid.NewGuid().ToString());
        var delete = ("Idempotency-Key", Guid.NewGuid().ToString());

        foreach (var _ in new[] { 1, 2 })
        {
            (await Client.Put(path, Value("new"), put))
                .ShouldSucceed()
                .Headers["ETag"]
                .ShouldBe("\"2\"");
        }

        foreach (var _ in new[] { 1, 2 })
        {
            (await Client.Delete(path, delete)).ShouldSucceed().Headers["ETag"].ShouldBe("\"3\"");
        }
    }

    [Fact]
    public async Task Other_body_with_the_same_key_is_refused()
    {
        var path = Stores.PathOf(await stores.Made());
        var retry = ("Idempotency-Key", Guid.NewGuid().ToString());
        (await Client.Put(path, Value("one"), retry)).ShouldSucceed();

        (await stores.Refuse(() => Client.Put(path, Value("two"), retry))).ShouldBeSecretsError(
            422,
            "IDEMPOTENCY_KEY_REUSED"
        );
    }

    [Fact]
    public async Task Same_body_with_another_query_is_another_request()
    {
        var retry = ("Idempotency-Key", Guid.NewGuid().ToString());
        var file = $"{stores.NewKey()}=v";
        var path = StoreClient.Secrets + "/-/import";
        (
            await Client.Send("POST", path, StoreClient.Text(file, "text/plain"), retry)
        ).ShouldSucceed();

        (
            await Client.Send(
                "POST",
                path + "?onConflict=replace",
                StoreClient.Text(file, "text/plain"),
                retry
            )
        ).ShouldBeSecretsError(422, "IDEMPOTENCY_KEY_REUSED");
    }

    [Theory]
    [InlineData("")]
    [InlineData("with a space")]
    [InlineData("$long")]
    public async Task Idempotency_key_of_the_wrong_form_is_invalid(string key)
    {
        var retry = ("Idempotency-Key", key == "$long" ? new string('k', 256) : key);
        var path = Stores.PathOf(await stores.Made());

        (await stores.Refuse(() => Client.Put(path, Value("v"), retry))).ShouldBeSecretsError(
            400,
            "INVALID_INPUT"
        );
    }

    /// <summary>Only one of several at once does the work; the others are told to wait, or get its answer.</summary>
    [Fact]
    public async Task Same_request_many_times_at_once_takes_effect_once()
    {
        var path = Stores.PathOf(await stores.Made());
        var retry = ("Idempotency-Key", Guid.NewGuid().ToString());

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(_ => Client.Put(path, Value("new"), retry))
        );

        foreach (var answer in answers.Where(answer => answer.Status != 200))
        {
            answer
                .ShouldBeSecretsError(409, "IDEMPOTENCY_IN_PROGRESS")
                .Headers.ShouldContainKey("Retry-After");
        }

        answers.ShouldContain(answer => answer.Status == 200);
        (await Client.Get(path)).Headers["ETag"].ShouldBe("\"2\"");
    }
}
