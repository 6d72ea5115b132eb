using System.Net;
using System.Text.RegularExpressions;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>The forms of a visitor without a session, as nobody's browser sends them.</summary>
[Collection(PortalCollection.Name)]
public sealed partial class AccountFormTests(Portal portal)
{
    [Theory]
    [InlineData("Input.Email")]
    [InlineData("Input.Password")]
    [InlineData("Input.Nothing")]
    public async Task Sign_in_form_with_members_missing_is_refused(string only)
    {
        using var http = new HttpClient { BaseAddress = portal.Process.Address };
        var page = await http.GetStringAsync("/sign-in");
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["_handler"] = "sign-in",
                ["__RequestVerificationToken"] = Token().Match(page).Groups[1].Value,
                [only] = "x",
            }
        );

        using var answer = await http.PostAsync("/sign-in", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("sign_in_refused");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
