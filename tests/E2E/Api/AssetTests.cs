using System.Net.Sockets;
using System.Text;
using VaultPortal.Tests.E2E.Client;

namespace VaultPortal.Tests.E2E.Api;

/// <summary>Attachments (machine.md section 6): in, out, named by fields, and gone when nobody names them.</summary>
[Collection(PortalCollection.Name)]
public sealed class AssetTests(Portal portal)
{
    private const int MostPlain = 10 << 20;

    private MachineClient Owner => portal.Owner;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    [InlineData(MostPlain)]
    public async Task Bytes_come_out_as_they_went_in(int plain)
    {
        var vault = await Owner.CreateVault();
        var (id, bytes) = (VaultState.NewId(), Attachment.Bytes(plain));

        var answer = await Owner.Upload(vault.Id, id, bytes);
        var (status, read, headers) = await Owner.Download(vault.Id, id);

        answer.ShouldSucceed(201).Text.ShouldBe($$"""{"id":"{{id}}"}""");
        status.ShouldBe(200);
        read.AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        headers.Content.Headers.ContentLength.ShouldBe(bytes.Length);
        headers.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        headers.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Longest_attachment_may_end_with_an_empty_chunk_and_no_longer()
    {
        var vault = await Owner.CreateVault();
        var longest = new byte[(160 * Attachment.Chunk) + 28];

        (await Owner.Upload(vault.Id, VaultState.NewId(), longest)).ShouldSucceed(201);
        (
            await Owner.Upload(vault.Id, VaultState.NewId(), new byte[longest.Length + 1])
        ).ShouldBeRefused(413, "payload_too_large");
    }

    [Fact]
    public async Task Length_that_was_not_said_is_found_out()
    {
        var vault = await Owner.CreateVault();
        var (id, bytes) = (VaultState.NewId(), Attachment.Bytes(200_000));

        (await Owner.UploadChunked(vault.Id, id, new Unsaid(bytes))).ShouldSucceed(201);
        (await Owner.Download(vault.Id, id)).Bytes.ShouldBe(bytes);
        foreach (var wrong in new[] { 0, 27, Attachment.Chunk + 27 })
        {
            (
                await Owner.UploadChunked(vault.Id, VaultState.NewId(), new Unsaid(new byte[wrong]))
            ).ShouldBeRefused(400, "invalid_request");
        }

        Rows(vault).ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(27)]
    [InlineData(Attachment.Chunk + 1)]
    [InlineData((3 * Attachment.Chunk) + 27)]
    public async Task Bytes_that_are_no_chunks_are_refused(int length)
    {
        var vault = await Owner.CreateVault();
        var id = VaultState.NewId();

        (await Owner.Upload(vault.Id, id, new byte[length])).ShouldBeRefused(
            400,
            "invalid_request"
        );
        (await Owner.Get($"vault/{vault.Id}/assets/{id}")).ShouldBeRefused(404, "not_found");
    }

    [Fact]
    public async Task Other_media_types_and_malformed_ids_are_refused()
    {
        var vault = await Owner.CreateVault();
        var path = $"vault/{vault.Id}/assets";

        (
            await Owner.Send(
                HttpMethod.Post,
                $"{path}/{VaultState.NewId()}",
                MachineClient.Content("{}")
            )
        ).ShouldBeRefused(415, "unsupported_media_type");
        (await Owner.Upload(vault.Id, "xyz", Attachment.Bytes(1))).ShouldBeRefused(
            400,
            "invalid_request",
            "/assetId"
        );
        (await Owner.Get($"{path}/xyz")).ShouldBeRefused(404, "not_found");
    }

    [Theory]
    [InlineData("?dekVersion=1", 201, null)]
    [InlineData("?dekVersion=2", 409, "dek_version_conflict")]
    [InlineData("?dekVersion=0", 400, "invalid_request")]
    [InlineData("?dekVersion=x", 400, "invalid_request")]
    public async Task Upload_may_say_the_version_of_its_key(string query, int status, string? code)
    {
        var vault = await Owner.CreateVault();

        var answer = await Owner.Upload(
            vault.Id,
            VaultState.NewId(),
            Attachment.Bytes(1),
            query: query
        );

        (answer.Status, answer.Code).ShouldBe((status, code));
    }

    [Theory]
    [InlineData("same vault")]
    [InlineData("another vault")]
    public async Task Id_that_is_taken_is_a_conflict(string where)
    {
        var vault = await Owner.CreateVault();
        var (id, bytes) = (VaultState.NewId(), Attachment.Bytes(10));
        (await Owner.Upload(vault.Id, id, bytes)).ShouldSucceed(201);
        var target = where == "same vault" ? vault : await Owner.CreateVault();

        (await Owner.Upload(target.Id, id, Attachment.Bytes(20))).ShouldBeRefused(
            409,
            "id_conflict"
        );
        (await Owner.Download(vault.Id, id)).Bytes.ShouldBe(bytes);
    }

    [Fact]
    public async Task Two_uploads_of_one_id_at_once_exactly_one_succeeds()
    {
        var vault = await Owner.CreateVault();
        var id = VaultState.NewId();
        var all = Enumerable.Range(0, 4).Select(_ => Attachment.Bytes(600_000)).ToArray();

        var answers = await Task.WhenAll(all.Select(bytes => Owner.Upload(vault.Id, id, bytes)));

        answers.Select(answer => answer.Status).Order().ShouldBe([201, 409, 409, 409]);
        (await Owner.Download(vault.Id, id)).Bytes.ShouldBe(
            all[Array.FindIndex(answers, answer => answer.Status == 201)]
        );
    }

    [Fact]
    public async Task Upload_is_replayed_by_its_bytes()
    {
        var vault = await Owner.CreateVault();
        var (id, bytes, key) = (VaultState.NewId(), Attachment.Bytes(300_000), VaultState.NewId());
        (await Owner.Upload(vault.Id, id, bytes, key)).ShouldSucceed(201);

        var again = await Owner.Upload(vault.Id, id, bytes, key);
        var other = await Owner.Upload(vault.Id, id, Attachment.Bytes(300_000), key);

        again.ShouldSucceed(201).Headers["Idempotency-Replayed"].ShouldBe("true");
        other.ShouldBeRefused(422, "idempotency_key_reused");
        (await Owner.Upload(vault.Id, id, bytes, VaultState.NewId())).ShouldBeRefused(
            409,
            "id_conflict"
        );
    }

    [Fact]
    public async Task Half_an_upload_is_nothing_and_leaves_nothing()
    {
        var vault = await Owner.CreateVault();
        var (id, bytes) = (VaultState.NewId(), Attachment.Bytes(2_000_000));
        using (var line = await Half(vault, id, bytes))
        {
            await Until(() => Rows(vault) == 1);
            (await Owner.Get($"vault/{vault.Id}/assets/{id}")).ShouldBeRefused(404, "not_found");
            (await Owner.Upload(vault.Id, id, bytes)).ShouldBeRefused(409, "id_conflict");
        }

        await Until(() => Rows(vault) == 0);
        Parts(id).ShouldBe(0);
        (await Owner.Upload(vault.Id, id, bytes)).ShouldSucceed(201);
    }

    [Fact]
    public async Task Fifth_upload_of_a_key_at_once_is_told_to_wait()
    {
        var vault = await Owner.CreateVault();
        var bytes = Attachment.Bytes(1_000_000);
        var lines = new List<TcpClient>();
        for (var i = 0; i < 4; i++)
        {
            lines.Add(await Half(vault, VaultState.NewId(), bytes));
        }

        await Until(() => Rows(vault) == 4);
        var fifth = await Owner.Upload(vault.Id, VaultState.NewId(), Attachment.Bytes(1));
        lines.ForEach(line => line.Dispose());
        await Until(() => Rows(vault) == 0);

        fifth.ShouldBeRefused(429, "rate_limit_exceeded").Headers.ShouldContainKey("Retry-After");
        (await Owner.Upload(vault.Id, VaultState.NewId(), Attachment.Bytes(1))).ShouldSucceed(201);
    }

    [Fact]
    public async Task What_was_left_by_a_server_that_ended_is_replaced()
    {
        var vault = await Owner.CreateVault();
        var id = VaultState.NewId();
        portal
            .Execute(
                """
                INSERT INTO asset (public_id, vault_id, dek_version, size, reference_count, created_by_kind, created_by_id, created_at)
                SELECT $asset, id, 1, 0, 0, 1, 1, 0 FROM vault WHERE public_id = $vault
                """,
                ("$asset", Convert.FromHexString(id)),
                ("$vault", Convert.FromHexString(vault.Id))
            )
            .ShouldBe(1);

        (await Owner.Get($"vault/{vault.Id}/assets/{id}")).ShouldBeRefused(404, "not_found");
        (await Owner.Upload(vault.Id, id, Attachment.Bytes(1))).ShouldSucceed(201);
    }

    [Fact]
    public async Task Too_many_attachments_that_nothing_names_are_refused()
    {
        using var hoarder = await portal.Stranger(signer: Signer.Ed25519());
        var vault = await hoarder.CreateVault();
        portal.Execute(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
            INSERT INTO asset (public_id, vault_id, dek_version, size, reference_count, created_by_kind, created_by_id, created_at, completed_at)
            SELECT randomblob(12), v.id, 1, 0, 0, 1, v.created_by_id, 9000000000000000, 9000000000000000
            FROM n, vault v WHERE v.public_id = $vault
            """,
            ("$vault", Convert.FromHexString(vault.Id))
        );

        (await hoarder.Upload(vault.Id, VaultState.NewId(), Attachment.Bytes(1))).ShouldBeRefused(
            429,
            "rate_limit_exceeded"
        );
    }

    [Theory]
    // none, READ, WRITE on the vault; READ, WRITE on the item alone.
    [InlineData("POST", 404, 403, 201, 403, 403)]
    [InlineData("GET", 404, 200, 200, 200, 200)]
    [InlineData("GET unnamed", 404, 200, 200, 404, 404)]
    public async Task Level_decides_what_a_member_may(string call, params int[] expected)
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var answers = new List<int>();
        foreach (var level in new[] { "none", "vault 1", "vault 2", "item 1", "item 2" })
        {
            var (scene, asset) = await Named();
            var unnamed = VaultState.NewId();
            (await Owner.Upload(scene.Vault.Id, unnamed, Attachment.Bytes(1))).ShouldSucceed(201);
            portal.Grant(member, level, scene);

            answers.Add(
                call switch
                {
                    "POST" => (
                        await member.Upload(scene.Vault.Id, VaultState.NewId(), Attachment.Bytes(1))
                    ).Status,
                    "GET" => (await member.Download(scene.Vault.Id, asset)).Status,
                    _ => (await member.Download(scene.Vault.Id, unnamed)).Status,
                }
            );
        }

        answers.ShouldBe(expected);
    }

    [Fact]
    public async Task Member_of_an_item_reads_its_attachments_and_no_others()
    {
        using var member = await portal.Stranger(signer: Signer.Ed25519());
        var (scene, own) = await Named();
        scene.Vault = await Owner.CreateItem(scene.Vault, MachineClient.NewItem(scene.Vault));
        var other = VaultState.NewId();
        (await Owner.Upload(scene.Vault.Id, other, Attachment.Bytes(1))).ShouldSucceed(201);
        var second = scene.Vault.Items[1];
        scene.Vault = await Owner.Apply(
            new ItemChange(scene.Vault, second).Add(File(other, 9)),
            scene.Vault
        );
        scene.Vault = scene.Vault.With(scene.Vault.Items.First(item => item.Id != second.Id));
        scene.Vault = scene.Vault with { Items = scene.Vault.Items.Reverse() };
        portal.Grant(member, "item 2", scene);

        (await member.Download(scene.Vault.Id, own)).Status.ShouldBe(200);
        (await member.Download(scene.Vault.Id, other)).Status.ShouldBe(404);
        var change = scene.Change().Add(File(other, 9));
        (await member.Patch(change.Path, change.Body(member.Signer))).ShouldBeRefused(
            400,
            "invalid_request",
            "/updates/0"
        );
        (await member.Download(scene.Vault.Id, other)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Permission_decides_who_reads_and_writes()
    {
        using var reader = await portal.OwnerWith("machine.vault.read");
        using var values = await portal.OwnerWith("machine.vault.secret.read");
        using var auditor = await portal.Stranger(role: "Auditor");
        var (scene, asset) = await Named();

        foreach (var client in new[] { reader, auditor })
        {
            (await client.Get($"vault/{scene.Vault.Id}/assets/{asset}")).ShouldBeRefused(
                403,
                "forbidden"
            );
            (
                await client.Upload(scene.Vault.Id, VaultState.NewId(), Attachment.Bytes(1))
            ).ShouldBeRefused(403, "forbidden");
        }

        (await values.Download(scene.Vault.Id, asset)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Agent_uploads_names_and_reads()
    {
        using var agent = await portal.Agent("attacher");
        var scene = await Scene.MakeAsync(Owner);
        portal.Grant(agent, "vault 2", scene);
        var id = VaultState.NewId();

        (await agent.Upload(scene.Vault.Id, id, Attachment.Bytes(1))).ShouldSucceed(201);
        scene.Vault = await agent.Apply(scene.Change().Add(File(id, 2)), scene.Vault);

        (await agent.Download(scene.Vault.Id, id)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Foreign_archived_and_absent_cannot_be_told_apart()
    {
        using var stranger = await portal.Stranger();
        var (foreign, asset) = await Named();
        var (archived, other) = await Named();
        await archived.ArchiveVault();

        var vaults = new[]
        {
            await stranger.Get($"vault/{foreign.Vault.Id}/assets/{asset}"),
            await stranger.Get($"vault/{VaultState.NewId()}/assets/{asset}"),
            await Owner.Get($"vault/{archived.Vault.Id}/assets/{other}"),
            await Owner.Upload(archived.Vault.Id, VaultState.NewId(), Attachment.Bytes(1)),
            await stranger.Upload(foreign.Vault.Id, asset, Attachment.Bytes(1)),
        };
        var assets = new[]
        {
            await Owner.Get($"vault/{foreign.Vault.Id}/assets/{other}"),
            await Owner.Get($"vault/{foreign.Vault.Id}/assets/{VaultState.NewId()}"),
        };

        vaults.ShouldAllBe(answer => answer.Code == "vault_not_found");
        vaults.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
        assets.ShouldAllBe(answer => answer.Code == "not_found");
        assets.Select(answer => answer.Text).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Attachment_is_audited_also_when_nothing_is_sent_again()
    {
        var (scene, asset) = await Named();
        var (_, _, first) = await Owner.Download(scene.Vault.Id, asset);

        var (status, bytes, _) = await Owner.Download(
            scene.Vault.Id,
            asset,
            first.Headers.ETag!.ToString()
        );

        (status, bytes.Length).ShouldBe((304, 0));
        portal.Audited("asset.release", $"asset:{asset}").ShouldBe(2);
        portal.Audited("asset.create", $"asset:{asset}").ShouldBe(1);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("foreign")]
    [InlineData("incomplete")]
    public async Task Field_names_only_what_is_there(string which)
    {
        var scene = await Scene.MakeAsync(Owner);
        var id = VaultState.NewId();
        if (which == "foreign")
        {
            (
                await Owner.Upload((await Owner.CreateVault()).Id, id, Attachment.Bytes(1))
            ).ShouldSucceed(201);
        }
        else if (which == "incomplete")
        {
            (await Owner.Upload(scene.Vault.Id, id, Attachment.Bytes(1))).ShouldSucceed(201);
            portal.Execute(
                "UPDATE asset SET completed_at = NULL WHERE public_id = $id",
                ("$id", Convert.FromHexString(id))
            );
        }

        await scene.RefusePatch(
            scene.ItemPath,
            scene.Change().Add(File(id, 2)).Body(Owner.Signer),
            400,
            "invalid_request",
            "/updates/0"
        );
    }

    [Fact]
    public async Task Attachment_of_an_old_key_is_uploaded_again_before_it_is_named()
    {
        var (scene, asset) = await Named();
        portal.Execute(
            "UPDATE vault SET current_dek_version = 2 WHERE public_id = $id",
            ("$id", Convert.FromHexString(scene.Vault.Id))
        );
        var file = scene.Item.Fields.Single(field => field.AssetId is not null);
        var body = scene
            .Change()
            .Update(file, field => field with { AssetId = asset })
            .Body(Owner.Signer);

        await scene.RefusePatch(scene.ItemPath, body, 409, "dek_version_conflict", "/updates/0");
        (await Owner.Download(scene.Vault.Id, asset)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Attachment_of_the_past_is_counted_and_stays_readable()
    {
        var (scene, asset) = await Named();
        var file = scene.Item.Fields.Single(field => field.AssetId is not null);

        scene.Vault = await Owner.Apply(
            scene.Change().Update(file, field => field with { AssetId = asset }),
            scene.Vault
        );
        file = scene.Item.Fields.Single(field => field.AssetId is not null);
        scene.Vault = await Owner.Apply(scene.Change().Update(file), scene.Vault);

        References(asset).ShouldBe(2);
        (await Owner.Download(scene.Vault.Id, asset)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Attachment_expires_with_the_fields_that_name_it()
    {
        var (scene, asset) = await Named();
        var file = scene.Item.Fields.Single(field => field.AssetId is not null);
        portal
            .Execute(
                "UPDATE field SET expires_at = 1 WHERE public_id = $id",
                ("$id", Convert.FromHexString(file.Id))
            )
            .ShouldBe(1);

        (await Owner.Get($"vault/{scene.Vault.Id}/assets/{asset}")).ShouldBeRefused(
            403,
            "vault_item_expired"
        );
        scene.Vault = await Owner.Apply(scene.Change().Add(File(asset, 9)), scene.Vault);
        (await Owner.Download(scene.Vault.Id, asset)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Attachment_of_an_archived_item_is_not_found()
    {
        var (scene, asset) = await Named();
        await scene.ArchiveItem();

        (await Owner.Get($"vault/{scene.Vault.Id}/assets/{asset}")).ShouldBeRefused(
            404,
            "not_found"
        );
    }

    [Fact]
    public async Task Names_and_bytes_are_one_to_the_history()
    {
        var (scene, asset) = await Named();

        var instances = (
            await Owner.Get($"vault/{scene.Vault.Id}/items/{scene.Item.Id}/history")
        ).Json["instances"]!.AsArray();

        instances.Select(entry => (string?)entry!["assetId"]).ShouldContain(asset);
    }

    /// <summary>A scene whose item has a field that names an attachment.</summary>
    private async Task<(Scene Scene, string Asset)> Named()
    {
        var scene = await Scene.MakeAsync(Owner);
        var id = VaultState.NewId();
        (await Owner.Upload(scene.Vault.Id, id, Attachment.Bytes(1_000))).ShouldSucceed(201);
        scene.Vault = await Owner.Apply(scene.Change().Add(File(id, 2)), scene.Vault);
        return (scene, id);
    }

    private static FieldState File(string asset, int order) =>
        new()
        {
            Name = "File",
            Type = "FILE",
            Order = order,
            AssetId = asset,
            Value = Json.Envelope(),
        };

    /// <summary>An upload whose line stays open after some of its bytes.</summary>
    private async Task<TcpClient> Half(VaultState vault, string id, byte[] bytes)
    {
        var line = new TcpClient();
        await line.ConnectAsync(Owner.Address.Host, Owner.Address.Port);
        var head =
            $"POST {MachineClient.Base}vault/{vault.Id}/assets/{id} HTTP/1.1\r\nHost: {Owner.Address.Authority}\r\n"
            + $"X-API-Key: {Owner.Key}\r\nContent-Type: application/octet-stream\r\nContent-Length: {bytes.Length}\r\n\r\n";
        await line.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await line.GetStream().WriteAsync(bytes.AsMemory(0, bytes.Length / 2));
        return line;
    }

    private static async Task Until(Func<bool> condition)
    {
        var began = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            began.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
            await Task.Delay(20);
        }
    }

    private long Rows(VaultState vault) =>
        portal.Number(
            "SELECT count(*) FROM asset WHERE vault_id = (SELECT id FROM vault WHERE public_id = $id)",
            vault.Id
        );

    private long Parts(string asset) =>
        portal.Number(
            "SELECT count(*) FROM asset_chunk WHERE asset_id NOT IN (SELECT id FROM asset) OR asset_id = (SELECT id FROM asset WHERE public_id = $id)",
            asset
        );

    private long References(string asset) =>
        portal.Number("SELECT reference_count FROM asset WHERE public_id = $id", asset);

    /// <summary>A stream that does not say how long it is.</summary>
    private sealed class Unsaid(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
