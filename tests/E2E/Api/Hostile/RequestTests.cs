using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using VaultPortal.Core.Access;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Hostile;

/// <summary>What stands around the body: media types, methods, ids in paths, queries and headers.</summary>
[Collection(HostileCollection.Name)]
public sealed class RequestTests(HostilePortal portal)
{
    private static readonly string?[] OtherMediaTypes =
    [
        null,
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1",
        "application/json, text/plain",
        "json",
        "*/*",
    ];

    private static readonly string[] Malformed =
    [
        "6B01A971ABF39ABA98D355F8",
        "6b01a971abf39aba98d355f",
        "6b01a971abf39aba98d355f81",
        "6b01a971abf39aba98d355fg",
        "6b01a971abf39aba98d355f%20",
        "6b01a971abf39aba98d355f%38%38",
        "6b01a971abf39aba98d355f%EF%BC%98",
        "6b01a971abf39aba98d355f%2F",
        "..%2f..%2fme",
        "%F0%9F%98%80",
        "%25",
        "null",
        "undefined",
        "-1",
        "0",
        "*",
        "'%20OR%201=1--",
        "%3Cscript%3E",
        "6b01a971-abf3-9aba-98d3-55f8",
    ];

    public static TheoryData<string> Calls => Operations.WithBodies;

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Other_media_type_is_refused_and_other_body_too(string call)
    {
        var operation = Operations.Named(call);
        var stage = await Stage.MakeAsync(portal.Owner);
        var failures = new List<string>();
        foreach (var mediaType in OtherMediaTypes)
        {
            var answer = await Send(
                operation,
                stage,
                operation.Body!(portal.Owner, stage),
                mediaType
            );
            Expect(failures, $"{mediaType}", answer, 415, "unsupported_media_type");
        }

        foreach (
            var mediaType in new[] { "application/JSON", "application/json;charset=\"UTF-8\"" }
        )
        {
            var answer = await Send(
                operation,
                stage,
                operation.Body!(portal.Owner, stage),
                mediaType
            );
            Expect(failures, mediaType, answer, 403, "forbidden");
        }

        foreach (var other in Operations.All.Where(o => o.Body is not null))
        {
            var body = other.Body!(portal.Owner, stage);
            var members = Shapes.Of(operation.Shape);
            var fits =
                other.Shape == operation.Shape
                // An agent's first key is registered as a user's is.
                || (operation.Shape, other.Shape) == ("newAgentKey", "newKeyPair")
                || (
                    body.All(sent => members.Any(m => m.Name == sent.Key))
                    && members.All(m => m.Optional || body.ContainsKey(m.Name))
                );
            var answer = await Send(operation, stage, body, "application/json");
            Expect(
                failures,
                $"body of {other}",
                answer,
                fits ? 403 : 400,
                fits ? "forbidden" : "invalid_request"
            );
        }

        failures.ShouldBeEmpty();
    }

    /// <summary>docs/decisions/0011: a malformed id in a path answers as one that nothing has.</summary>
    [Fact]
    public async Task Malformed_id_in_a_path_answers_as_an_absent_one()
    {
        var stage = await Stage.MakeAsync(portal.Owner);
        var failures = new ConcurrentQueue<string>();
        var before = portal.Digest();
        foreach (
            var operation in Operations.All.Where(o => o.Path.Contains('{') && o.Bytes is null)
        )
        {
            foreach (var place in Places(operation.Path))
            {
                var absent = await Send(operation, stage, place, VaultState.NewId());
                await Parallel.ForEachAsync(
                    Malformed,
                    async (id, _) =>
                    {
                        var answer = await Send(operation, stage, place, id);
                        if (answer.Text != absent.Text || answer.Status != 404)
                        {
                            failures.Enqueue(
                                $"\n{operation}, {id} as {place}: {answer} instead of {absent}"
                            );
                        }
                    }
                );
                await RefuseUnparseable(failures, operation, stage, place);
            }
        }

        failures.ShouldBeEmpty();
        portal.Digest().ShouldBe(before);
    }

    [Theory]
    [InlineData(
        "vault",
        "page=0 page=-1 page=1.0 page=1e0 page=abc page= page=2147483648 page=99999999999999999999"
    )]
    [InlineData(
        "vault",
        "page=%2B1 page=%EF%BC%91 page=1%20 page=1&page=2 page=1&page=1 page=%00 page=0x1"
    )]
    [InlineData(
        "vault",
        "page=1&limit=0 page=1&limit=101 page=1&limit=-1 page=1&limit=x page=1&limit= page=1&limit=1.5"
    )]
    [InlineData(
        "vault",
        "dataClassification=public dataClassification=1 dataClassification=PUBLIC,CUI dataClassification=X"
    )]
    [InlineData(
        "vault",
        "dataClassification=PUBLIC&dataClassification=CUI q=%00 q=a%1Fb q=a&q=b unknown=1 Page=1 page%5B%5D=1"
    )]
    [InlineData(
        "vault/sync",
        "since= since=x since=-1 since=%00 since=AAAA since=null since=1&since=2 cursor=x"
    )]
    [InlineData(
        "vault/sync",
        "since=__________________________________________________________________________________"
    )]
    [InlineData(
        "vault/{vault}/checkpoints",
        "kind=Summary kind= kind=1 kind=itemPermission kind=summary&kind=detail kind=%00"
    )]
    [InlineData(
        "vault/{vault}/checkpoints",
        "itemId= itemId=x itemId=6B01A971ABF39ABA98D355F8 itemId=null unknown=1"
    )]
    [InlineData(
        "vault/{vault}/checkpoints",
        "page=0 page=-1 page=x limit=0 limit=101 page=2147483648 page=1&page=2"
    )]
    [InlineData(
        "vault/{vault}/items/{item}/history",
        "page=0 page=x limit=0 limit=101 limit=1e1 page=1&page=1 unknown=1"
    )]
    public async Task Wrong_query_is_refused(string path, string queries)
    {
        var stage = await Stage.MakeAsync(portal.Owner);
        var failures = new List<string>();
        foreach (var query in queries.Split(' '))
        {
            var answer = await portal.Owner.Client.Get($"{stage.Path(path)}?{query}");
            Expect(failures, query, answer, 400, "invalid_request");
        }

        failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task Idempotency_key_of_a_wrong_form_is_refused()
    {
        var stage = await Stage.MakeAsync(portal.Owner);
        var failures = new List<string>();
        string[] wrong = ["", " ", new('a', 256), "a b", "a\tb", "schlüssel", "a\u007f"];
        foreach (var operation in Operations.All.Where(o => o.Writes && o.Needs != Needs.AgentKey))
        {
            foreach (var key in wrong)
            {
                var answer = await WithKey(operation, stage, key);
                Expect(failures, $"{operation}, '{key}'", answer, 400, "invalid_request");
            }

            Expect(
                failures,
                $"{operation}, two",
                await WithKey(operation, stage, "a", "b"),
                400,
                "invalid_request"
            );
            foreach (var key in new[] { "!", new('~', 255) })
            {
                Expect(
                    failures,
                    $"{operation}, '{key}'",
                    await WithKey(operation, stage, key),
                    403,
                    "forbidden"
                );
            }
        }

        failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task Garbage_in_If_None_Match_is_read_past()
    {
        var stage = await Stage.MakeAsync(portal.Owner);
        var failures = new List<string>();
        string[] garbage =
        [
            "\"",
            "W/",
            "x",
            "\"a\", \"b",
            "W/\"a\"",
            ",,,",
            new('a', 4_000),
            "\"\u00ff\"",
        ];
        foreach (var operation in Operations.All.Where(o => o.Method == HttpMethod.Get))
        {
            if (operation.Prepare is { } prepare)
            {
                await prepare(stage);
            }

            foreach (var tag in garbage)
            {
                var answer = await portal.Owner.Client.Send(
                    HttpMethod.Get,
                    stage.Path(operation.Path),
                    null,
                    headers: headers => headers.TryAddWithoutValidation("If-None-Match", tag)
                );
                if (answer.Status != 200)
                {
                    failures.Add($"\n{operation}, {tag}: {answer}");
                }
            }
        }

        failures.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_wrong_credential_gets_the_same_answer()
    {
        var good = portal.Key(portal.Owner.Id, PermissionSets.Machine);
        (string Name, string? Value)[] wrong =
        [
            ("X-API-Key", null),
            ("X-API-Key", ""),
            ("X-API-Key", " "),
            ("X-API-Key", "rk_"),
            ("X-API-Key", "rk_."),
            ("X-API-Key", good[..^1]),
            ("X-API-Key", good + "0"),
            ("X-API-Key", good + "," + good),
            ("X-API-Key", good.ToUpperInvariant()),
            ("X-API-Key", good[3..]),
            ("X-API-Key", "ik_" + new string('a', 64)),
            ("X-API-Key", ApiKeyText.Generate()),
            ("X-API-Key", "Bearer " + good),
            ("X-API-Key", "\u00e4" + good[1..]),
            ("X-API-Key", new string('a', 8_000)),
            ("X-API-Key", "' OR 1=1 --"),
            ("Authorization", "Bearer " + good),
            ("Authorization", "ApiKey " + good),
            ("Cookie", "X-API-Key=" + good),
        ];
        using var nobody = new MachineClient(portal.Portal.Process.Address, null);
        var answers = new List<Answer>();
        foreach (var (name, value) in wrong)
        {
            answers.Add(
                await nobody.Send(
                    HttpMethod.Get,
                    "me",
                    null,
                    headers: headers => Add(headers, name, value)
                )
            );
        }

        answers.Add(
            await nobody.Send(
                HttpMethod.Get,
                "me",
                null,
                headers: headers => headers.TryAddWithoutValidation("X-API-Key", [good, good])
            )
        );

        answers[0]
            .ShouldBeRefused(401, "unauthorized")
            .Headers.ShouldContainKey("WWW-Authenticate");
        answers.ShouldAllBe(answer => answer.Status == 401 && answer.Text == answers[0].Text);
        answers.ShouldAllBe(answer => !answer.Headers.ContainsKey("RateLimit"));
    }

    [Fact]
    public async Task Method_that_a_path_does_not_take_is_refused_and_named()
    {
        var stage = await Stage.MakeAsync(portal.Owner);
        var failures = new List<string>();
        string[] methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "QUERY", "PROPFIND"];
        // Beside these two stands vault/{id}.
        foreach (
            var path in Operations
                .All.Select(o => o.Path)
                .Except(["vault/sync", "vault/public-key"])
                .Distinct()
        )
        {
            var shape = Places(path)
                .Aggregate(
                    path,
                    (text, place) => text.Replace(place, "{}", StringComparison.Ordinal)
                );
            var known = Operations
                .All.Where(o =>
                    Places(o.Path)
                        .Aggregate(
                            o.Path,
                            (text, place) => text.Replace(place, "{}", StringComparison.Ordinal)
                        ) == shape
                )
                .Select(o => o.Method.Method)
                .Order(StringComparer.Ordinal)
                .Distinct()
                .ToArray();
            foreach (var method in methods.Except(known))
            {
                var answer = await portal.Owner.Client.Send(
                    new HttpMethod(method),
                    stage.Path(path),
                    MachineClient.Content("{}"),
                    headers: headers =>
                        headers.TryAddWithoutValidation("X-HTTP-Method-Override", known[0])
                );
                Expect(failures, $"{method} {path}", answer, 405, "method_not_allowed");
                if (
                    !answer.Headers.TryGetValue("Allow", out var allowed)
                    || !allowed.Split(", ").Order(StringComparer.Ordinal).SequenceEqual(known)
                )
                {
                    failures.Add($"\n{method} {path}: Allow is {allowed}");
                }
            }
        }

        failures.ShouldBeEmpty();
    }

    private static void Add(HttpRequestHeaders headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.TryAddWithoutValidation(name, value);
        }
    }

    private static IEnumerable<string> Places(string path) =>
        path.Split('/').Where(part => part.StartsWith('{'));

    /// <summary>The owner's request with this id in this place of the path.</summary>
    private Task<Answer> Send(Operation operation, Stage stage, string place, string id) =>
        portal.Owner.Client.Send(
            operation.Method,
            stage.Path(operation.Path.Replace(place, id, StringComparison.Ordinal)),
            operation.Content(portal.Owner, stage)
        );

    /// <summary>What is no path at all: refused before routing, in the documented form all the same.</summary>
    private async Task RefuseUnparseable(
        ConcurrentQueue<string> failures,
        Operation operation,
        Stage stage,
        string place
    )
    {
        foreach (
            var id in new[]
            {
                "%00",
                "a%00b",
                "%FF",
                "%C0%80",
                "%ED%A0%80",
                "%",
                "%zz",
                new('a', 4_000),
            }
        )
        {
            var answer = await Send(operation, stage, place, id);
            // A NUL is refused by the HTTP server itself, before there is a door that could say it in its own words.
            if (id.Contains("%00", StringComparison.Ordinal) && answer is { Status: 400, Text: "" })
            {
                continue;
            }

            if (answer.Status is not (400 or 404) || Refusal.ProblemOf(answer) is not null)
            {
                failures.Enqueue($"\n{operation}, {id} as {place}: {answer}");
            }
        }
    }

    private Task<Answer> WithKey(Operation operation, Stage stage, params string[] keys) =>
        portal.Powerless.Send(
            operation.Method,
            stage.Path(operation.Path),
            operation.Content(portal.Owner, stage),
            headers: headers => headers.TryAddWithoutValidation("Idempotency-Key", keys)
        );

    private Task<Answer> Send(
        Operation operation,
        Stage stage,
        System.Text.Json.Nodes.JsonObject body,
        string? mediaType
    )
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Json.Text(body)));
        if (mediaType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        return portal.Powerless.Send(operation.Method, stage.Path(operation.Path), content);
    }

    private static void Expect(
        List<string> failures,
        string label,
        Answer answer,
        int status,
        string code
    )
    {
        if (Refusal.ProblemOf(answer) is not null || (answer.Status, answer.Code) != (status, code))
        {
            failures.Add($"\n{label}: {answer} instead of {status} {code}");
        }
    }
}
