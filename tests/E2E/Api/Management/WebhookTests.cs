using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Api.Stores;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Hardening;

namespace VaultPortal.Tests.E2E.Api.Management;

/// <summary>The calls about webhooks and announced rotations, and the messages that a real server sends.</summary>
[Collection(StoresCollection.Name)]
public sealed class WebhookTests(Stores.Stores stores)
{
    private const string Hooks = "/api/v1/portal/webhooks";
    private const string Rotations = "/api/v1/portal/rotations";

    [Fact]
    public async Task Webhook_is_made_listed_changed_and_deleted()
    {
        var client = await stores.With("machine.monitoring.all");
        var made = (await client.Post(Hooks, Draft())).ShouldSucceed(201);
        made.Json.ShouldHaveMembers("id version shownOnce");
        made.Headers["ETag"].ShouldBe("\"1\"");
        made.Headers["Cache-Control"].ShouldBe("no-store");
        var path = $"{Hooks}/{(string)made.Json["id"]!}";

        var read = (await client.Get(path)).ShouldSucceed();
        read.Json.ShouldHaveMembers(
            "id name url events allowsPrivateAddress disabledAt version createdAt updatedAt waiting lastDelivery"
        );
        read.Text.ShouldNotContain((string)made.Json["shownOnce"]!);
        (await client.Get(Hooks)).ShouldSucceed().Text.ShouldNotContain("whsec_");

        var draft = Draft();
        draft["name"] = "Operations";
        (await client.Put(path, draft, ("If-Match", "\"7\""))).ShouldBeProblem(
            412,
            "version_conflict"
        );
        var changed = (await client.Put(path, draft, ("If-Match", "\"1\""))).ShouldSucceed();
        ((string)changed.Json["name"]!).ShouldBe("Operations");
        changed.Headers["ETag"].ShouldBe("\"2\"");

        var rotated = (await client.Post(path + "/rotate-secret")).ShouldSucceed();
        ((string)rotated.Json["shownOnce"]!).ShouldStartWith("whsec_");
        ((string)rotated.Json["shownOnce"]!).ShouldNotBe((string)made.Json["shownOnce"]!);
        (await client.Post(path + "/disable")).ShouldSucceed().Json["disabledAt"].ShouldNotBeNull();
        (await client.Post(path + "/test")).ShouldBeProblem(409, "webhook_disabled");
        (await client.Post(path + "/enable")).ShouldSucceed().Json["disabledAt"].ShouldBeNull();
        (await client.Delete(path)).Status.ShouldBe(204);
        (await client.Get(path)).ShouldBeProblem(404, "not_found");
        (await client.Delete(path)).ShouldBeProblem(404, "not_found");
    }

    [Fact]
    public async Task Test_message_arrives_signed_and_stands_in_the_log()
    {
        await using var receiver = new Receiver();
        var client = await stores.With("machine.webhook.all");
        var made = await MadeInside(receiver);
        var path = $"{Hooks}/{(string)made["id"]!}";

        var sent = (await client.Post(path + "/test")).ShouldSucceed(202);

        var message = await receiver.Next();
        message.Id.ShouldBe((string)sent.Json["id"]!);
        message.IsSignedWith((string)made["shownOnce"]!).ShouldBeTrue();
        ((string)JsonNode.Parse(message.Text)!["type"]!).ShouldBe("webhook.test");
        var logged = await Logged(client, path, "delivered");
        ((long)logged["lastStatus"]!).ShouldBe(204);

        (await client.Post($"{path}/deliveries/{message.Id}/redeliver")).ShouldSucceed(202);
        (await receiver.Next()).Id.ShouldBe(message.Id);
        (await client.Post($"{path}/deliveries/{new string('0', 24)}/redeliver")).ShouldBeProblem(
            404,
            "not_found"
        );
        (await client.Delete(path)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Refused_message_is_sent_again()
    {
        await using var receiver = new Receiver { Status = 500 };
        var client = await stores.With("machine.monitoring.all");
        var made = await MadeInside(receiver);
        var path = $"{Hooks}/{(string)made["id"]!}";
        await client.Post(path + "/test");
        var first = await receiver.Next();
        receiver.Status = 200;

        var second = await receiver.Next();

        second.Id.ShouldBe(first.Id);
        ((long)(await Logged(client, path, "delivered"))["attempts"]!).ShouldBe(2);
        (await client.Delete(path)).Status.ShouldBe(204);
    }

    [Theory]
    [InlineData("machine.monitoring.read", 200, 403)]
    [InlineData("machine.monitoring.all", 200, 201)]
    [InlineData("machine.webhook.all", 200, 201)]
    [InlineData("secrets.all", 403, 403)]
    [InlineData("machine.vault.all", 403, 403)]
    public async Task Permissions_decide(string permissions, int reading, int making)
    {
        var client = await stores.With(permissions);

        (await client.Get(Hooks)).Status.ShouldBe(reading);
        var made = await client.Post(Hooks, Draft());
        made.Status.ShouldBe(making);
        if (making == 201)
        {
            await client.Delete($"{Hooks}/{(string)made.Json["id"]!}");
        }
    }

    [Fact]
    public async Task Key_leads_no_webhook_into_the_network_of_the_server()
    {
        await using var receiver = new Receiver();
        var client = await stores.With("machine.monitoring.all");
        (await client.Post(Hooks, Draft(receiver.Address))).ShouldBeProblem(403, "person_required");
        var made = await MadeInside(receiver);
        var path = $"{Hooks}/{(string)made["id"]!}";

        (await client.Put(path, Draft(receiver.Address + "/other"))).ShouldBeProblem(
            403,
            "person_required"
        );
        var renamed = Draft(receiver.Address);
        renamed["name"] = "Renamed";
        (await client.Put(path, renamed)).ShouldSucceed();
        // Whoever may only look sees where it leads, and no path.
        var reader = await stores.With("machine.monitoring.read");
        ((string)(await reader.Get(path)).ShouldSucceed().Json["url"]!).ShouldBe(
            "http://127.0.0.1"
        );
        (await client.Delete(path)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Keys_of_an_auditor_read_and_strangers_do_not()
    {
        var auditor = await stores.With("machine.monitoring.all", Stores.Stores.AuditorEmail);

        (await auditor.Get(Hooks)).Status.ShouldBe(200);
        (await auditor.Post(Hooks, Draft())).ShouldBeProblem(403, "forbidden");
        (await stores.Nobody.Get(Hooks)).ShouldBeProblem(401, "session_ended");
        (await stores.Bearer("rk_nonsense").Get(Hooks)).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("[]", "")]
    [InlineData("{}", "/name")]
    [InlineData("""{"name":"x","url":"https://a.example","events":[],"x":1}""", "/x")]
    [InlineData("""{"name":"x","url":"https://a.example","events":[]}""", "/events")]
    [InlineData("""{"name":"x","url":"https://a.example","events":["a"]}""", "/events/0")]
    [InlineData("""{"name":"x","url":"https://a.example","events":[1]}""", "/events/0")]
    [InlineData("""{"name":"x","url":"https://a.example","events":"a"}""", "/events")]
    [InlineData("""{"name":"x","url":"http://a.example","events":["expiry.expired"]}""", "/url")]
    [InlineData("""{"name":"x","url":"https://u@a.example","events":["expiry.expired"]}""", "/url")]
    [InlineData("""{"name":"","url":"https://a.example","events":["expiry.expired"]}""", "/name")]
    [InlineData(
        """{"name":"x","name":"y","url":"https://a.example","events":["expiry.expired"]}""",
        "/name"
    )]
    [InlineData(
        """{"name":"x","url":"https://a.example","events":["expiry.expired"],"allowsPrivateAddress":"yes"}""",
        "/allowsPrivateAddress"
    )]
    public async Task Body_that_cannot_be_is_refused_where_it_is_wrong(string body, string pointer)
    {
        var client = await stores.With("machine.monitoring.all");

        var answer = await client.Send("POST", Hooks, StoreClient.Text(body));

        answer.ShouldBeProblem(400, "invalid_request");
        ((string?)answer.Json["pointer"]).ShouldBe(pointer);
    }

    [Fact]
    public async Task Same_request_with_an_idempotency_key_makes_one_webhook()
    {
        var client = await stores.With("machine.monitoring.all");
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());

        var first = (await client.Post(Hooks, Draft(), key)).ShouldSucceed(201);
        var again = (await client.Post(Hooks, Draft(), key)).ShouldSucceed(201);

        again.Text.ShouldBe(first.Text);
        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        await client.Delete($"{Hooks}/{(string)first.Json["id"]!}");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("000000000000000000000000")]
    [InlineData("..%2f..")]
    public async Task Unknown_id_is_not_found(string id)
    {
        var client = await stores.With("machine.monitoring.all");

        (await client.Get($"{Hooks}/{id}")).Status.ShouldBe(404);
        (await client.Post($"{Hooks}/{id}/test")).Status.ShouldBe(404);
        (await client.Get($"{Hooks}/{id}/deliveries")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Secret_stands_in_no_log_and_no_file()
    {
        var client = await stores.With("machine.monitoring.all");
        var made = (await client.Post(Hooks, Draft())).ShouldSucceed(201);
        var secret = (string)made.Json["shownOnce"]!;

        stores.Process.Log.ShouldNotContain(secret);
        foreach (var file in Directory.EnumerateFiles(stores.Process.Folder))
        {
            using var stream = new FileStream(
                file,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite
            );
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            (await reader.ReadToEndAsync()).ShouldNotContain(secret["whsec_".Length..]);
        }

        await client.Delete($"{Hooks}/{(string)made.Json["id"]!}");
    }

    [Fact]
    public async Task Rotation_is_announced_confirmed_and_retired()
    {
        await using var receiver = new Receiver();
        var hooks = await stores.With("machine.monitoring.all");
        var made = await MadeInside(receiver);
        var secrets = await stores.With("secrets.all");
        var key = await stores.Made("canary-old");

        var announced = (
            await secrets.Post(
                Rotations,
                new JsonObject
                {
                    ["secret"] = key,
                    ["webhook"] = (string)made["id"]!,
                    ["generate"] = new JsonObject { ["length"] = 40 },
                    ["graceHours"] = 24,
                    ["confirmWithinHours"] = 1,
                }
            )
        ).ShouldSucceed(201);
        var path = $"{Rotations}/{(string)announced.Json["id"]!}";
        ((string)announced.Json["phase"]!).ShouldBe("announced");
        var told = JsonNode.Parse((await receiver.Next()).Text)!;
        ((string)told["type"]!).ShouldBe("rotation.announced");
        ((string)told["data"]!["rotation"]!).ShouldBe((string)announced.Json["id"]!);

        var switched = (await secrets.Post(path + "/confirm")).ShouldSucceed();
        ((string)switched.Json["phase"]!).ShouldBe("switched");
        var value = (await secrets.Get(Stores.Stores.PathOf(key))).ShouldSucceed().Json["value"];
        ((string)value!).Length.ShouldBe(40);
        var after = await receiver.Next();
        ((string)JsonNode.Parse(after.Text)!["type"]!).ShouldBe("rotation.switched");
        after.Text.ShouldNotContain((string)value!);
        after.Text.ShouldNotContain("canary");
        switched.Text.ShouldNotContain((string)value!);

        (await secrets.Get(Stores.Stores.PathOf(key) + "?version=previous")).Status.ShouldBe(200);
        (await secrets.Post(path + "/retire")).ShouldSucceed();
        (await secrets.Get(Stores.Stores.PathOf(key) + "?version=previous")).Status.ShouldBe(404);
        (await secrets.Post(path + "/cancel")).ShouldBeProblem(409, "rotation_not_waiting");
        var list = (await secrets.Get($"{Rotations}?secret={key}")).ShouldSucceed();
        ((string)list.Json["rotations"]!.AsArray().Single()!["phase"]!).ShouldBe("retired");
        await hooks.Delete($"{Hooks}/{(string)made["id"]!}");
    }

    [Theory]
    [InlineData("{}", "/secret")]
    [InlineData(
        """{"secret":"A","webhook":"x","graceHours":1,"confirmWithinHours":1}""",
        "/webhook"
    )]
    [InlineData(
        """{"secret":"A","webhook":"000000000000000000000000","graceHours":1}""",
        "/confirmWithinHours"
    )]
    [InlineData(
        """{"secret":"A","webhook":"000000000000000000000000","graceHours":1,"confirmWithinHours":1,"value":"x"}""",
        "/value"
    )]
    [InlineData(
        """{"secret":"A","webhook":"000000000000000000000000","graceHours":999,"confirmWithinHours":1}""",
        "/graceHours"
    )]
    public async Task Announcement_that_cannot_be_is_refused(string body, string pointer)
    {
        var client = await stores.With("secrets.all");

        var answer = await client.Send("POST", Rotations, StoreClient.Text(body));

        answer.ShouldBeProblem(400, "invalid_request");
        ((string?)answer.Json["pointer"]).ShouldBe(pointer);
    }

    [Theory]
    [InlineData("/calendar/nonsense.ics")]
    [InlineData("/calendar/nonsense")]
    [InlineData("/calendar/.ics")]
    [InlineData("/calendar/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics")]
    public async Task Address_that_is_nobodys_calendar_is_not_found(string path)
    {
        var answer = await stores.Nobody.Get(path);

        answer.Status.ShouldBe(404);
        answer.Text.ShouldBe("There is nothing here.\n");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Fact]
    public async Task Machines_have_no_calendar()
    {
        var client = await stores.With("machine.all");

        (await client.Get("/api/v1/portal/calendar-feed")).ShouldBeProblem(403, "forbidden");
        (await client.Post("/api/v1/portal/calendar-feed")).ShouldBeProblem(403, "forbidden");
    }

    /// <summary>A webhook of a receiver on this machine, which a person makes: a key may not.</summary>
    private async Task<JsonNode> MadeInside(Receiver receiver)
    {
        var visitor = await stores.Owner();
        using var asked = await visitor.Send(
            HttpMethod.Get,
            "/api/v1/portal/antiforgery",
            ("Sec-Fetch-Site", "same-origin")
        );
        var token = JsonNode.Parse(await asked.Content.ReadAsStringAsync())!["token"]!;
        using var body = StoreClient.Text(Draft(receiver.Address).ToJsonString());
        using var request = new HttpRequestMessage(HttpMethod.Post, Hooks) { Content = body };
        request.Headers.TryAddWithoutValidation("Origin", visitor.Origin);
        request.Headers.TryAddWithoutValidation("RequestVerificationToken", (string)token!);
        using var answer = await visitor.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Created, text);
        return JsonNode.Parse(text)!;
    }

    private static JsonObject Draft(string? url = null) =>
        new()
        {
            ["name"] = "Ops",
            ["url"] = url ?? "https://hooks.example.com/in",
            ["events"] = new JsonArray("expiry.expired"),
            ["allowsPrivateAddress"] = url is not null,
        };

    /// <summary>The newest message of the log, once it is in this state.</summary>
    private static async Task<JsonNode> Logged(StoreClient client, string path, string state)
    {
        var until = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            var log = (await client.Get(path + "/deliveries")).ShouldSucceed().Json;
            var newest = log["deliveries"]!.AsArray()[0]!;
            if ((string)newest["state"]! == state)
            {
                return newest;
            }

            (DateTime.UtcNow < until).ShouldBeTrue($"still {newest}");
            await Task.Delay(50);
        }
    }
}

internal static class Problems
{
    /// <summary>A refusal in the form of RFC 9457.</summary>
    public static Answer ShouldBeProblem(this Answer answer, int status, string code)
    {
        answer.Status.ShouldBe(status, answer.ToString());
        answer.Headers["Content-Type"].ShouldStartWith("application/problem+json");
        ((string?)answer.Json["code"]).ShouldBe(code);
        ((int)answer.Json["status"]!).ShouldBe(status);
        return answer;
    }
}
