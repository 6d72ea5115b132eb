using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>The door itself: credentials, unknown paths, methods, media types, sizes, JSON (machine.md sections 1 and 2).</summary>
[Collection(PortalCollection.Name)]
public sealed class DoorTests(Portal portal)
{
    private const int Mebibyte = 1024 * 1024;

    private MachineClient Owner => portal.Owner;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("rk_abc123def456.ghijklmnopqrstuvwxyz")]
    [InlineData("rk_0123456789abcdef.0123456789abcdefghijklmnopqrstuvwxyzABCDEFG000000")]
    [InlineData("$altered secret")]
    [InlineData("$altered check")]
    [InlineData("$other prefix")]
    [InlineData("$with a space")]
    public async Task Credential_that_is_not_good_gets_one_answer(string? key)
    {
        var good = Owner.Key!;
        var secret = good.IndexOf('.', StringComparison.Ordinal) + 1;
        using var client = portal.Client(
            key switch
            {
                "$altered secret" => good[..secret]
                    + (good[secret] == 'a' ? 'b' : 'a')
                    + good[(secret + 1)..],
                "$altered check" => good[..^1] + (good[^1] == '0' ? '1' : '0'),
                "$other prefix" => "ik_" + good[3..],
                "$with a space" => good + " x",
                _ => key,
            }
        );

        var answer = await client.Get("vault");

        answer.ShouldBeRefused(401, "unauthorized");
        answer.Headers.ShouldContainKey("WWW-Authenticate");
        using var none = portal.Client(null);
        answer.Text.ShouldBe((await none.Get("vault")).Text);
    }

    [Fact]
    public void Key_has_the_documented_form() =>
        Owner.Key!.ShouldMatch("^rk_[0-9A-Za-z]{16}\\.[0-9A-Za-z]{49}$");

    [Theory]
    [InlineData("expires_at")]
    [InlineData("revoked_at")]
    public async Task Key_that_expired_or_was_revoked_is_unauthorized(string column)
    {
        var key = await portal.Process.Commands.CreateApiKey(
            Portal.OwnerEmail,
            "machine.all",
            "--expires",
            "12h"
        );
        using var client = portal.Client(key);
        (await client.Get("me")).ShouldSucceed();

        portal
            .Execute(
                $"UPDATE api_key SET {column} = 1 WHERE access_key = $key",
                ("$key", key[3..19])
            )
            .ShouldBe(1);

        (await client.Get("me")).ShouldBeRefused(401, "unauthorized");
    }

    [Fact]
    public async Task Key_used_from_outside_its_allow_list_is_unauthorized()
    {
        var outside = await portal.Process.Commands.CreateApiKey(
            Portal.OwnerEmail,
            "machine.all",
            "--allow",
            "192.0.2.0/24"
        );
        var inside = await portal.Process.Commands.CreateApiKey(
            Portal.OwnerEmail,
            "machine.all",
            "--allow",
            "127.0.0.0/8"
        );
        using var refused = portal.Client(outside);
        using var served = portal.Client(inside);

        (await refused.Get("me")).ShouldBeRefused(401, "unauthorized");
        (await served.Get("me")).ShouldSucceed();
    }

    [Theory]
    [InlineData("GET", "nothing")]
    [InlineData("GET", "")]
    [InlineData("GET", "vault/507f1f77bcf86cd799439011/nothing")]
    [InlineData("POST", "vault/507f1f77bcf86cd799439011/items/507f1f77bcf86cd799439021/nothing")]
    [InlineData("PATCH", "vault-item/507f1f77bcf86cd799439021")]
    [InlineData("POST", "nothing")]
    public async Task Path_that_does_not_exist_is_not_found_in_this_doors_form(
        string method,
        string path
    )
    {
        var answer = await Owner.Send(
            new HttpMethod(method),
            path,
            method == "GET" ? null : new JsonObject()
        );

        answer.ShouldBeRefused(404, "not_found");
    }

    /// <summary>Routing does not tell cases apart; so the door must not either, or its rules could be gone round.</summary>
    [Fact]
    public async Task Path_in_another_case_is_under_the_door_too()
    {
        var answer = await Owner.Get("../../../API/V1/Machine/nothing");

        answer.ShouldBeRefused(404, "not_found");
    }

    [Theory]
    [InlineData("GET", "vault-item/507f1f77bcf86cd799439021/update", "PATCH")]
    [InlineData("PUT", "vault-item/507f1f77bcf86cd799439021/update", "PATCH")]
    [InlineData("POST", "vault/507f1f77bcf86cd799439011/update", "PATCH")]
    [InlineData("PUT", "vault", "GET")]
    [InlineData("DELETE", "me", "GET")]
    public async Task Method_that_is_not_allowed_names_those_that_are(
        string method,
        string path,
        string allowed
    )
    {
        var answer = await Owner.Send(
            new HttpMethod(method),
            path,
            method == "GET" ? null : new JsonObject()
        );

        answer.ShouldBeRefused(405, "method_not_allowed");
        answer.Headers["Allow"].ShouldContain(allowed);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData(null)]
    public async Task Media_type_other_than_json_is_unsupported(string? mediaType)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Encoding.UTF8.GetBytes(Json.Text(scene.Change().Add().Body(Owner.Signer)));

        await scene.Refuse(
            () =>
                Owner.Send(
                    HttpMethod.Patch,
                    scene.ItemPath,
                    MachineClient.Content(body, mediaType)
                ),
            415,
            "unsupported_media_type"
        );
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    public async Task Media_type_json_with_utf8_is_accepted(string mediaType)
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Encoding.UTF8.GetBytes(Json.Text(scene.Change().Add().Body(Owner.Signer)));

        (
            await Owner.Send(
                HttpMethod.Patch,
                scene.ItemPath,
                MachineClient.Content(body, mediaType)
            )
        ).ShouldSucceed();
    }

    [Fact]
    public async Task Body_of_8_MiB_is_the_limit_where_a_summary_may_come()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = Json.Text(scene.Change().Add().Body(Owner.Signer));
        byte[] Padded(int size) =>
            Encoding.UTF8.GetBytes(body + new string(' ', size - Encoding.UTF8.GetByteCount(body)));

        await scene.Refuse(
            () =>
                Owner.Send(
                    HttpMethod.Patch,
                    scene.ItemPath,
                    MachineClient.Content(Padded(8 * Mebibyte + 1))
                ),
            413,
            "payload_too_large"
        );
        (
            await Owner.Send(
                HttpMethod.Patch,
                scene.ItemPath,
                MachineClient.Content(Padded(8 * Mebibyte))
            )
        ).ShouldSucceed();
    }

    [Fact]
    public async Task Body_of_1_MiB_is_the_limit_elsewhere()
    {
        (
            await Owner.Send(
                HttpMethod.Post,
                "user-key-pair",
                MachineClient.Content(Encoding.UTF8.GetBytes(new string(' ', Mebibyte + 1)))
            )
        ).ShouldBeRefused(413, "payload_too_large");
    }

    [Fact]
    public async Task Body_in_chunks_is_limited_too()
    {
        var scene = await Scene.MakeAsync(Owner);

        await scene.Refuse(
            () => Owner.Send(HttpMethod.Patch, scene.ItemPath, new Chunked(8 * Mebibyte + 1)),
            413,
            "payload_too_large"
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("1")]
    [InlineData("{'updates':[]}")]
    [InlineData("{\"updates\":[],}")]
    [InlineData("{\"updates\":[]} // end")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"updates\":[],\"updates\":[]}")]
    [InlineData("{\"updates\":[],\"u\\u0070dates\":[]}")]
    [InlineData("{\"updates\":NaN}")]
    [InlineData("{\"updates\":1e400}")]
    [InlineData("{\"updates\":-1e400}")]
    [InlineData("{\"updates\":123456789012345678901234567890}")]
    [InlineData("{\"updates\":01}")]
    [InlineData("{\"name\":\"\\ud800\"}")]
    [InlineData("{\"name\":\"\\udc00\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"name\":\"\u0001\"}")]
    [InlineData("{\"name\":\"a\u0000b\"}")]
    [InlineData("\u0000")]
    [InlineData("$deep arrays")]
    [InlineData("$deep objects")]
    [InlineData("$deep in a checkpoint")]
    [InlineData("$long string")]
    [InlineData("$many members")]
    public async Task Json_that_is_not_right_is_invalid(string json)
    {
        var text = json switch
        {
            "$deep arrays" => new string('[', 100_000),
            "$deep objects" => string.Concat(Enumerable.Repeat("{\"a\":", 50_000)),
            "$deep in a checkpoint" => "{\"detailCheckpoint\":{\"checkpoint\":{\"fields\":"
                + new string('[', 2_000)
                + new string(']', 2_000)
                + "}}}",
            "$long string" => $$"""{"name":"{{new string('a', 2_000_000)}}"}""",
            "$many members" => "{"
                + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"m{i}\":1"))
                + "}",
            _ => json,
        };
        var scene = await Scene.MakeAsync(Owner);

        foreach (var path in new[] { scene.ItemPath, scene.VaultPath })
        {
            await scene.Refuse(
                () => Owner.Send(HttpMethod.Patch, path, MachineClient.Content(text)),
                400,
                "invalid_request"
            );
        }
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("7B226E616D65223A22C3227D")]
    [InlineData("7B226E616D65223A22EDA080227D")]
    [InlineData("7B226E616D65223A22C080227D")]
    [InlineData("7B226E616D65223A22F4908080227D")]
    [InlineData("7B00")]
    [InlineData("7B22C3223A317D")]
    [InlineData("FEFF007B007D")]
    public async Task Bytes_that_are_not_utf8_are_invalid(string hex)
    {
        var scene = await Scene.MakeAsync(Owner);

        await scene.Refuse(
            () =>
                Owner.Send(
                    HttpMethod.Patch,
                    scene.ItemPath,
                    MachineClient.Content(Convert.FromHexString(hex))
                ),
            400,
            "invalid_request"
        );
    }

    [Theory]
    [InlineData("updates\":[", "updates\":[],\"updates\":[", "/updates")]
    [InlineData(
        "\"signature\":",
        "\"signature\":\"x\",\"signature\":",
        "/detailCheckpoint/signature"
    )]
    [InlineData(
        "\"version\":",
        "\"version\":1,\"version\":",
        "/detailCheckpoint/checkpoint/version"
    )]
    [InlineData("\"action\":", "\"action\":\"add\",\"action\":", "/updates/0/action")]
    public async Task Member_that_stands_twice_is_invalid_with_its_path(
        string old,
        string fresh,
        string path
    )
    {
        var scene = await Scene.MakeAsync(Owner);
        var text = Json.Text(scene.Change().Add().Body(Owner.Signer));
        var at = text.IndexOf(old, StringComparison.Ordinal);

        await scene.Refuse(
            () =>
                Owner.Send(
                    HttpMethod.Patch,
                    scene.ItemPath,
                    MachineClient.Content(text[..at] + fresh + text[(at + old.Length)..])
                ),
            400,
            "invalid_request",
            path
        );
    }

    [Theory]
    [InlineData("GET", "me", 200)]
    [InlineData("GET", "vault/xyz", 404)]
    [InlineData("GET", "nothing/here", 404)]
    [InlineData("GET", "vault?page=0", 400)]
    [InlineData("PUT", "me", 405)]
    [InlineData("POST", "search", 415, "", "text/plain")]
    [InlineData("POST", "search", 400, "{")]
    public async Task Answer_to_a_known_key_carries_its_rate_limit(
        string method,
        string path,
        int status,
        string? body = null,
        string mediaType = "application/json"
    )
    {
        var content = body is null
            ? null
            : MachineClient.Content(Encoding.UTF8.GetBytes(body), mediaType);

        var answer = await Owner.Send(new HttpMethod(method), path, content);

        answer.Status.ShouldBe(status);
        answer.Headers.ShouldContainKey("RateLimit");
        answer.Headers.ShouldContainKey("RateLimit-Policy");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_answers_without_a_credential(string path)
    {
        using var http = new HttpClient { BaseAddress = portal.Process.Address };

        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));

        answer.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Path_outside_every_door_is_not_answered_in_this_doors_form()
    {
        using var http = new HttpClient { BaseAddress = portal.Process.Address };

        using var answer = await http.GetAsync(new Uri("/api/v1/nothing", UriKind.Relative));

        ((int)answer.StatusCode).ShouldBe(404);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
    }

    /// <summary>A body without a length.</summary>
    private sealed class Chunked : HttpContent
    {
        private readonly int _size;

        public Chunked(int size)
        {
            _size = size;
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(
            Stream stream,
            System.Net.TransportContext? context
        )
        {
            var chunk = new byte[64 * 1024];
            Array.Fill(chunk, (byte)' ');
            for (var sent = 0; sent < _size; sent += chunk.Length)
            {
                await stream.WriteAsync(chunk.AsMemory(0, Math.Min(chunk.Length, _size - sent)));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
