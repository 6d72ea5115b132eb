using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Shouldly;
using VaultPortal.Api.Secrets;
using VaultPortal.Api.Shared;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using Xunit;

namespace VaultPortal.Tests.Unit.Api;

/// <summary>The words of refusals that depend on the request.</summary>
public sealed class SecretsErrorsTests
{
    [Theory]
    [InlineData("PUT", "Failed to update secret: MY_KEY")]
    [InlineData("GET", "Failed to read secret: MY_KEY")]
    [InlineData("DELETE", "Failed to delete secret: MY_KEY")]
    public async Task Fault_of_ours_says_what_failed(string method, string message)
    {
        var (http, body) = await Write(
            DoorErrors.InternalError,
            request =>
            {
                request.Method = method;
                request.RouteValues["key"] = "MY_KEY";
            }
        );

        http.Response.StatusCode.ShouldBe(500);
        ((string)body["error"]!).ShouldBe("INTERNAL_ERROR");
        ((string)body["message"]!).ShouldBe(message);
    }

    [Theory]
    [InlineData("Authorization", "Bearer ik_0", "AUTH_INVALID_API_KEY")]
    [InlineData("Authorization", "bearer rk_0", "AUTH_INVALID_API_KEY")]
    [InlineData("x-api-key", "ik_0", "AUTH_INVALID_API_KEY")]
    [InlineData("Authorization", "Bearer a.b.c", "AUTH_UNAUTHORIZED")]
    public async Task Credential_that_ended_meanwhile_is_refused_in_its_dialect(
        string header,
        string credential,
        string error
    )
    {
        var (http, body) = await Write(
            AccessErrors.Unauthorized,
            request => request.Headers[header] = credential
        );

        http.Response.StatusCode.ShouldBe(401);
        ((string)body["error"]!).ShouldBe(error);
        http.Response.Headers.WWWAuthenticate.ToString().ShouldContain("invalid_token");
    }

    [Fact]
    public async Task Wait_is_said_in_whole_seconds()
    {
        var (http, body) = await Write(
            new VaultError(ErrorKind.Limited, "rate_limit_exceeded", "Wait.")
            {
                RetryAfter = TimeSpan.FromSeconds(1.2),
            },
            _ => { }
        );

        http.Response.Headers.RetryAfter.ToString().ShouldBe("2");
        ((string)body["error"]!).ShouldBe("RATE_LIMITED");
    }

    private static async Task<(HttpContext Http, JsonNode Body)> Write(
        VaultError error,
        Action<HttpRequest> prepare
    )
    {
        var body = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = body } };
        prepare(http.Request);
        await new SecretsErrors().WriteAsync(http, error);
        return (http, JsonNode.Parse(body.ToArray())!);
    }
}
