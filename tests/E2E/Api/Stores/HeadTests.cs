namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>HEAD is no method of any of the three APIs: whoever may read learns neither a value nor its length by it.</summary>
[Collection(StoresCollection.Name)]
public sealed class HeadTests(Stores stores)
{
    [Theory]
    [InlineData("/api/secrets")]
    [InlineData("/api/secrets/HEAD_OF_NOTHING")]
    [InlineData("/workflows/vault")]
    [InlineData("/api/v1/machine/vault")]
    public async Task Head_is_not_allowed_and_says_what_is(string path)
    {
        var all = stores.Bearer(
            await stores.KeyWith("secrets.all,workflows.vault.all,machine.all")
        );

        var answer = await all.Send("HEAD", path, null);

        (answer.Status, answer.Text).ShouldBe((405, ""));
        answer.Headers["Allow"].ShouldContain("GET");
    }

    [Fact]
    public async Task Head_of_a_secret_answers_as_for_one_that_is_not_there()
    {
        var key = await stores.Made(new string('v', 5_000));

        var there = await stores.Secrets.Send("HEAD", $"/api/secrets/{key}", null);
        var missing = await stores.Secrets.Send("HEAD", "/api/secrets/HEAD_OF_NOTHING", null);

        there.Status.ShouldBe(missing.Status);
        there.Headers["Content-Length"].ShouldBe(missing.Headers["Content-Length"]);
    }
}
