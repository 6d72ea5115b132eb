using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>POST and GET /user-key-pair, retire (machine.md section 6).</summary>
[Collection(PortalCollection.Name)]
public sealed class UserKeyPairTests(Portal portal)
{
    private const string Registered = "id algorithm fingerprint encryptionFingerprint state";

    [Theory]
    [InlineData("Ed25519")]
    [InlineData("RSA")]
    [InlineData("P-256")]
    public async Task First_key_with_proof_is_active(string algorithm)
    {
        using var machine = await portal.Stranger();
        var key = algorithm switch
        {
            "Ed25519" => Signer.Ed25519(),
            "RSA" => Signer.RsaPss(3072),
            _ => Signer.P256(),
        };

        var answer = (await machine.Post("user-key-pair", machine.RegisterBody(key)))
            .ShouldSucceed(201)
            .Json;

        answer.ShouldHaveMembers(Registered);
        ((string?)answer["state"], (string?)answer["fingerprint"]).ShouldBe(
            ("active", key.Fingerprint)
        );
        ((string?)answer["id"]).ShouldNotBeNull().ShouldMatch("^[0-9a-f]{24}$");
        answer["encryptionFingerprint"].ShouldBeNull();
    }

    [Fact]
    public async Task Same_key_again_answers_200_and_the_same_id()
    {
        using var machine = await portal.Stranger();
        var body = machine.RegisterBody(Signer.P256());
        var first = (await machine.Post("user-key-pair", body)).ShouldSucceed(201).Json;

        var second = (await machine.Post("user-key-pair", body)).ShouldSucceed(200).Json;

        Json.Text(second).ShouldBe(Json.Text(first));
    }

    [Fact]
    public async Task Key_of_another_user_is_a_conflict()
    {
        using var machine = await portal.Stranger();

        (
            await machine.Post("user-key-pair", machine.RegisterBody(portal.Owner.Signer))
        ).ShouldBeRefused(409, "id_conflict");
    }

    [Fact]
    public async Task Second_key_with_endorsement_is_active()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var fresh = Signer.Ed25519();

        var answer = await machine.Post(
            "user-key-pair",
            machine.RegisterBody(fresh, machine.Signer)
        );

        ((string?)answer.ShouldSucceed(201).Json["state"]).ShouldBe("active");
        fresh.Id = (string)answer.Json["id"]!;
        machine.ActiveFingerprints = [machine.Signer.Fingerprint, fresh.Fingerprint];
        machine.Signer = fresh;
        await machine.CreateVault();
    }

    [Fact]
    public async Task Second_key_without_endorsement_is_pending_and_signs_nothing()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(machine);
        var fresh = Signer.Ed25519();

        var answer = await machine.Post("user-key-pair", machine.RegisterBody(fresh));

        ((string?)answer.ShouldSucceed(201).Json["state"]).ShouldBe("pending");
        fresh.Id = (string)answer.Json["id"]!;
        await scene.RefusePatch(
            scene.ItemPath,
            scene.Change().Add().Body(fresh),
            403,
            "checkpoint_signer_required"
        );
    }

    [Theory]
    [InlineData("by another key")]
    [InlineData("by the new key itself")]
    [InlineData("for another owner")]
    [InlineData("for another fingerprint")]
    [InlineData("not base64")]
    public async Task Endorsement_that_does_not_hold_is_refused(string fault)
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var fresh = Signer.Ed25519();
        var body = machine.RegisterBody(fresh, machine.Signer);
        var statement = new JsonObject
        {
            ["owner"] = fault == "for another owner" ? portal.Owner.OwnerId : machine.OwnerId,
            ["previousFingerprint"] = machine.Signer.Fingerprint,
            ["newFingerprint"] =
                fault == "for another fingerprint"
                    ? portal.Owner.Signer.Fingerprint
                    : fresh.Fingerprint,
        };
        var by = fault switch
        {
            "by another key" => portal.Owner.Signer,
            "by the new key itself" => fresh,
            _ => machine.Signer,
        };
        body["endorsement"] =
            fault == "not base64" ? "no" : by.SignStatement("key-rotation", statement);

        var answer = await machine.Post("user-key-pair", body);

        answer.ShouldBeRefused(400, "checkpoint_invalid_signature");
        (await machine.Get("user-key-pair")).Json["userKeyPairs"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("of another owner")]
    [InlineData("by another key")]
    [InlineData("without its purpose")]
    [InlineData("not base64")]
    public async Task Proof_that_does_not_hold_is_refused(string fault)
    {
        using var machine = await portal.Stranger();
        var fresh = Signer.Ed25519();
        var body = machine.RegisterBody(fresh);
        var statement = new JsonObject
        {
            ["owner"] = fault == "of another owner" ? portal.Owner.OwnerId : machine.OwnerId,
            ["fingerprint"] = fresh.Fingerprint,
        };
        body["proof"] = fault switch
        {
            "by another key" => Signer.Ed25519().SignStatement("key-proof", statement),
            "without its purpose" => Convert.ToBase64String(fresh.Sign(statement)),
            "not base64" => "no",
            _ => fresh.SignStatement("key-proof", statement),
        };

        (await machine.Post("user-key-pair", body)).ShouldBeRefused(
            400,
            "checkpoint_invalid_signature"
        );
        (await machine.Get("user-key-pair")).Json["userKeyPairs"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/publicKey", "absent")]
    [InlineData("/publicKey", "null")]
    [InlineData("/publicKey", "\"x\"")]
    [InlineData("/publicKey", "\"$short RSA\"")]
    [InlineData("/publicKey", "\"$P-384\"")]
    [InlineData("/publicKey", "\"$private\"")]
    [InlineData("/proof", "absent")]
    [InlineData("/proof", "null")]
    [InlineData("/endorsement", "5")]
    [InlineData("/encryptionPublicKey", "\"x\"")]
    [InlineData("/wrappedPrivateKey", "5")]
    [InlineData("/wrappedPrivateKey", "\"$long\"")]
    [InlineData("/extra", "1")]
    public async Task Member_out_of_form_is_invalid(string pointer, string json)
    {
        using var machine = await portal.Stranger();
        var body = machine.RegisterBody(Signer.Ed25519());
        body.Set(
            pointer,
            json switch
            {
                "absent" => Json.Absent,
                "\"$short RSA\"" => Signer.RsaPss(1024).PublicKeyPem,
                "\"$P-384\"" => P384(),
                "\"$private\"" => PrivateKey(),
                "\"$long\"" => new string('a', 16 * 1024 + 1),
                _ => JsonNode.Parse(json),
            }
        );

        (await machine.Post("user-key-pair", body)).ShouldBeRefused(
            400,
            "invalid_request",
            pointer
        );
    }

    [Fact]
    public async Task Encryption_key_is_kept_with_its_signature()
    {
        using var machine = await portal.Stranger();
        var signing = Signer.Ed25519();
        var body = machine.RegisterBody(signing);
        var encryption = X25519();
        body["encryptionPublicKey"] = new string(PemEncoding.Write("PUBLIC KEY", encryption));
        var print = Convert.ToHexStringLower(SHA256.HashData(encryption));
        body["encryptionKeySignature"] = signing.SignStatement(
            "user-key",
            new JsonObject
            {
                ["owner"] = machine.OwnerId,
                ["signingFingerprint"] = signing.Fingerprint,
                ["encryptionFingerprint"] = print,
            }
        );
        body["wrappedPrivateKey"] = "blob";

        var answer = (await machine.Post("user-key-pair", body)).ShouldSucceed(201).Json;

        ((string?)answer["encryptionFingerprint"]).ShouldBe(print);
        var listed = (await machine.Get("user-key-pair")).Json.At("/userKeyPairs/0")!;
        ((string?)listed["encryptionKeySignature"]).ShouldBe(
            (string?)body["encryptionKeySignature"]
        );
        ((string?)listed["wrappedPrivateKey"]).ShouldBe("blob");
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("by another key")]
    public async Task Encryption_key_without_its_signature_is_refused(string fault)
    {
        using var machine = await portal.Stranger();
        var body = machine.RegisterBody(Signer.Ed25519());
        body["encryptionPublicKey"] = new string(PemEncoding.Write("PUBLIC KEY", X25519()));
        if (fault != "absent")
        {
            body["encryptionKeySignature"] = Convert.ToBase64String(new byte[64]);
        }

        (await machine.Post("user-key-pair", body)).ShouldBeRefused(
            400,
            fault == "absent" ? "invalid_request" : "checkpoint_invalid_signature"
        );
    }

    [Fact]
    public async Task Keys_are_listed_with_all_their_members()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());

        var answer = (await machine.Get("user-key-pair")).ShouldSucceed().Json;

        answer.ShouldHaveMembers("userKeyPairs");
        var key = answer.At("/userKeyPairs/0");
        key.ShouldHaveMembers(
            Registered
                + " publicKey encryptionPublicKey encryptionKeySignature wrappedPrivateKey createdAt expiresAt retiredAt retireReason"
        );
        ((string?)key!["publicKey"])!
            .ReplaceLineEndings("")
            .ShouldBe(machine.Signer.PublicKeyPem.ReplaceLineEndings(""));
        key["retiredAt"].ShouldBeNull();
    }

    [Theory]
    [InlineData("replaced")]
    [InlineData("lost")]
    [InlineData("compromised")]
    public async Task Key_that_is_retired_signs_no_more(string reason)
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());
        var scene = await Scene.MakeAsync(machine);

        (
            await machine.Post(
                $"user-key-pair/{machine.Signer.Id}/retire",
                new JsonObject { ["reason"] = reason }
            )
        ).ShouldSucceed();

        await scene.RefusePatch(
            scene.ItemPath,
            scene.Change().Add().Body(machine.Signer),
            403,
            "checkpoint_signer_required"
        );
        var key = (await machine.Get("user-key-pair")).Json.At("/userKeyPairs/0")!;
        ((string?)key["retireReason"]).ShouldBe(reason);
        ((string?)key["state"]).ShouldNotBe("active");
        ((string?)key["retiredAt"]).ShouldNotBeNull();
        // What it signed stands.
        (await machine.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}")).ShouldSucceed();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"reason":"stolen"}""")]
    [InlineData("""{"reason":null}""")]
    [InlineData("""{"reason":"lost","extra":1}""")]
    public async Task Retire_out_of_form_is_invalid(string body)
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());

        (
            await machine.Post($"user-key-pair/{machine.Signer.Id}/retire", JsonNode.Parse(body)!)
        ).ShouldBeRefused(400, "invalid_request");
    }

    [Fact]
    public async Task Key_of_another_user_is_not_found_when_retired()
    {
        using var machine = await portal.Stranger(signer: Signer.Ed25519());

        (
            await machine.Post(
                $"user-key-pair/{portal.Owner.Signer.Id}/retire",
                new JsonObject { ["reason"] = "lost" }
            )
        ).ShouldBeRefused(404, "not_found");
    }

    [Fact]
    public async Task Calls_need_their_permission()
    {
        using var machine = await portal.OwnerWith("machine.vault.all");

        (await machine.Get("user-key-pair")).ShouldBeRefused(403, "forbidden");
        (
            await machine.Post("user-key-pair", machine.RegisterBody(Signer.Ed25519()))
        ).ShouldBeRefused(403, "forbidden");
        (
            await machine.Post(
                $"user-key-pair/{machine.Signer.Id}/retire",
                new JsonObject { ["reason"] = "lost" }
            )
        ).ShouldBeRefused(403, "forbidden");
    }

    [Fact]
    public async Task Command_registers_an_active_key_without_proof()
    {
        using var machine = await portal.Stranger();
        var me = (await machine.Get("me")).Json;
        var email = (string)me.At("/owner/name")!;
        var key = Signer.Ed25519();
        var file = Path.Combine(portal.Process.Folder, $"{key.Fingerprint}.pem");
        await File.WriteAllTextAsync(file, key.PublicKeyPem);

        var registered = await portal.Process.Commands.RunJson([
            "userkey",
            "register",
            "--owner",
            email,
            "--public-key",
            file,
        ]);

        ((string?)registered["fingerprint"]).ShouldBe(key.Fingerprint);
        key.Id = (string)registered["id"]!;
        machine.Signer = key;
        await machine.CreateVault();
    }

    private static string P384()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private static string PrivateKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    // id-X25519 (RFC 8410) and the point of the base: any 32 bytes that are no low-order point will do.
    private static byte[] X25519() =>
        [
            .. Convert.FromHexString("302A300506032B656E032100"),
            .. RandomNumberGenerator.GetBytes(31),
            0x11,
        ];
}
