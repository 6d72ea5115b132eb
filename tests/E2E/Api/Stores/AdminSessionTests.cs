using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>Access tokens: got by e-mail address and password, ended by signing out, verified by others with the published keys.</summary>
[Collection(StoresCollection.Name)]
public sealed class AdminSessionTests(Stores stores)
{
    [Fact]
    public async Task Sign_in_answers_with_a_token_for_both_stores()
    {
        var answer = (await stores.SignIn(Stores.OwnerEmail)).ShouldSucceed();

        answer.Json.ShouldHaveMembers("admin accessToken csrfToken");
        answer.Json["admin"].ShouldHaveMembers("sub");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        var token = (string)answer.Json["accessToken"]!;
        var claims = Decoded(token.Split('.')[1]);
        ((string)claims["role"]!).ShouldBe("project_admin");
        ((string)claims["sub"]!).ShouldBe((string)answer.Json["admin"]!["sub"]!);
        foreach (var claim in new[] { "iss", "aud", "exp", "jti" })
        {
            claims[claim].ShouldNotBeNull();
        }

        var client = stores.Bearer(token);
        (await client.Get(StoreClient.Secrets)).ShouldSucceed();
        (await client.Get(StoreClient.Workflows)).ShouldSucceed();
        (await client.Get("/api/v1/machine/me")).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData(Stores.OwnerEmail, "wrong password")]
    [InlineData("nobody@example.com", PortalCommand.Password)]
    [InlineData("no address", "x")]
    [InlineData("", "")]
    public async Task Sign_in_that_does_not_match_is_refused(string email, string password)
    {
        var answer = await stores.SignIn(email, password);

        answer.ShouldBeSecretsError(401, "AUTH_UNAUTHORIZED", "Invalid admin credentials");
    }

    [Fact]
    public async Task Auditor_gets_no_token() =>
        (await stores.SignIn(Stores.AuditorEmail)).ShouldBeSecretsError(
            403,
            "AUTH_UNAUTHORIZED",
            "Admin access required"
        );

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"username":"a@example.com"}""")]
    [InlineData("""{"password":"p"}""")]
    [InlineData("""{"username":null,"password":"p"}""")]
    [InlineData("""{"username":"a@example.com","password":1}""")]
    [InlineData("""{"username":"a@example.com","password":"\ud800"}""")]
    [InlineData("""{"username":"a@example.com","password":"p","password":"q"}""")]
    [InlineData("""{"username":"a@example.com","password":"p","role":"Owner"}""")]
    [InlineData("""[]""")]
    [InlineData("""{""")]
    public async Task Sign_in_of_the_wrong_form_is_invalid(string body) =>
        (
            await stores.Nobody.Send("POST", StoreClient.Sessions, StoreClient.Text(body))
        ).ShouldBeSecretsError(400, "INVALID_INPUT");

    [Fact]
    public async Task Token_ends_at_once_when_its_holder_signs_out()
    {
        var session = (await stores.SignIn(Stores.OwnerEmail)).ShouldSucceed();
        var client = stores.Bearer((string)session.Json["accessToken"]!);
        var path = Stores.PathOf(await stores.Made());
        (await client.Get(path)).ShouldSucceed();

        var answer = await client.Delete(StoreClient.Sessions);

        answer.ShouldSucceed(204).ShouldHaveNoBody();
        (await client.Get(path)).ShouldBeSecretsError(401, "AUTH_UNAUTHORIZED");
    }

    [Fact]
    public async Task Signing_out_is_for_tokens_only()
    {
        (await stores.Nobody.Delete(StoreClient.Sessions)).ShouldBeSecretsError(
            401,
            "AUTH_INVALID_CREDENTIALS"
        );
        (await stores.Secrets.Delete(StoreClient.Sessions)).ShouldBeSecretsError(
            403,
            "AUTH_UNAUTHORIZED"
        );
    }

    [Fact]
    public async Task Published_keys_and_metadata_belong_to_the_tokens()
    {
        var token = await stores.Token();

        var keys = (await stores.Nobody.Get("/.well-known/jwks.json")).ShouldSucceed();
        var metadata = (
            await stores.Nobody.Get("/.well-known/openid-configuration")
        ).ShouldSucceed();

        var kid = (string)Decoded(token.Split('.')[0])["kid"]!;
        var key = keys.Json["keys"]!.AsArray().Single(k => (string)k!["kid"]! == kid)!;
        ((string)key["kty"]!, (string)key["crv"]!).ShouldBe(("OKP", "Ed25519"));
        keys.Text.ShouldNotContain("\"d\"");
        metadata.Json.ShouldHaveMembers("issuer jwks_uri id_token_signing_alg_values_supported");
        ((string)metadata.Json["issuer"]!).ShouldBe((string)Decoded(token.Split('.')[1])["iss"]!);
        ((string)metadata.Json["jwks_uri"]!).ShouldBe(
            new Uri(stores.Process.Address, "/.well-known/jwks.json").ToString()
        );
        foreach (var answer in new[] { keys, metadata })
        {
            answer.Headers["Content-Type"].ShouldStartWith("application/json");
            answer.Headers["Cache-Control"].ShouldBe("public, max-age=300");
        }
    }

    private static JsonObject Decoded(string part)
    {
        var text = part.Replace('-', '+').Replace('_', '/');
        var bytes = Convert.FromBase64String(text + new string('=', (4 - (text.Length % 4)) % 4));
        return JsonNode.Parse(Encoding.UTF8.GetString(bytes))!.AsObject();
    }
}
