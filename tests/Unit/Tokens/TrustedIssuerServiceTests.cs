using System.Text.Json.Nodes;
using Shouldly;
using VaultPortal.Core.Access;
using VaultPortal.Core.Common;
using VaultPortal.Core.Tokens;
using VaultPortal.Tests.Unit.Access;
using Xunit;

namespace VaultPortal.Tests.Unit.Tokens;

public sealed class TrustedIssuerServiceTests : IDisposable
{
    private readonly TokenWorld _world = new();
    private readonly ForeignKey _key = new();

    [Fact]
    public async Task Issuer_is_shown_as_it_was_made()
    {
        var draft = Draft();

        var id = (await _world.Issuers.CreateAsync(Caller.Command(), draft)).Value;

        var view = (await _world.Issuers.GetAsync(Caller.Command(), id)).Value;
        (view.Id, view.Name, view.Issuer, view.Audience, view.Revision, view.DisabledAt).ShouldBe(
            (id, draft.Name, draft.Issuer, draft.Audience, 1L, null)
        );
        view.JwksDocument.ShouldBe(draft.JwksDocument);
        view.Keys.ShouldBe([new IssuerKeyView("k1", "EdDSA")]);
        var mapping = view.Mappings.ShouldHaveSingleItem();
        (mapping.Claim, mapping.Value).ShouldBe(("environment", "production"));
        mapping.Permissions.ShouldBe(["secrets.read", "workflows.vault.use"]);
    }

    [Fact]
    public async Task Issuer_with_an_address_is_shown_with_the_keys_that_were_found_there()
    {
        _world.Jwks.Set = ForeignKey.Set(_key.Jwk());

        var id = (await _world.Issuers.CreateAsync(Caller.Command(), ByAddress())).Value;

        var view = (await _world.Issuers.GetAsync(Caller.Command(), id)).Value;
        view.Keys.ShouldBe([new IssuerKeyView("k1", "EdDSA")]);
        view.FetchedAt.ShouldBe(_world.Time.GetUtcNow());
        view.FetchProblem.ShouldBeNull();
    }

    public static TheoryData<string, string, string> Faults() =>
        new()
        {
            { "Name", "\" \"", "/name" },
            { "Issuer", "\"\"", "/issuer" },
            { "Issuer", "\"a b\"", "/issuer" },
            { "Issuer", "\"a\\u0000b\"", "/issuer" },
            { "Issuer", $"\"{new string('x', 2049)}\"", "/issuer" },
            { "Audience", "\"\"", "/audience" },
            { "Audience", "\"a\\nb\"", "/audience" },
            { "JwksDocument", "null", "/jwksUri" },
            { "JwksUri", "\"https://ci.example.com/keys\"", "/jwksUri" },
            { "JwksDocument", "\"\"", "/jwksDocument" },
            { "JwksDocument", "\"{}\"", "/jwksDocument" },
            { "JwksDocument", "\"{\\\"keys\\\":[]}\"", "/jwksDocument" },
            {
                "JwksDocument",
                "\"{\\\"keys\\\":[{\\\"kty\\\":\\\"oct\\\",\\\"k\\\":\\\"AAAA\\\"}]}\"",
                "/jwksDocument"
            },
            { "Mappings", "[]", "/mappings" },
            { "Mappings", Rule("", "v", "\"secrets.read\""), "/mappings/0/claim" },
            { "Mappings", Rule("c\\n", "v", "\"secrets.read\""), "/mappings/0/claim" },
            { "Mappings", Rule("c", "", "\"secrets.read\""), "/mappings/0/value" },
            { "Mappings", Rule("c", "v", ""), "/mappings/0/permissions" },
            { "Mappings", Rule("c", "v", "\"machine.vault.read\""), "/mappings/0/permissions" },
            {
                "Mappings",
                Rule("c", "v", "\"secrets.read\",\"machine.all\""),
                "/mappings/0/permissions"
            },
            { "Mappings", Rule("c", "v", "\"nonsense\""), "/mappings/0/permissions" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Draft_that_cannot_be_is_refused_where_it_is_wrong(
        string member,
        string json,
        string path
    )
    {
        var draft = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(Draft()))!;
        draft[member] = JsonNode.Parse(json);
        var wrong = System.Text.Json.JsonSerializer.Deserialize<TrustedIssuerDraft>(draft)!;

        var refused = (await _world.Issuers.CreateAsync(Caller.Command(), wrong)).Error!;

        (refused.Kind, refused.Path).ShouldBe((ErrorKind.Invalid, path));
        Stored().ShouldBe(0);
    }

    [Theory]
    [InlineData("http://ci.example.com/keys")]
    [InlineData("https://user@ci.example.com/keys")]
    [InlineData("https://user:word@ci.example.com/keys")]
    [InlineData("https://@ci.example.com/keys")]
    [InlineData("https://ci.example.com/keys#k")]
    [InlineData("https://ci.example.com/keys#")]
    [InlineData("https:///keys")]
    [InlineData("//ci.example.com/keys")]
    [InlineData("/keys")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://ci.example.com/keys")]
    [InlineData("https://ci.example.com/ke ys")]
    [InlineData("")]
    public async Task Address_of_keys_that_is_not_plain_https_is_refused_and_not_fetched(
        string address
    )
    {
        var refused = await _world.Issuers.CreateAsync(
            Caller.Command(),
            ByAddress() with
            {
                JwksUri = address,
            }
        );

        refused.Error!.Path.ShouldBe("/jwksUri");
        _world.Jwks.Fetches.ShouldBe(0);
    }

    [Fact]
    public async Task More_than_fifty_rules_are_refused()
    {
        var rule = new ClaimMapping("c", "v", ["secrets.read"]);

        foreach (var (count, taken) in ((int, bool)[])[(50, true), (51, false)])
        {
            var result = await _world.Issuers.CreateAsync(
                Caller.Command(),
                Draft() with
                {
                    Issuer = $"https://{count}.example.com",
                    Mappings = [.. Enumerable.Repeat(rule, count)],
                }
            );
            result.Succeeded.ShouldBe(taken);
        }
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_or_used_are_refused_before_anything_is_stored()
    {
        var failed = await _world.Issuers.CreateAsync(Caller.Command(), ByAddress());
        failed.Error.ShouldBe(VaultError.Invalid("/jwksUri", _world.Jwks.Problem));

        _world.Jwks.Set = """{"keys":[]}""";
        var useless = await _world.Issuers.CreateAsync(Caller.Command(), ByAddress());
        useless.Error!.Path.ShouldBe("/jwksUri");
        Stored().ShouldBe(0);
    }

    [Fact]
    public async Task Portal_itself_is_no_foreign_issuer()
    {
        var refused = await _world.Issuers.CreateAsync(
            Caller.Command(),
            Draft() with
            {
                Issuer = _world.Issuer.Name,
            }
        );

        refused.Error!.Path.ShouldBe("/issuer");
    }

    [Fact]
    public async Task Issuer_is_trusted_once()
    {
        await _world.Issuers.CreateAsync(Caller.Command(), Draft());
        var other = (
            await _world.Issuers.CreateAsync(
                Caller.Command(),
                Draft() with
                {
                    Issuer = "https://b.example.com",
                }
            )
        ).Value;

        (await _world.Issuers.CreateAsync(Caller.Command(), Draft())).Error!.Code.ShouldBe(
            "issuer_exists"
        );
        (
            await _world.Issuers.UpdateAsync(Caller.Command(), other, 1, Draft())
        ).Error!.Code.ShouldBe("issuer_exists");
        Stored().ShouldBe(2);
    }

    [Fact]
    public async Task Update_of_a_state_that_was_changed_meanwhile_is_stale()
    {
        var id = (await _world.Issuers.CreateAsync(Caller.Command(), Draft())).Value;
        var renamed = Draft() with { Name = "Renamed" };
        (await _world.Issuers.UpdateAsync(Caller.Command(), id, 1, renamed)).Error.ShouldBeNull();

        var stale = (await _world.Issuers.UpdateAsync(Caller.Command(), id, 1, Draft())).Error!;

        (stale.Kind, stale.Code).ShouldBe((ErrorKind.Stale, "version_conflict"));
        var view = (await _world.Issuers.GetAsync(Caller.Command(), id)).Value;
        (view.Name, view.Revision).ShouldBe(("Renamed", 2L));
    }

    [Fact]
    public async Task Unknown_issuer_is_not_found()
    {
        var id = PublicId.New(_world.Time.GetUtcNow());

        VaultError?[] refusals =
        [
            (await _world.Issuers.GetAsync(Caller.Command(), id)).Error,
            (await _world.Issuers.UpdateAsync(Caller.Command(), id, 1, Draft())).Error,
            (await _world.Issuers.SetDisabledAsync(Caller.Command(), id, true)).Error,
            (await _world.Issuers.DeleteAsync(Caller.Command(), id)).Error,
        ];

        refusals.ShouldAllBe(refusal => refusal == AccessErrors.NotFound);
    }

    [Theory]
    [InlineData(Role.Owner, true)]
    [InlineData(Role.Administrator, true)]
    [InlineData(Role.Auditor, false)]
    public async Task Issuers_are_the_business_of_owners_and_administrators(Role role, bool allowed)
    {
        await _world.Accounts.CreateAsync(role: role);
        var person = AccountWorld.Person(await _world.Accounts.SignInAsync());
        var id = (await _world.Issuers.CreateAsync(Caller.Command(), Draft())).Value;

        foreach (var error in await AllAsync(person, id))
        {
            error.ShouldBe(allowed ? null : AccessErrors.Forbidden);
        }
    }

    [Fact]
    public async Task Tokens_and_keys_change_no_issuers_and_fetch_nothing()
    {
        var token = await _world.SignInAsync();
        var caller = (await _world.AuthenticateAsync($"Bearer {token}")).Value;
        var id = (await _world.Issuers.CreateAsync(Caller.Command(), Draft())).Value;

        foreach (var error in await AllAsync(caller, id))
        {
            error.ShouldBe(AccessErrors.Forbidden);
        }

        await _world.Issuers.CreateAsync(caller, ByAddress());
        _world.Jwks.Fetches.ShouldBe(0);
    }

    [Fact]
    public async Task Changes_ask_a_person_for_a_step_up_and_reading_does_not()
    {
        await _world.Accounts.CreateAsync();
        var person = AccountWorld.Person(await _world.Accounts.SignInAsync());
        var id = (await _world.Issuers.CreateAsync(Caller.Command(), Draft())).Value;
        _world.Time.Advance(TimeSpan.FromMinutes(5));

        var errors = await AllAsync(person, id);

        errors[..2].ShouldAllBe(error => error == null);
        errors[2..].ShouldAllBe(error => error == AccessErrors.StepUpRequired);
        await _world.Issuers.CreateAsync(person, ByAddress());
        _world.Jwks.Fetches.ShouldBe(0);
    }

    [Fact]
    public async Task Every_change_is_audited_with_its_outcome()
    {
        var id = (await _world.Issuers.CreateAsync(Caller.Command(), Draft())).Value;
        await _world.Issuers.UpdateAsync(Caller.Command(), id, 7, Draft());
        await _world.Issuers.SetDisabledAsync(Caller.Command(), id, true);
        await _world.Issuers.DeleteAsync(Caller.Command(), id);

        foreach (
            var (action, outcome) in ((string, string)[])
                [
                    ("trusted_issuer.create", "ok"),
                    ("trusted_issuer.update", "version_conflict"),
                    ("trusted_issuer.disable", "ok"),
                    ("trusted_issuer.delete", "ok"),
                ]
        )
        {
            _world
                .Accounts.Store.Number(
                    $"""
                    SELECT count(*) FROM audit_entry
                    WHERE json_extract(text, '$.action') = '{action}' AND json_extract(text, '$.outcome') = '{outcome}'
                    """
                )
                .ShouldBe(1, action);
        }
    }

    public void Dispose()
    {
        _world.Dispose();
        _key.Dispose();
    }

    private static string Rule(string claim, string value, string permissions) =>
        $$"""[{"Claim":"{{claim}}","Value":"{{value}}","Permissions":[{{permissions}}]}]""";

    private TrustedIssuerDraft Draft() =>
        new()
        {
            Name = "CI",
            Issuer = "https://ci.example.com",
            Audience = "vault",
            JwksDocument = ForeignKey.Set(_key.Jwk()),
            Mappings =
            [
                new ClaimMapping(
                    "environment",
                    "production",
                    ["secrets.read", "workflows.vault.use"]
                ),
            ],
        };

    private TrustedIssuerDraft ByAddress() =>
        Draft() with
        {
            Issuer = "https://address.example.com",
            JwksDocument = null,
            JwksUri = "https://address.example.com/keys",
        };

    /// <summary>The two reads, then every change.</summary>
    private async Task<VaultError?[]> AllAsync(Caller caller, PublicId id) =>
        [
            (await _world.Issuers.ListAsync(caller)).Error,
            (await _world.Issuers.GetAsync(caller, id)).Error,
            (await _world.Issuers.UpdateAsync(caller, id, 1, Draft())).Error,
            (await _world.Issuers.SetDisabledAsync(caller, id, true)).Error,
            (await _world.Issuers.DeleteAsync(caller, id)).Error,
            (await _world.Issuers.CreateAsync(caller, Draft())).Error,
        ];

    private long Stored() => _world.Accounts.Store.Number("SELECT count(*) FROM trusted_issuer");
}
