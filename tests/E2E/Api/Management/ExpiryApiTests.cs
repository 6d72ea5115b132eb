using System.Globalization;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Api.Stores;
using VaultPortal.Tests.E2E.Client;
using VaultPortal.Tests.E2E.Hardening;

namespace VaultPortal.Tests.E2E.Api.Management;

/// <summary>Expiries and reminders over HTTP: who may ask, what is answered, and what hostile questions get.</summary>
[Collection(StoresCollection.Name)]
public sealed class ExpiryApiTests(Stores.Stores stores)
{
    private const string Door = "/api/v1/portal";
    private const string Expiries = $"{Door}/expiries";
    private const string Reminders = $"{Door}/reminders";
    private const string All =
        "machine.monitoring.read,machine.monitoring.all,secrets.all,workflows.vault.all";

    [Fact]
    public async Task Machine_lists_filters_and_pages_what_it_sees()
    {
        var client = await stores.With(All);
        var (first, second) = (
            await Made("2031-01-01T00:00:00Z"),
            await Made("2031-01-02T00:00:00Z")
        );
        var range = "after=2031-01-01T00:00:00Z&before=2031-01-03T00:00:00Z";

        var page = (await client.Get($"{Expiries}?{range}&limit=1")).ShouldSucceed().Json;
        var next = (await client.Get($"{Expiries}?{range}&limit=1&cursor={(string)page["next"]!}"))
            .ShouldSucceed()
            .Json;

        ((int)page["total"]!).ShouldBe(2);
        var entry = page["expiries"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)entry["id"]!).ShouldBe(first);
        ((string)entry["kind"]!).ShouldBe("environment-secret");
        ((string)entry["state"]!).ShouldBe("active");
        ((string)entry["expiresAt"]!).ShouldBe("2031-01-01T00:00:00.000Z");
        ((string)entry["dueAt"]!).ShouldBe("2030-12-02T00:00:00.000Z");
        ((bool)entry["mayChange"]!).ShouldBeTrue();
        ((string)next["expiries"]![0]!["id"]!).ShouldBe(second);
        next["next"].ShouldBeNull();
        (await client.Get($"{Expiries}?{range}&state=expired,due-soon")).ShouldSucceed().Json[
            "expiries"
        ]!
            .AsArray()
            .ShouldBeEmpty();
        (await client.Get($"{Expiries}?{range}&kind=field,api-key&q=KEY")).ShouldSucceed().Json[
            "expiries"
        ]!
            .AsArray()
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("?state=late")]
    [InlineData("?state=")]
    [InlineData("?state=expired,")]
    [InlineData("?kind=Field")]
    [InlineData("?kind=1")]
    [InlineData("?vault=1")]
    [InlineData("?owner=me")]
    [InlineData("?before=tomorrow")]
    [InlineData("?after=2031-01-01")]
    [InlineData("?limit=0")]
    [InlineData("?limit=501")]
    [InlineData("?limit=-1")]
    [InlineData("?cursor=x")]
    [InlineData("?cursor=")]
    [InlineData("?q=a%00b")]
    [InlineData("?q=a&q=b")]
    [InlineData("?unknown=1")]
    [InlineData("/export")]
    [InlineData("/export?format=xls")]
    [InlineData("/export?format=csv&limit=1")]
    public async Task Hostile_question_is_refused_with_a_problem(string question)
    {
        var answer = await (await stores.With(All)).Get(Expiries + question);

        ShouldBeProblem(answer, 400, "invalid_request");
    }

    [Fact]
    public async Task Nobody_and_the_wrong_key_are_refused()
    {
        ShouldBeProblem(await stores.Nobody.Get(Expiries), 401, "session_ended");
        ShouldBeProblem(await stores.Bearer("rk_nonsense").Get(Expiries), 401, "unauthorized");
        ShouldBeProblem(await stores.Bearer(stores.SecretsKey).Get(Expiries), 401, "unauthorized");
        var (read, none) = (
            await stores.With("machine.monitoring.read,secrets.all"),
            await stores.With("secrets.all")
        );
        ShouldBeProblem(await none.Get(Expiries), 403, "forbidden");
        ShouldBeProblem(await none.Get($"{Expiries}/counts"), 403, "forbidden");
        ShouldBeProblem(await none.Get("/metrics"), 403, "forbidden");
        (await read.Get($"{Expiries}/counts")).ShouldSucceed();
        ShouldBeProblem(
            await read.Post($"{Expiries}/change", Change("extend", "KEY", by: "1d")),
            403,
            "forbidden"
        );
        ShouldBeProblem(
            await stores
                .Client(("X-API-Key", stores.SecretsKey), ("Authorization", "Bearer x"))
                .Get(Expiries),
            401,
            "unauthorized"
        );
    }

    [Fact]
    public async Task Many_are_previewed_changed_and_repeated_safely()
    {
        var client = await stores.With(All);
        var key = await Made("2032-01-01T00:00:00Z");
        var change = Change("extend", key, by: "30d");
        change["objects"]!.AsArray().Add(Object("environment-secret", "NOT_THERE"));

        var preview = (await client.Post($"{Expiries}/preview", change)).ShouldSucceed().Json;
        (await ExpiryOf(client, key)).ShouldBe("2032-01-01T00:00:00.000Z");
        var once = ("Idempotency-Key", Guid.NewGuid().ToString());
        var done = (await client.Post($"{Expiries}/change", change, once)).ShouldSucceed();
        var again = (await client.Post($"{Expiries}/change", change, once)).ShouldSucceed();

        done.Json.ToJsonString().ShouldBe(preview.ToJsonString());
        again.Text.ShouldBe(done.Text);
        again.Headers["Idempotency-Replayed"].ShouldBe("true");
        ((int)done.Json["changed"]!).ShouldBe(1);
        ((string)done.Json["lines"]![0]!["after"]!).ShouldBe("2032-01-31T00:00:00.000Z");
        ((string)done.Json["lines"]![1]!["problem"]!["code"]!).ShouldBe("not_found");
        (await ExpiryOf(client, key)).ShouldBe("2032-01-31T00:00:00.000Z");
    }

    public static TheoryData<string> Bodies() =>
        [
            "{",
            "[]",
            "{}",
            """{"objects":[],"action":"clear"}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}]}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"action":"drop"}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"action":"extend"}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"action":"extend","by":"0d"}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"action":"extend","by":"101y"}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"action":"extend","by":"1d","expiresAt":"2030-01-01T00:00:00Z"}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"action":"set"}""",
            """{"objects":[{"kind":"environment-secret","id":"A"}],"action":"set","expiresAt":"soon"}""",
            """{"objects":[{"kind":"secret","id":"A"}],"action":"clear"}""",
            """{"objects":[{"kind":"field","id":""}],"action":"clear"}""",
            """{"objects":[{"kind":"field"}],"action":"clear"}""",
            """{"objects":[{"kind":"field","id":"A","value":"x"}],"action":"clear"}""",
            """{"objects":[{"kind":"field","id":"A"},{"kind":"field","id":"A"}],"action":"clear"}""",
            """{"objects":[{"kind":"field","id":"A"}],"action":"clear","action":"clear"}""",
        ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Hostile_change_is_refused_with_a_problem(string body)
    {
        var client = await stores.With(All);

        foreach (var call in new[] { "preview", "change" })
        {
            ShouldBeProblem(
                await client.Send("POST", $"{Expiries}/{call}", StoreClient.Text(body)),
                400,
                "invalid_request"
            );
        }
    }

    [Theory]
    [InlineData("PUT", "/expiries", 405, "method_not_allowed")]
    [InlineData("DELETE", "/reminders", 405, "method_not_allowed")]
    [InlineData("GET", "/expiries/nothing", 404, "not_found")]
    public async Task Unknown_paths_and_methods_are_problems_too(
        string method,
        string path,
        int status,
        string code
    ) =>
        ShouldBeProblem(
            await (await stores.With(All)).Send(method, Door + path, null),
            status,
            code
        );

    [Fact]
    public async Task List_is_exported_as_csv_and_as_calendar()
    {
        var client = await stores.With(All);
        var key = await Made("2033-06-01T00:00:00Z");
        var range = "after=2033-06-01T00:00:00Z&before=2033-06-02T00:00:00Z";

        var csv = await client.Get($"{Expiries}/export?format=csv&{range}");
        var calendar = await client.Get($"{Expiries}/export?format=ical&{range}");

        csv.ShouldSucceed();
        csv.Headers["Content-Type"].ShouldBe("text/csv; charset=utf-8");
        csv.Headers["Content-Disposition"].ShouldContain("attachment");
        csv.Text.Split("\r\n")[1].ShouldStartWith($"environment-secret,{key},{key},");
        calendar.Headers["Content-Type"].ShouldBe("text/calendar; charset=utf-8");
        calendar.Text.ShouldContain("DTSTART:20330601T000000Z\r\n");
        calendar.Text.ShouldContain($"SUMMARY:{key} expires\r\n");
    }

    [Fact]
    public async Task Metrics_are_for_those_who_watch_over_the_installation()
    {
        await Made("2034-01-01T00:00:00Z");

        var answer = await (await stores.With("machine.monitoring.read")).Get("/metrics");

        answer.ShouldSucceed();
        answer.Headers["Content-Type"].ShouldStartWith("text/plain");
        answer.Text.ShouldContain("# TYPE vaultportal_expiring_total gauge");
        var active = answer
            .Text.Split('\n')
            .Single(line =>
                line.StartsWith(
                    "vaultportal_expiring_total{kind=\"environment-secret\",state=\"active\"} ",
                    StringComparison.Ordinal
                )
            );
        int.Parse(active.Split(' ')[1], CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        ShouldBeProblem(await stores.Nobody.Get("/metrics"), 401, "session_ended");
    }

    [Fact]
    public async Task Sweep_reminds_the_owner_who_puts_it_away()
    {
        var client = await stores.With(All);
        var key = await Made(DateTimeOffset.UtcNow.AddSeconds(-1).ToString("O"));

        var reminder = await Found(client, key);
        ((string)reminder["reason"]!).ShouldBe("expired");
        ((string)reminder["kind"]!).ShouldBe("environment-secret");
        var id = (string)reminder["reminder"]!;
        (
            await client.Post(
                $"{Reminders}/acknowledge",
                new JsonObject { ["reminders"] = new JsonArray(id) }
            )
        ).Status.ShouldBe(204);

        (await Reminded(client, "")).ShouldNotContain(r => (string)r!["reminder"]! == id);
        (await Reminded(client, "&open=false")).ShouldContain(r => (string)r!["reminder"]! == id);
        var other = await stores.With("machine.monitoring.all", Stores.Stores.AuditorEmail);
        ShouldBeProblem(
            await other.Post(
                $"{Reminders}/acknowledge",
                new JsonObject { ["reminders"] = new JsonArray(id) }
            ),
            403,
            "forbidden"
        );
    }

    [Theory]
    [InlineData("/acknowledge", """{"reminders":[]}""")]
    [InlineData("/acknowledge", """{"reminders":["x"]}""")]
    [InlineData("/acknowledge", """{"reminders":"x"}""")]
    [InlineData("/snooze", """{"reminders":["66f0a1b2c3d4e5f601234567"]}""")]
    [InlineData(
        "/snooze",
        """{"reminders":["66f0a1b2c3d4e5f601234567"],"until":"2020-01-01T00:00:00Z"}"""
    )]
    [InlineData("/mute", """{"reminder":"66f0a1b2c3d4e5f601234567"}""")]
    [InlineData("/mute", """{"reminder":"66f0a1b2c3d4e5f601234567","muted":1}""")]
    public async Task Hostile_answer_to_a_reminder_is_refused(string path, string body) =>
        ShouldBeProblem(
            await (await stores.With(All)).Send("POST", Reminders + path, StoreClient.Text(body)),
            400,
            "invalid_request"
        );

    [Fact]
    public async Task Unknown_reminder_is_not_there() =>
        ShouldBeProblem(
            await (await stores.With(All)).Send(
                "POST",
                $"{Reminders}/mute",
                StoreClient.Text("""{"reminder":"66f0a1b2c3d4e5f601234567","muted":true}""")
            ),
            404,
            "not_found"
        );

    [Fact]
    public async Task Session_reads_from_its_own_pages_and_changes_with_its_token_alone()
    {
        var visitor = await stores.Owner();

        (
            await visitor.Send(HttpMethod.Get, Expiries, ("Sec-Fetch-Site", "same-origin"))
        ).StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        (await visitor.Send(HttpMethod.Get, "/metrics")).StatusCode.ShouldBe(
            System.Net.HttpStatusCode.OK
        );
        (
            await visitor.Send(HttpMethod.Get, Expiries, ("Sec-Fetch-Site", "cross-site"))
        ).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        using var body = StoreClient.Text("""{"objects":[],"action":"clear"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Expiries}/change")
        {
            Content = body,
        };
        request.Headers.TryAddWithoutValidation("Origin", visitor.Origin);
        using var refused = await visitor.Http.SendAsync(request);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("antiforgery_refused");
    }

    [Theory]
    [InlineData("invalid_request")]
    [InlineData("step_up_required")]
    [InlineData("session_ended")]
    public async Task Every_code_has_a_page(string code)
    {
        var page = await stores.Nobody.Get($"/docs/errors/{code}");

        page.Status.ShouldBe(200);
        page.Text.ShouldContain("Portal API");
    }

    private static void ShouldBeProblem(Answer answer, int status, string code)
    {
        answer.Status.ShouldBe(status, answer.ToString());
        answer.Headers["Content-Type"].ShouldBe("application/problem+json");
        ((string)answer.Json["code"]!).ShouldBe(code);
        ((int)answer.Json["status"]!).ShouldBe(status);
    }

    private static JsonObject Change(string action, string key, string? by = null)
    {
        var change = new JsonObject
        {
            ["objects"] = new JsonArray(Object("environment-secret", key)),
            ["action"] = action,
        };
        if (by is not null)
        {
            change["by"] = by;
        }

        return change;
    }

    private static JsonObject Object(string kind, string id) =>
        new() { ["kind"] = kind, ["id"] = id };

    private Task<string> Made(string expiresAt) =>
        stores.Made(more: new JsonObject { ["expiresAt"] = expiresAt });

    private static async Task<string?> ExpiryOf(StoreClient client, string key) =>
        (string?)
            (await client.Get($"{Expiries}?q={key}")).ShouldSucceed().Json["expiries"]!
                .AsArray()
                .Single(entry => (string)entry!["id"]! == key)!["expiresAt"];

    private static async Task<JsonArray> Reminded(StoreClient client, string more) =>
        (await client.Get($"{Reminders}?limit=200{more}")).ShouldSucceed().Json[
            "reminders"
        ]!.AsArray();

    /// <summary>The sweep comes every half minute.</summary>
    private static async Task<JsonNode> Found(StoreClient client, string key)
    {
        for (var began = DateTimeOffset.UtcNow; ; )
        {
            if (
                (await Reminded(client, "")).FirstOrDefault(r => (string)r!["id"]! == key) is
                { } reminder
            )
            {
                return reminder;
            }

            (DateTimeOffset.UtcNow - began).ShouldBeLessThan(TimeSpan.FromSeconds(70));
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }
}
