using System.Text;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>
/// Two faults at once: which one is told. The order is size and media type, credential, rate limit, JSON form, permission,
/// object, signer, signature, version, content (machine.md section 2).
/// </summary>
[Collection(PortalCollection.Name)]
public sealed class OrderOfChecksTests(Portal portal)
{
    private MachineClient Owner => portal.Owner;

    private Signer Signer => portal.Owner.Signer;

    [Fact]
    public async Task Size_comes_before_credential()
    {
        using var nobody = portal.Client(null);
        var body = MachineClient.Content(
            Encoding.UTF8.GetBytes(new string(' ', 8 * 1024 * 1024 + 1))
        );

        (await nobody.Send(HttpMethod.Patch, Unknown, body)).ShouldBeRefused(
            413,
            "payload_too_large"
        );
    }

    [Fact]
    public async Task Media_type_comes_before_credential()
    {
        using var nobody = portal.Client(null);
        var body = MachineClient.Content("{}"u8.ToArray(), "text/plain");

        (await nobody.Send(HttpMethod.Patch, Unknown, body)).ShouldBeRefused(
            415,
            "unsupported_media_type"
        );
    }

    [Fact]
    public async Task Credential_comes_before_form()
    {
        using var nobody = portal.Client(null);

        (await nobody.Send(HttpMethod.Patch, Unknown, MachineClient.Content("{"))).ShouldBeRefused(
            401,
            "unauthorized"
        );
    }

    [Fact]
    public async Task Form_comes_before_permission()
    {
        using var reader = await portal.OwnerWith("machine.vault.read");

        (await reader.Send(HttpMethod.Patch, Unknown, MachineClient.Content("{"))).ShouldBeRefused(
            400,
            "invalid_request"
        );
    }

    [Fact]
    public async Task Permission_comes_before_object()
    {
        using var reader = await portal.OwnerWith("machine.vault.read");
        var scene = await Scene.MakeAsync(Owner);

        (await reader.Patch(Unknown, scene.Change().Add().Body(Signer))).ShouldBeRefused(
            403,
            "forbidden"
        );
    }

    [Fact]
    public async Task Object_comes_before_signer()
    {
        using var stranger = await portal.Stranger();
        var scene = await Scene.MakeAsync(Owner);

        (await stranger.Patch(scene.ItemPath, scene.Change().Add().Body(Signer))).ShouldBeRefused(
            404,
            "vault_item_not_found"
        );
    }

    [Fact]
    public async Task Signer_comes_before_signature()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Add().Body(Signer);
        body.Set("/detailCheckpoint/signerUserKeyPairId", VaultState.NewId());
        body.Set("/detailCheckpoint/signature", "AAAA");

        await scene.RefusePatch(scene.ItemPath, body, 403, "checkpoint_signer_required");
    }

    [Fact]
    public async Task Signer_of_either_checkpoint_comes_before_any_signature()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.FullChange().Body(Signer);
        body.Set("/summaryCheckpoint/signature", "AAAA");
        body.Set("/detailCheckpoint/signerUserKeyPairId", VaultState.NewId());

        await scene.RefusePatch(scene.ItemPath, body, 403, "checkpoint_signer_required");
    }

    [Fact]
    public async Task Signature_comes_before_version()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Add().Body(Signer);
        body.Set("/detailCheckpoint/checkpoint/version", 9);

        await scene.RefusePatch(scene.ItemPath, body, 400, "checkpoint_invalid_signature");
    }

    [Fact]
    public async Task Signature_of_either_checkpoint_comes_before_any_version()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.FullChange().Body(Signer);
        body.Set("/summaryCheckpoint/checkpoint/version", 9);
        Signer.SignAgain(body["summaryCheckpoint"]!);
        body.Set("/detailCheckpoint/signature", Convert.ToBase64String(new byte[64]));

        await scene.RefusePatch(scene.ItemPath, body, 400, "checkpoint_invalid_signature");
    }

    [Fact]
    public async Task Version_comes_before_content()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Add().Body(Signer);
        body.Set("/detailCheckpoint/checkpoint/version", 9);
        body.Set("/detailCheckpoint/checkpoint/name", "Other");
        Signer.SignAgain(body["detailCheckpoint"]!);

        await scene.RefusePatch(scene.ItemPath, body, 409, "checkpoint_version_conflict");
    }

    [Fact]
    public async Task Version_comes_before_a_taken_id()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene
            .Change()
            .Update(scene.Username, field => field with { InstanceId = scene.Password.InstanceId })
            .Body(Signer);
        body.Set("/detailCheckpoint/checkpoint/version", 9);
        Signer.SignAgain(body["detailCheckpoint"]!);

        await scene.RefusePatch(scene.ItemPath, body, 409, "checkpoint_version_conflict");
    }

    [Fact]
    public async Task Version_comes_before_a_missing_summary()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Name("Other").Body(Signer, summary: false);
        body.Set("/detailCheckpoint/checkpoint/version", 9);
        Signer.SignAgain(body["detailCheckpoint"]!);

        await scene.RefusePatch(scene.ItemPath, body, 409, "checkpoint_version_conflict");
    }

    [Fact]
    public async Task Signer_comes_before_a_missing_summary()
    {
        var scene = await Scene.MakeAsync(Owner);
        var body = scene.Change().Name("Other").Body(Signer, summary: false);
        body.Set("/detailCheckpoint/signerUserKeyPairId", VaultState.NewId());

        await scene.RefusePatch(scene.ItemPath, body, 403, "checkpoint_signer_required");
    }

    [Fact]
    public async Task Caller_without_a_key_pair_is_told_so()
    {
        using var machine = await portal.Stranger();
        machine.Signer = Signer.Ed25519();
        machine.Signer.Id = VaultState.NewId();

        (await machine.Post("vault", machine.CreateVaultBody(new VaultState()))).ShouldBeRefused(
            403,
            "checkpoint_signer_required"
        );
    }

    private static string Unknown => $"vault-item/{VaultState.NewId()}/update";
}

/// <summary>Limits of a key, on a host of its own where they are small.</summary>
public sealed class RateLimitTests : IAsyncLifetime
{
    private PortalProcess _process = null!;
    private MachineClient _client = null!;

    public async Task InitializeAsync()
    {
        _process = await PortalProcess.StartAsync(
            new() { ["VAULTPORTAL__RateLimit__PerKey"] = "2" }
        );
        await _process.Commands.CreateAccount(Portal.OwnerEmail);
        _client = new MachineClient(
            _process.Address,
            await _process.Commands.CreateApiKey(Portal.OwnerEmail)
        );
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }

    [Fact]
    public async Task Key_beyond_its_burst_is_told_to_wait_before_its_request_is_read()
    {
        var answers = new List<Answer>();
        for (var i = 0; i < 12; i++)
        {
            answers.Add(
                await _client.Send(
                    HttpMethod.Patch,
                    "vault-item/x/update",
                    MachineClient.Content("{")
                )
            );
        }

        var limited = answers.First(answer => answer.Status == 429);

        answers.IndexOf(limited).ShouldBeGreaterThanOrEqualTo(4);
        limited.ShouldBeRefused(429, "rate_limit_exceeded");
        int.Parse(limited.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBeGreaterThan(0);
        limited.Headers.ShouldContainKey("RateLimit");
    }

    [Fact]
    public async Task Address_with_many_unknown_credentials_is_limited_but_a_valid_key_is_served()
    {
        using var stranger = new MachineClient(_process.Address, "rk_unknown");
        var statuses = new List<int>();
        for (var i = 0; i < 62; i++)
        {
            statuses.Add((await stranger.Get("me")).Status);
        }

        statuses.Take(60).ShouldAllBe(status => status == 401);
        statuses[^1].ShouldBe(429);
        (await stranger.Get("me")).ShouldBeRefused(429, "rate_limit_exceeded");
        (await stranger.Get("me")).Headers.ShouldContainKey("Retry-After");
        (await _client.Get("me")).ShouldSucceed();
    }
}
