using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api.Sharing;

/// <summary>POST /vault/public-key: an agent's key is registered, and handed on (machine.md section 6).</summary>
[Collection(PortalCollection.Name)]
public sealed class AgentKeyTests(Portal portal) : IAsyncLifetime
{
    private const string Path = "vault/public-key";
    private const string DayAndASecond = "86401000000";

    private Circle _circle = null!;
    private Party _agent = null!;

    private Party Alice => _circle.Alice;

    public async Task InitializeAsync()
    {
        _circle = await Circle.Of(portal);
        _agent = await _circle.NewAgent();
    }

    public Task DisposeAsync()
    {
        _agent.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task First_key_is_registered()
    {
        var key = Signer.Ed25519(agent: true);

        var answer = (await _agent.Client.Post(Path, Body(key))).ShouldSucceed(201).Json;

        answer.ShouldHaveMembers(
            "encryptionKeyId publicKey fingerprint previousEncryptionKeyId rotationSignature"
        );
        ((string?)answer["fingerprint"]).ShouldBe(key.Fingerprint);
        ((string?)answer["publicKey"])!
            .ReplaceLineEndings("")
            .ShouldBe(key.PublicKeyPem.ReplaceLineEndings(""));
        answer["previousEncryptionKeyId"].ShouldBeNull();
        answer["rotationSignature"].ShouldBeNull();
    }

    [Fact]
    public async Task Registered_key_signs_what_an_agent_may()
    {
        await _agent.Register();
        var scene = await _circle.Scene();
        await Alice.Share("VAULT", scene.Vault.Id, 2, (Alice, "ADMIN"), (_agent, "WRITE"));

        (
            await _agent.Client.Patch(scene.ItemPath, scene.Change().Add().Body(_agent.Signer))
        ).ShouldSucceed();
    }

    [Fact]
    public async Task Proposed_id_is_taken_over_and_a_taken_one_refused()
    {
        var body = Body(Signer.Ed25519(agent: true));
        var id = VaultState.NewId();
        body["encryptionKeyId"] = id;
        (
            (string?)
                (await _agent.Client.Post(Path, body)).ShouldSucceed(201).Json["encryptionKeyId"]
        ).ShouldBe(id);

        using var other = await _circle.NewAgent();
        var second = Body(Signer.Ed25519(agent: true), other);
        second["encryptionKeyId"] = id;
        (await other.Client.Post(Path, second)).ShouldBeRefused(
            409,
            "id_conflict",
            "/encryptionKeyId"
        );
    }

    [Fact]
    public async Task Same_key_again_answers_the_same_whenever_it_comes()
    {
        var body = Body(Signer.Ed25519(agent: true));
        var first = (await _agent.Client.Post(Path, body)).ShouldSucceed(201);
        MakeOlder(_agent);

        (await _agent.Client.Post(Path, body)).ShouldSucceed().Text.ShouldBe(first.Text);
    }

    [Fact]
    public async Task First_key_later_than_a_day_is_refused_until_its_owner_makes_a_new_API_key()
    {
        MakeOlder(_agent);
        var body = Body(Signer.Ed25519(agent: true));

        (await _agent.Client.Post(Path, body)).ShouldBeRefused(403, "enrolment_closed");

        var key = await Alice.Client.Send(HttpMethod.Post, $"agent/{_agent.Id}/regenerate-api-key");
        using var again = _circle.AgentWith(_agent.Id, (string)key.Json["key"]!);
        (await again.Client.Post(Path, body)).ShouldSucceed(201);
    }

    [Fact]
    public async Task Rsa_key_comes_alone_as_documented()
    {
        var key = Signer.RsaPss(2048);
        var body = new JsonObject { ["publicKey"] = key.PublicKeyPem };

        (
            (string?)(await _agent.Client.Post(Path, body)).ShouldSucceed(201).Json["fingerprint"]
        ).ShouldBe(key.Fingerprint);
    }

    [Theory]
    [InlineData("proof", "/proof")]
    [InlineData("encryptionKeySignature", "/encryptionKeySignature")]
    [InlineData("encryptionPublicKey", "/encryptionPublicKey")]
    [InlineData("publicKey", "/publicKey")]
    public async Task Member_that_a_key_needs_is_missed(string member, string path)
    {
        var body = Body(Signer.Ed25519(agent: true));
        body.Remove(member);

        (await _agent.Client.Post(Path, body)).ShouldBeRefused(400, "invalid_request", path);
    }

    [Theory]
    [InlineData("proof", true)]
    [InlineData("proof", false)]
    [InlineData("encryptionKeySignature", true)]
    public async Task Statement_that_does_not_hold_is_refused(string member, bool rsa)
    {
        var body = Body(rsa ? Signer.RsaPss() : Signer.Ed25519(agent: true));
        body[member] = Convert.ToBase64String(new byte[rsa ? 256 : 64]);

        (await _agent.Client.Post(Path, body)).ShouldBeRefused(
            400,
            "checkpoint_invalid_signature",
            $"/{member}"
        );
    }

    [Fact]
    public async Task Proof_for_another_owner_is_refused() =>
        (
            await _agent.Client.Post(Path, Body(Signer.Ed25519(agent: true), _circle.Agent))
        ).ShouldBeRefused(400, "checkpoint_invalid_signature", "/proof");

    [Theory]
    [InlineData("/publicKey", "\"no PEM\"", "/publicKey")]
    [InlineData("/encryptionPublicKey", "\"no PEM\"", "/encryptionPublicKey")]
    [InlineData("/encryptionKeyId", "\"XYZ\"", "/encryptionKeyId")]
    [InlineData("/previousEncryptionKeyId", "\"ffffffffffffffffffffffff\"", "/rotationSignature")]
    [InlineData("/rotationSignature", "\"AAAA\"", "/previousEncryptionKeyId")]
    [InlineData("/rewrappedVaultKeys", "[{}]", "/rewrappedVaultKeys/0/*")]
    [InlineData("/extra", "1", "/extra")]
    public async Task Body_out_of_form_is_invalid(string member, string value, string path)
    {
        var body = Body(Signer.Ed25519(agent: true));
        body.Set(member, JsonNode.Parse(value));

        (await _agent.Client.Post(Path, body)).ShouldBeRefused(400, "invalid_request", path);
    }

    [Fact]
    public async Task Key_of_a_user_is_a_conflict()
    {
        var body = Body(Alice.Signer);

        (await _agent.Client.Post(Path, body)).ShouldBeRefused(409, "id_conflict", "/publicKey");
    }

    [Fact]
    public async Task Users_key_registers_no_agent_key() =>
        (await Alice.Client.Post(Path, Body(Signer.Ed25519(agent: true), Alice))).ShouldBeRefused(
            403,
            "forbidden"
        );

    [Fact]
    public async Task Rotation_hands_everything_on_and_no_rekey_is_due()
    {
        await _agent.Register();
        var vault = await Shared();
        var (body, next) = Rotation(vault);

        var answer = (await _agent.Client.Post(Path, body)).ShouldSucceed(201).Json;

        ((string?)answer["previousEncryptionKeyId"]).ShouldBe(_agent.Signer.Id);
        answer["rotationSignature"].ShouldNotBeNull();
        (await Stored(vault)).ShouldBe([next.Id]);
        ((bool)(await Alice.Client.Get($"vault/{vault}")).Json["rekeyDue"]!).ShouldBeFalse();
        // A repetition after a lost answer: the same again.
        var again = (await _agent.Client.Post(Path, body)).ShouldSucceed();
        Json.Text(again.Json).ShouldBe(Json.Text(answer));
    }

    [Fact]
    public async Task Rotation_does_not_put_off_an_end_that_somebody_set_nearer()
    {
        await _agent.Register();
        var vault = await Shared();
        const string end = "4102444800000000";
        portal.Execute(
            $"UPDATE registered_key SET expires_at = {end}, is_ending = 1 WHERE public_id = $id",
            ("$id", Convert.FromHexString(_agent.Signer.Id))
        );
        var (body, next) = Rotation(vault);

        (await _agent.Client.Post(Path, body)).ShouldSucceed(201);

        portal
            .Execute(
                $"UPDATE registered_key SET state = state WHERE public_id = $id AND expires_at = {end} AND is_ending = 1",
                ("$id", Convert.FromHexString(next.Id))
            )
            .ShouldBe(1);
    }

    [Fact]
    public async Task Old_key_signs_no_more_and_does_not_come_back()
    {
        await _agent.Register();
        var old = _agent.Signer;
        var vault = await Shared();
        var (body, next) = Rotation(vault);
        (await _agent.Client.Post(Path, body)).ShouldSucceed(201);

        _agent.Client.Signer = next;
        (await _agent.Client.Post(Path, Body(old))).ShouldBeRefused(409, "id_conflict");
        var (back, _) = Rotation(vault, to: old);
        (await _agent.Client.Post(Path, back)).ShouldBeRefused(409, "id_conflict");
    }

    [Fact]
    public async Task Second_key_without_rotation_is_refused_also_on_the_first_day()
    {
        await _agent.Register();

        (await _agent.Client.Post(Path, Body(Signer.Ed25519(agent: true)))).ShouldBeRefused(
            400,
            "invalid_request",
            "/previousEncryptionKeyId"
        );
    }

    [Fact]
    public async Task Rotation_from_a_key_that_is_not_the_agents_is_refused()
    {
        await _agent.Register();
        var (body, _) = Rotation(null);
        body["previousEncryptionKeyId"] = Alice.Signer.Id;

        (await _agent.Client.Post(Path, body)).ShouldBeRefused(403, "checkpoint_signer_required");
    }

    [Theory]
    [InlineData("by the new key")]
    [InlineData("for another owner")]
    [InlineData("not base64")]
    public async Task Rotation_signature_that_does_not_hold_is_refused(string fault)
    {
        await _agent.Register();
        var (body, next) = Rotation(null);
        body["rotationSignature"] = fault switch
        {
            "by the new key" => _agent.Rotation(next, next),
            "for another owner" => _circle.Agent.Rotation(_agent.Signer, next),
            _ => "!",
        };

        (await _agent.Client.Post(Path, body)).ShouldBeRefused(
            400,
            "checkpoint_invalid_signature",
            "/rotationSignature"
        );
    }

    [Theory]
    [InlineData("missing", 400, "invalid_request", "/rewrappedVaultKeys")]
    [InlineData("twice", 400, "invalid_request", "/rewrappedVaultKeys/1")]
    [InlineData(
        "another version",
        400,
        "checkpoint_invalid_signature",
        "/rewrappedVaultKeys/0/wrappedDekSignature"
    )]
    [InlineData("another vault", 400, "invalid_request", "/rewrappedVaultKeys/0")]
    [InlineData("another recipient", 400, "invalid_request", "/rewrappedVaultKeys/0")]
    [InlineData(
        "another fingerprint",
        400,
        "checkpoint_invalid_signature",
        "/rewrappedVaultKeys/0/wrappedDekSignature"
    )]
    [InlineData(
        "signed by the new key",
        400,
        "checkpoint_invalid_signature",
        "/rewrappedVaultKeys/0/wrappedDekSignature"
    )]
    [InlineData("wrong length", 400, "invalid_request", "/rewrappedVaultKeys/0")]
    public async Task Rewrap_that_is_not_complete_and_right_changes_nothing(
        string fault,
        int status,
        string code,
        string path
    )
    {
        await _agent.Register();
        var vault = await Shared();
        var (body, next) = Rotation(vault);
        var entries = body["rewrappedVaultKeys"]!.AsArray();
        var encryption = Encryption;
        switch (fault)
        {
            case "missing":
                body.Remove("rewrappedVaultKeys");
                break;
            case "twice":
                entries.Add(entries[0]!.DeepClone());
                break;
            case "another version":
                entries[0]!["dekVersion"] = 2;
                break;
            case "another vault":
                entries[0] = Entry(VaultState.NewId(), next, Party.FingerprintOf(encryption));
                break;
            case "another recipient":
                var elsewhere = Signer.Ed25519(agent: true);
                elsewhere.Id = VaultState.NewId();
                entries[0] = Entry(vault, elsewhere, Party.FingerprintOf(encryption));
                break;
            case "another fingerprint":
                entries[0] = Entry(vault, next, next.Fingerprint);
                break;
            case "signed by the new key":
                entries[0] = Entry(vault, next, Party.FingerprintOf(encryption), next);
                break;
            default:
                entries[0] = Entry(vault, next, Party.FingerprintOf(encryption), length: 79);
                break;
        }

        (await _agent.Client.Post(Path, body)).ShouldBeRefused(status, code, path);

        (await Stored(vault)).ShouldBe([_agent.Signer.Id]);
    }

    [Fact]
    public async Task Of_two_rotations_at_once_one_is_done()
    {
        await _agent.Register();
        var vault = await Shared();
        var (one, _) = Rotation(vault);
        var (two, _) = Rotation(vault);

        var answers = await Task.WhenAll(
            _agent.Client.Post(Path, one),
            _agent.Client.Post(Path, two)
        );

        answers.Select(a => a.Status).ShouldBe([201, 403], ignoreOrder: true);
        (await Stored(vault)).Length.ShouldBe(1);
    }

    private byte[] Encryption { get; set; } = [];

    private JsonObject Body(Signer key, Party? owner = null) =>
        (owner ?? _agent).RegisterBody(key, Party.NewEncryptionKey());

    /// <summary>A vault of Alice's that the agent reads, its data key wrapped to the agent by Alice.</summary>
    private async Task<string> Shared()
    {
        var vault = await Alice.Client.CreateVault();
        await Alice.Share("VAULT", vault.Id, 2, (Alice, "ADMIN"), (_agent, "READ"));
        MachineClient.Expect(
            await Alice.Client.Post(
                $"vault/{vault.Id}/wrapped-keys",
                new JsonObject { ["wrappedDeks"] = new JsonArray(Alice.Wrap(vault.Id, _agent)) }
            ),
            201
        );
        return vault.Id;
    }

    private (JsonObject Body, Signer Next) Rotation(string? vaultId, Signer? to = null)
    {
        var next = to ?? Signer.Ed25519(agent: true);
        next.Id = VaultState.NewId();
        Encryption = Party.NewEncryptionKey();
        var body = _agent.RegisterBody(next, Encryption);
        body["encryptionKeyId"] = next.Id;
        body["previousEncryptionKeyId"] = _agent.Signer.Id;
        body["rotationSignature"] = _agent.Rotation(_agent.Signer, next);
        if (vaultId is not null)
        {
            body["rewrappedVaultKeys"] = new JsonArray(
                Entry(vaultId, next, Party.FingerprintOf(Encryption))
            );
        }

        return (body, next);
    }

    private JsonObject Entry(
        string vaultId,
        Signer next,
        string fingerprint,
        Signer? signer = null,
        int length = 80
    )
    {
        var wrap = _agent.Wrap(vaultId, next.Id, fingerprint);
        wrap["wrappedDek"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(length));
        if (signer is null)
        {
            wrap["signature"] = _agent.SignWrap(wrap, fingerprint);
        }
        else
        {
            wrap["signature"] = _agent.SignWrap(wrap, fingerprint, signer);
        }

        return new JsonObject
        {
            ["vaultId"] = vaultId,
            ["encryptionKeyId"] = next.Id,
            ["signerEncryptionKeyId"] = (signer ?? _agent.Signer).Id,
            ["signerType"] = "AGENT_ENCRYPTION_KEY",
            ["dekVersion"] = 1,
            ["wrappedDek"] = (string)wrap["wrappedDek"]!,
            ["wrappedDekSignature"] = (string)wrap["signature"]!,
        };
    }

    /// <summary>The keys that the vault's data key is wrapped to for the agent.</summary>
    private async Task<string[]> Stored(string vaultId) =>
        [
            .. (await _agent.Client.Get($"vault/{vaultId}/wrapped-key")).ShouldSucceed().Json[
                "wrappedKeys"
            ]!
                .AsArray()
                .Select(w => (string)w!["recipientKeyId"]!),
        ];

    private void MakeOlder(Party agent) =>
        portal.Execute(
            $"UPDATE api_key SET created_at = created_at - {DayAndASecond} WHERE agent_id = (SELECT id FROM agent WHERE public_id = $id)",
            ("$id", Convert.FromHexString(agent.Id))
        );
}
