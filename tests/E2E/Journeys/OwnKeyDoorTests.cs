using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Journeys;

/// <summary>The two calls of the page of own keys that the machine API does not have.</summary>
public sealed class OwnKeyDoorTests(DemoPortal demo) : IClassFixture<DemoPortal>
{
    private const string Door = "/api/v1/portal/sealed/user-key-pair";
    private const string DemoKey = "507f1f77bcf86cd799439099";

    private IAPIRequestContext Requests => demo.Browser.Page.Context.APIRequest;

    [Theory]
    [InlineData("GET", "vaults")]
    [InlineData("PUT", "wrapped-private-key")]
    public async Task Call_with_a_key_instead_of_a_session_is_401(string method, string call)
    {
        await demo.GoToSignIn();
        var key = await demo.Process.Commands.CreateApiKey(demo.Email, "machine.all");

        var refused = await Send(
            method,
            $"{Door}/{DemoKey}/{call}",
            new JsonObject(),
            new() { ["X-API-Key"] = key, ["Authorization"] = $"Bearer {key}" }
        );

        await Refused(refused, 401, "session_ended");
    }

    [Fact]
    public async Task Machine_api_has_neither()
    {
        using var machine = new MachineClient(
            demo.Process.Address,
            await demo.Process.Commands.CreateApiKey(demo.Email, "machine.all")
        );

        (await machine.Get($"user-key-pair/{DemoKey}/vaults")).Status.ShouldBe(404);
        (
            await machine.Send(
                HttpMethod.Put,
                $"user-key-pair/{DemoKey}/wrapped-private-key",
                new JsonObject()
            )
        ).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Wrapping_is_kept_with_token_step_up_and_the_keys_signature_and_not_otherwise()
    {
        var signer = Signer.Ed25519();
        var (id, owner) = await Register("wrapping@example.org", signer);
        var path = $"{Door}/{id}/wrapped-private-key";
        var good = Body(signer, owner, "blob");

        await Refused(await Send("PUT", path, good, []), 403, "antiforgery_refused");
        await Refused(
            await Put(path, Body(Signer.Ed25519(), owner, "blob")),
            400,
            "checkpoint_invalid_signature"
        );
        await Refused(
            await Put(path, new JsonObject { ["signature"] = "x" }),
            400,
            "invalid_request"
        );
        await Refused(await Put($"{Door}/{DemoKey}/wrapped-private-key", good), 404, "not_found");
        demo.Tamper("UPDATE portal_session SET step_up_at = NULL");
        await Refused(await Put(path, good), 403, "step_up_required");
        demo.Tamper("UPDATE portal_session SET step_up_at = unixepoch() * 1000000");

        (await Put(path, good)).Status.ShouldBe(200);

        demo.Value($"SELECT wrapped_private_key FROM registered_key WHERE public_id = x'{id}'")
            .ShouldBe("blob");
    }

    [Fact]
    public async Task Vaults_of_a_key_are_its_owners_to_see()
    {
        await demo.SignIn();
        var vaults = (await Json(await Send("GET", $"{Door}/{DemoKey}/vaults", null, [])))
            .GetProperty("vaults")
            .EnumerateArray()
            .ToArray();
        vaults.Length.ShouldBe(5);
        vaults[0].GetProperty("dekVersions").EnumerateArray().Single().GetInt32().ShouldBe(3);
        vaults[0].GetProperty("archived").GetBoolean().ShouldBeFalse();

        await demo.Process.Commands.CreateAccount("curious@example.org");
        await demo.SignIn("curious@example.org", PortalCommand.Password);
        await Refused(await Send("GET", $"{Door}/{DemoKey}/vaults", null, []), 404, "not_found");
    }

    /// <summary>A person with a session, and a key of his.</summary>
    private async Task<(string Id, string Owner)> Register(string email, Signer signer)
    {
        var owner = await demo.Process.Commands.CreateAccount(email);
        using var machine = new MachineClient(
            demo.Process.Address,
            await demo.Process.Commands.CreateApiKey(email, "machine.all"),
            owner
        );
        var made = await machine.Post("user-key-pair", machine.RegisterBody(signer));
        await demo.SignIn(email, PortalCommand.Password);
        return ((string)MachineClient.Expect(made, 201).Json["id"]!, owner);
    }

    private static JsonObject Body(Signer signer, string owner, string text) =>
        new()
        {
            ["wrappedPrivateKey"] = text,
            ["signature"] = signer.SignStatement(
                "wrapped-private-key",
                new JsonObject
                {
                    ["owner"] = owner,
                    ["fingerprint"] = signer.Fingerprint,
                    ["wrapping"] = Convert.ToHexStringLower(
                        SHA256.HashData(Encoding.UTF8.GetBytes(text))
                    ),
                }
            ),
        };

    private async Task<IAPIResponse> Put(string path, JsonObject body)
    {
        var token = await Json(await Requests.GetAsync("/api/v1/portal/antiforgery"));
        return await Send(
            "PUT",
            path,
            body,
            new() { ["RequestVerificationToken"] = token.GetProperty("token").GetString()! }
        );
    }

    private Task<IAPIResponse> Send(
        string method,
        string path,
        JsonObject? body,
        Dictionary<string, string> headers
    ) =>
        Requests.FetchAsync(
            path,
            new APIRequestContextOptions
            {
                Method = method,
                DataString = method == "GET" ? null : body!.ToJsonString(),
                Headers = new Dictionary<string, string>(headers)
                {
                    ["Content-Type"] = "application/json",
                    ["Origin"] = demo.Process.Address.GetLeftPart(UriPartial.Authority),
                },
            }
        );

    private static async Task Refused(IAPIResponse answer, int status, string code)
    {
        answer.Status.ShouldBe(status);
        (await Json(answer)).GetProperty("code").GetString().ShouldBe(code);
    }

    private static async Task<JsonElement> Json(IAPIResponse answer) =>
        (await answer.JsonAsync())!.Value;
}
