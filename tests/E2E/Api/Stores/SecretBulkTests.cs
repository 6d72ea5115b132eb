using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Stores;

/// <summary>Import and export.</summary>
[Collection(StoresCollection.Name)]
public sealed class SecretBulkTests(Stores stores)
{
    private const string Path = StoreClient.Secrets + "/-/import";
    private const string ExportPath = StoreClient.Secrets + "/-/export";

    private StoreClient Client => stores.Secrets;

    [Fact]
    public async Task Env_file_is_imported_line_by_line()
    {
        var (a, b, c) = (stores.NewKey(), stores.NewKey(), stores.NewKey());

        var answer = await Import(
            $"# comment\n\n{a}=plain # end\nexport {b}='single $x'\r\n{c}=\"two\\nlines \\\"q\\\" \\$ \\\\\"\n"
        );

        answer.Text.ShouldBe("""{"created":3,"replaced":0,"skipped":0,"failed":[]}""");
        (await Value(a)).ShouldBe("plain");
        (await Value(b)).ShouldBe("single $x");
        (await Value(c)).ShouldBe("two\nlines \"q\" $ \\");
    }

    [Fact]
    public async Task Json_is_imported_with_reservation_and_expiry()
    {
        var key = stores.NewKey();

        var answer = (
            await Client.Post(
                Path,
                new JsonObject
                {
                    ["secrets"] = new JsonArray(
                        new JsonObject
                        {
                            ["key"] = key,
                            ["value"] = "v",
                            ["isReserved"] = true,
                            ["expiresAt"] = "2099-01-01T00:00:00Z",
                        }
                    ),
                }
            )
        ).ShouldSucceed();

        answer.Json.ShouldHaveMembers("created replaced skipped failed");
        (await Client.Delete(Stores.PathOf(key))).ShouldBeSecretsError(403, "FORBIDDEN");
    }

    [Fact]
    public async Task Dry_run_says_what_would_happen_and_does_nothing()
    {
        var (there, missing) = (await stores.Made("old"), stores.NewKey());

        var answer = await Import($"{there}=new\n{missing}=new", "?dryRun=true&onConflict=replace");

        answer.Text.ShouldBe("""{"created":1,"replaced":1,"skipped":0,"failed":[]}""");
        (await Value(there)).ShouldBe("old");
        (await Client.Get(Stores.PathOf(missing))).ShouldBeSecretsError(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Conflicts_are_skipped_replaced_or_fail_the_whole_as_wished()
    {
        var (there, missing) = (await stores.Made("old"), stores.NewKey());
        var file = $"{missing}=new\n{there}=new";

        var failed = await Import(file);
        ((int)failed.Json["created"]!).ShouldBe(0);
        var failure = failed.Json["failed"]!.AsArray().Single();
        failure.ShouldHaveMembers("line key error");
        ((int)failure!["line"]!).ShouldBe(2);
        ((string)failure["key"]!).ShouldBe(there);
        (await Client.Get(Stores.PathOf(missing))).ShouldBeSecretsError(404, "NOT_FOUND");

        (await Import(file, "?onConflict=skip")).Text.ShouldBe(
            """{"created":1,"replaced":0,"skipped":1,"failed":[]}"""
        );
        (await Value(there)).ShouldBe("old");
        (await Import(file, "?onConflict=replace")).Text.ShouldBe(
            """{"created":0,"replaced":2,"skipped":0,"failed":[]}"""
        );
        (await Value(there)).ShouldBe("new");
    }

    [Fact]
    public async Task Export_can_be_imported_again()
    {
        const string odd = "a\"b\\c$d`e\r\nf'g # h\t=é🔑";
        var key = await stores.Made(odd);

        var file = (await Client.Get(ExportPath + "?format=env")).ShouldSucceed();
        file.Headers["Content-Type"].ShouldBe("text/plain; charset=utf-8");
        file.Headers["Cache-Control"].ShouldBe("no-store");
        var json = (await Client.Get(ExportPath + "?format=json")).ShouldSucceed();

        var entry = json.Json["secrets"]!.AsArray().Single(s => (string)s!["key"]! == key);
        entry.ShouldHaveMembers("key value isReserved expiresAt");
        ((string)entry!["value"]!).ShouldBe(odd);
        await Client.Put(Stores.PathOf(key), new JsonObject { ["value"] = "other" });
        await Import(file.Text, "?onConflict=replace");
        (await Value(key)).ShouldBe(odd);
        await Client.Put(Stores.PathOf(key), new JsonObject { ["value"] = "other" });
        (
            await Client.Send("POST", Path + "?onConflict=replace", StoreClient.Text(json.Text))
        ).ShouldSucceed();
        (await Value(key)).ShouldBe(odd);
    }

    [Fact]
    public async Task Export_has_only_what_can_be_read()
    {
        var deleted = await stores.Made("canary-deleted");
        await Client.Delete(Stores.PathOf(deleted));

        (await Client.Get(ExportPath)).ShouldSucceed().Text.ShouldNotContain("canary-deleted");
        (await Client.Get(ExportPath + "?format=yaml")).ShouldBeSecretsError(400, "INVALID_INPUT");
    }

    [Theory]
    [InlineData("NOT A LINE")]
    [InlineData("A=\"open")]
    [InlineData("A='open\nB=1\n")]
    [InlineData("A=\"closed\" more")]
    public async Task File_that_is_no_env_file_is_invalid_with_its_line(string file)
    {
        var answer = await stores.Refuse(() =>
            Client.Send("POST", Path, StoreClient.Text("# first\n" + file, "text/plain"))
        );

        answer.ShouldBeSecretsError(400, "INVALID_INPUT");
        ((string)answer.Json["message"]!).ShouldStartWith("Line 2: ");
    }

    [Fact]
    public async Task Entries_that_are_not_good_fail_and_nothing_is_written()
    {
        var key = stores.NewKey();

        var answer = await Import($"{key}=v\nlower=v\n{key}=again\nEMPTY=\n");

        answer.Json["failed"]!.AsArray().Select(f => (int)f!["line"]!).ShouldBe([2, 3, 4]);
        ((int)answer.Json["created"]!).ShouldBe(0);
        (await Client.Get(Stores.PathOf(key))).ShouldBeSecretsError(404, "NOT_FOUND");
    }

    [Theory]
    [InlineData("?dryRun=yes")]
    [InlineData("?dryRun=true&dryRun=false")]
    [InlineData("?onConflict=merge")]
    [InlineData("?dry_run=true")]
    public async Task Wish_that_is_not_understood_is_invalid(string query) =>
        (
            await stores.Refuse(() =>
                Client.Send(
                    "POST",
                    Path + query,
                    StoreClient.Text($"{stores.NewKey()}=v", "text/plain")
                )
            )
        ).ShouldBeSecretsError(400, "INVALID_INPUT");

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"secrets":{}}""")]
    [InlineData("""{"secrets":[1]}""")]
    [InlineData("""{"secrets":[{"key":"A"}]}""")]
    [InlineData("""{"secrets":[{"key":"A","value":1}]}""")]
    [InlineData("""{"secrets":[{"key":"A","value":"v","isActive":true}]}""")]
    [InlineData("""{"secrets":[{"key":"A","value":"v","expiresAt":"soon"}]}""")]
    [InlineData("""{"secrets":[],"more":1}""")]
    public async Task Document_of_the_wrong_form_is_invalid(string body) =>
        (
            await stores.Refuse(() => Client.Send("POST", Path, StoreClient.Text(body)))
        ).ShouldBeSecretsError(400, "INVALID_INPUT");

    [Fact]
    public async Task Body_may_have_16_MiB_and_two_media_types()
    {
        (
            await Client.Send(
                "POST",
                Path,
                StoreClient.Bytes(new byte[(16 << 20) + 1], "text/plain")
            )
        ).ShouldBeSecretsError(413, "PAYLOAD_TOO_LARGE");
        (await Client.Send("POST", Path, StoreClient.Text("A=1", "text/csv"))).ShouldBeSecretsError(
            415,
            "UNSUPPORTED_MEDIA_TYPE"
        );
        (
            await Client.Send("POST", Path, StoreClient.Bytes([0xFF, 0xFE], "text/plain"))
        ).ShouldBeSecretsError(400, "INVALID_INPUT");
        var comment = "#" + new string(' ', (16 << 20) - 1);
        (
            await Client.Send(
                "POST",
                Path,
                StoreClient.Bytes(Encoding.UTF8.GetBytes(comment), "text/plain")
            )
        ).ShouldSucceed();
    }

    private async Task<Answer> Import(string file, string query = "") =>
        (
            await Client.Send("POST", Path + query, StoreClient.Text(file, "text/plain"))
        ).ShouldSucceed();

    private async Task<string> Value(string key) =>
        (string)(await Client.Get(Stores.PathOf(key))).ShouldSucceed().Json["value"]!;
}
