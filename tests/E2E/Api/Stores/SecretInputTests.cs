using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>What is not as secrets.md wants it: the documented refusal, and nothing stored.</summary>
[Collection(StoresCollection.Name)]
public sealed class SecretInputTests(Stores stores)
{
    private const int Mebibyte = 1024 * 1024;
    private const string Both = "Both key and value are required";

    private StoreClient Client => stores.Secrets;

    [Theory]
    [InlineData("""{}""", Both)]
    [InlineData("""{"key":"A"}""", Both)]
    [InlineData("""{"value":"v"}""", Both)]
    [InlineData("""{"key":"","value":"v"}""", Both)]
    [InlineData("""{"key":"A","value":""}""", Both)]
    [InlineData("""{"key":null,"value":"v"}""", Both)]
    [InlineData("""{"key":"A","value":null}""", Both)]
    [InlineData("""{"key":1,"value":"v"}""", null)]
    [InlineData("""{"key":"A","value":1}""", null)]
    [InlineData("""{"key":"A","value":["v"]}""", null)]
    [InlineData("""{"key":"A","value":{"v":1}}""", null)]
    [InlineData("""{"key":"A","value":true}""", null)]
    [InlineData("""{"key":"a","value":"v"}""", null)]
    [InlineData("""{"key":"A B","value":"v"}""", null)]
    [InlineData("""{"key":"A\n","value":"v"}""", null)]
    [InlineData("""{"key":"A\u0000","value":"v"}""", null)]
    [InlineData("""{"key":"\u00c4","value":"v"}""", null)]
    [InlineData("""{"key":"A-B","value":"v"}""", null)]
    [InlineData("""{"key":"\ud800","value":"v"}""", null)]
    [InlineData("""{"key":"A","value":"\ud800"}""", null)]
    [InlineData("""{"key":"A","value":"\udc00\ud800"}""", null)]
    [InlineData("""{"key":"A","value":"v","isReserved":null}""", null)]
    [InlineData("""{"key":"A","value":"v","isReserved":"true"}""", null)]
    [InlineData("""{"key":"A","value":"v","isReserved":1}""", null)]
    [InlineData("""{"key":"A","value":"v","isActive":true}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":1}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":""}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":"tomorrow"}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":"2027-01-01"}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":"2027-01-01T00:00:00"}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":"2027-02-29T00:00:00Z"}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":"2027-01-01 00:00:00Z"}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":"2027-01-01T00:00:00+0200"}""", null)]
    [InlineData("""{"key":"A","value":"v","expiresAt":"2027-01-01T00:00:00Z\n"}""", null)]
    [InlineData("""{"key":"A","value":"v","other":1}""", null)]
    [InlineData("""{"key":"A","value":"v","Key":"B"}""", null)]
    [InlineData("""{"key":"A","value":"v","value":"w"}""", null)]
    [InlineData("""{"key":"A","value":"v","v\u0061lue":"w"}""", null)]
    [InlineData("""{"key":"A","value":"v","\ud800":1}""", null)]
    public Task Create_with_a_body_of_the_wrong_form_is_invalid(string body, string? message) =>
        Invalid("POST", StoreClient.Secrets, StoreClient.Text(body), message);

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"value":""}""")]
    [InlineData("""{"value":null}""")]
    [InlineData("""{"value":1}""")]
    [InlineData("""{"value":"\ud800"}""")]
    [InlineData("""{"isActive":null}""")]
    [InlineData("""{"isActive":"false"}""")]
    [InlineData("""{"isActive":0}""")]
    [InlineData("""{"isReserved":null}""")]
    [InlineData("""{"isReserved":[]}""")]
    [InlineData("""{"expiresAt":"2027-01-01T00:00:00"}""")]
    [InlineData("""{"expiresAt":0}""")]
    [InlineData("""{"expiresAt":{}}""")]
    [InlineData("""{"value":"v","key":"B"}""")]
    [InlineData("""{"value":"v","value":"v"}""")]
    [InlineData("""{"isActive":true,"isActive":true}""")]
    [InlineData("""{"value":"v","unknown":null}""")]
    public async Task Update_with_a_body_of_the_wrong_form_is_invalid(string body)
    {
        var key = await stores.Made("kept");

        await Invalid("PUT", Stores.PathOf(key), StoreClient.Text(body));

        var read = (await Client.Get(Stores.PathOf(key))).ShouldSucceed();
        ((string)read.Json["value"]!).ShouldBe("kept");
        read.Headers["ETag"].ShouldBe("\"1\"");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("1")]
    [InlineData("{'key':'A'}")]
    [InlineData("{\"key\":\"A\",}")]
    [InlineData("{\"key\":\"A\"} x")]
    [InlineData("\uFEFF{\"key\":\"A\",\"value\":\"v\"}")]
    [InlineData("{\"key\":\"A\",\"value\":\"a\u0000b\"}")]
    [InlineData("\u0000")]
    [InlineData("$deep arrays")]
    [InlineData("$deep objects")]
    [InlineData("$deep value")]
    public async Task Json_that_is_not_right_is_invalid(string json)
    {
        var text = json switch
        {
            "$deep arrays" => new string('[', 100_000),
            "$deep objects" => string.Concat(Enumerable.Repeat("{\"a\":", 50_000)),
            "$deep value" => "{\"key\":\"A\",\"value\":"
                + new string('[', 2_000)
                + new string(']', 2_000)
                + "}",
            _ => json,
        };

        await Invalid("POST", StoreClient.Secrets, StoreClient.Text(text));
        await Invalid("PUT", Stores.PathOf(await stores.Made()), StoreClient.Text(text));
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("7B226B6579223A2241222C2276616C7565223A22C3227D")]
    [InlineData("7B226B6579223A2241222C2276616C7565223A22EDA080227D")]
    [InlineData("7B226B6579223A2241222C2276616C7565223A22C080227D")]
    [InlineData("FEFF007B007D")]
    public Task Bytes_that_are_not_utf8_are_invalid(string hex) =>
        Invalid("POST", StoreClient.Secrets, StoreClient.Bytes(Convert.FromHexString(hex)));

    [Fact]
    public async Task Key_has_at_most_255_characters()
    {
        await Invalid(
            "POST",
            StoreClient.Secrets,
            StoreClient.Json(new JsonObject { ["key"] = new string('A', 256), ["value"] = "v" })
        );
        var longest = new string('Z', 255);
        (
            await Client.Post(
                StoreClient.Secrets,
                new JsonObject { ["key"] = longest, ["value"] = "v" }
            )
        ).ShouldSucceed(201);
        (await Client.Get(Stores.PathOf(longest))).ShouldSucceed();
    }

    [Fact]
    public async Task Value_has_at_most_65536_bytes()
    {
        var key = await stores.Made();
        foreach (var value in new[] { new string('a', 65_537), new string('é', 32_769) })
        {
            await Invalid(
                "PUT",
                Stores.PathOf(key),
                StoreClient.Json(new JsonObject { ["value"] = value })
            );
            await Invalid(
                "POST",
                StoreClient.Secrets,
                StoreClient.Json(new JsonObject { ["key"] = stores.NewKey(), ["value"] = value })
            );
        }

        (
            await Client.Put(
                Stores.PathOf(key),
                new JsonObject { ["value"] = new string('a', 65_536) }
            )
        ).ShouldSucceed();
    }

    [Fact]
    public async Task Refused_value_is_not_repeated()
    {
        var answer = await Client.Send(
            "POST",
            StoreClient.Secrets,
            StoreClient.Text("""{"key":"lower","value":"canary-in-a-refusal"}""")
        );

        answer.ShouldBeSecretsError(400, "INVALID_INPUT").Text.ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("POST", StoreClient.Secrets)]
    [InlineData("PUT", StoreClient.Secrets + "/A")]
    [InlineData("POST", StoreClient.Secrets + "/A/rotate")]
    [InlineData("POST", StoreClient.Secrets + "/A/verify")]
    [InlineData("POST", StoreClient.Sessions)]
    public async Task Body_over_a_mebibyte_is_too_large_and_of_another_type_unsupported(
        string method,
        string path
    )
    {
        var large = StoreClient.Text(new string(' ', Mebibyte + 1));
        (await stores.Refuse(() => Client.Send(method, path, large))).ShouldBeSecretsError(
            413,
            "PAYLOAD_TOO_LARGE"
        );
        foreach (
            var type in new[]
            {
                "text/plain",
                "application/xml",
                "application/json; charset=iso-8859-1",
                null,
            }
        )
        {
            var body = StoreClient.Text("{}", type);
            (await stores.Refuse(() => Client.Send(method, path, body))).ShouldBeSecretsError(
                415,
                "UNSUPPORTED_MEDIA_TYPE"
            );
        }
    }

    [Theory]
    [InlineData("PATCH", StoreClient.Secrets, "GET")]
    [InlineData("DELETE", StoreClient.Secrets, "POST")]
    [InlineData("PATCH", StoreClient.Secrets + "/A", "PUT")]
    [InlineData("POST", StoreClient.Secrets + "/A", "PUT")]
    [InlineData("GET", StoreClient.Secrets + "/A/rotate", "POST")]
    [InlineData("GET", StoreClient.Secrets + "/A/verify", "POST")]
    [InlineData("POST", StoreClient.Secrets + "/A/versions", "GET")]
    [InlineData("GET", StoreClient.Secrets + "/-/import", "POST")]
    [InlineData("POST", StoreClient.Secrets + "/-/export", "GET")]
    [InlineData("GET", StoreClient.Secrets + "/api-key/rotate", "POST")]
    [InlineData("GET", StoreClient.Sessions, "POST")]
    public async Task Method_that_is_not_allowed_names_those_that_are(
        string method,
        string path,
        string allowed
    )
    {
        var answer = await Client.Send(
            method,
            path,
            method == "GET" ? null : StoreClient.Text("{}")
        );

        answer.ShouldBeSecretsError(405, "METHOD_NOT_ALLOWED");
        answer.Headers["Allow"].ShouldContain(allowed);
    }

    [Theory]
    [InlineData("GET", StoreClient.Secrets + "/A/nothing")]
    [InlineData("POST", StoreClient.Secrets + "/A/versions/1")]
    [InlineData("GET", StoreClient.Secrets + "/-/import/more")]
    [InlineData("GET", StoreClient.Sessions + "/more")]
    [InlineData("GET", "/API/SECRETS/A/nothing")]
    public async Task Path_that_does_not_exist_is_not_found_in_this_form(
        string method,
        string path
    ) => (await Client.Send(method, path, null)).ShouldBeSecretsError(404, "NOT_FOUND");

    private async Task Invalid(
        string method,
        string path,
        HttpContent content,
        string? message = null
    ) =>
        (await stores.Refuse(() => Client.Send(method, path, content))).ShouldBeSecretsError(
            400,
            "INVALID_INPUT",
            message
        );
}
