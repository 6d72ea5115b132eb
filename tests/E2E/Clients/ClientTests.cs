using System.Security.Cryptography;
using VaultPortal.Client;

namespace VaultPortal.Tests.E2E.Clients;

/// <summary>The .NET client against the real host.</summary>
[Collection(ClientCollection.Name)]
public sealed class ClientTests(ClientPortal portal)
{
    private static readonly NewItem Database = new(
        "Production Database",
        ItemType.Database,
        [
            new("Username", FieldType.Text, "app"),
            new("Password", FieldType.Password, "correct horse"),
            new("Note", FieldType.Text, null),
        ]
    )
    {
        Websites = ["https://db.example.com"],
    };

    [Fact]
    public async Task Vault_is_verified_and_opened_by_a_client_without_memory()
    {
        using var writer = portal.Client(portal.Alice);
        using var made = await writer.CreateVaultAsync("Secrets", DataClassification.Confidential);
        await made.CreateItemAsync(Database);

        using var reader = portal.Client(portal.Alice);
        using var vault = await reader.OpenVaultAsync(made.Id, portal.Alice.Fingerprint);
        var item = await vault.OpenItemAsync(vault.Items.Single().Id);

        vault.Name.ShouldBe("Secrets");
        vault.DataClassification.ShouldBe(DataClassification.Confidential);
        vault.CreatorFingerprint.ShouldBe(portal.Alice.Fingerprint);
        item.Websites.ShouldBe(["https://db.example.com"]);
        item.Field("Password").Reveal().ShouldBe("correct horse");
        item.Field("Note").HasValue.ShouldBeFalse();
    }

    [Fact]
    public async Task Edits_of_an_item_are_one_update_and_read_back()
    {
        using var client = portal.Client(portal.Alice);
        using var vault = await client.CreateVaultAsync("Edits");
        var item = await vault.CreateItemAsync(Database);

        var edited = await vault.UpdateItemAsync(
            item,
            edit =>
                edit.Rename("Staging")
                    .ChangeType(ItemType.Server)
                    .SetWebsites("a.example.com", "b.example.com")
                    .Set("Password", "second")
                    .Change("Username", name: "Login")
                    .Delete("Note")
                    .Add("Seed", FieldType.Totp, "JBSWY3DPEHPK3PXP")
        );

        edited.Version.ShouldBe(2);
        await vault.RefreshAsync();
        vault.Items.Single().Name.ShouldBe("Staging");
        var read = await vault.OpenItemAsync(item.Id);
        read.Fields.Select(field => (field.Name, field.Reveal()))
            .ShouldBe([("Login", "app"), ("Password", "second"), ("Seed", "JBSWY3DPEHPK3PXP")]);
        item.Field("Password").Reveal().ShouldBe("correct horse"); // The picture of before.
    }

    [Fact]
    public async Task History_opens_what_was_before()
    {
        using var client = portal.Client(portal.Alice);
        using var vault = await client.CreateVaultAsync("History");
        var item = await vault.CreateItemAsync(Database);
        await vault.UpdateItemAsync(item, edit => edit.Set("Password", "second"));

        var passwords = await vault
            .HistoryAsync(item.Id)
            .Where(entry => entry.Field.Name == "Password")
            .Select(entry => entry.Field.Reveal())
            .ToListAsync();

        passwords.ShouldBe(["correct horse", "second"], ignoreOrder: true);
    }

    [Fact]
    public async Task Expiry_is_set_and_cleared()
    {
        using var client = portal.Client(portal.Alice);
        using var vault = await client.CreateVaultAsync("Expiry");
        var item = await vault.CreateItemAsync(Database);
        var field = item.Field("Password").Id;
        var end = new DateTimeOffset(2040, 1, 2, 3, 4, 5, TimeSpan.Zero);

        await vault.SetExpiryAsync(
            item.Id,
            end,
            new Dictionary<string, DateTimeOffset?> { [field] = end }
        );
        var limited = await vault.OpenItemAsync(item.Id);
        await vault.SetExpiryAsync(
            item.Id,
            null,
            new Dictionary<string, DateTimeOffset?> { [field] = null }
        );
        var cleared = await vault.OpenItemAsync(item.Id);

        limited.Field("Password").ExpiresAt.ShouldBe(end);
        cleared.Field("Password").ExpiresAt.ShouldBeNull();
    }

    [Fact]
    public async Task Item_and_vault_are_archived_and_come_back()
    {
        using var client = portal.Client(portal.Alice);
        using var vault = await client.CreateVaultAsync("Archive");
        var item = await vault.CreateItemAsync(Database);

        await vault.ArchiveItemAsync(item.Id);
        (
            await ShouldRefuse(() => vault.OpenItemAsync(item.Id), "vault_item_not_found")
        ).Status.ShouldBe(404);
        await vault.RestoreItemAsync(item);
        await vault.ArchiveAsync();
        await ShouldRefuse(() => client.OpenVaultAsync(vault.Id), "vault_not_found");
        await vault.RestoreAsync();

        await vault.RefreshAsync();
        (await vault.OpenItemAsync(item.Id)).Field("Password").Reveal().ShouldBe("correct horse");
    }

    [Fact]
    public async Task Groups_are_made_filled_renamed_and_deleted()
    {
        using var client = portal.Client(portal.Alice);
        using var vault = await client.CreateVaultAsync("Groups");
        var item = await vault.CreateItemAsync(Database);

        var group = await vault.Groups.CreateAsync("Databases");
        await vault.Groups.MoveAsync(group, [item.Id]);
        await vault.Groups.RenameAsync(group, "Servers");
        await vault.RefreshAsync();

        vault.GroupList.ShouldBe([new ItemGroup(group, "Servers")]);
        (await vault.OpenItemAsync(item.Id)).GroupId.ShouldBe(group);
        await vault.Groups.MoveAsync(null, [item.Id]);
        await vault.Groups.DeleteAsync(group);
        vault.GroupList.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200_000)]
    public async Task Attachment_comes_back_as_it_was(int length)
    {
        using var client = portal.Client(portal.Alice);
        using var vault = await client.CreateVaultAsync("Files");
        var item = await vault.CreateItemAsync(Database);
        var content = RandomNumberGenerator.GetBytes(length);

        var attachment = await vault.Attachments.UploadAsync(
            new MemoryStream(content),
            "key.bin",
            "application/octet-stream"
        );
        await vault.UpdateItemAsync(item, edit => edit.Attach("Key", attachment));

        var read = await vault.OpenItemAsync(item.Id);
        using var output = new MemoryStream();
        var description = await vault.Attachments.DownloadAsync(read.Field("Key"), output);
        output.ToArray().ShouldBe(content);
        description.ShouldBe(attachment.Description);
    }

    [Fact]
    public async Task Member_opens_and_writes_and_is_shut_out_when_he_leaves()
    {
        using var alice = portal.Client(portal.Alice);
        using var bob = portal.Client(portal.Bob);
        using var vault = await alice.CreateVaultAsync("Shared");
        var item = await vault.CreateItemAsync(Database);
        await vault.Members.ShareAsync(
            PrincipalType.User,
            portal.Bob.Id,
            AccessLevel.Write,
            [portal.Bob.Fingerprint]
        );

        using (var shared = await bob.OpenVaultAsync(vault.Id, portal.Alice.Fingerprint))
        {
            var opened = await shared.OpenItemAsync(item.Id);
            opened.Field("Password").Reveal().ShouldBe("correct horse");
            await shared.UpdateItemAsync(opened, edit => edit.Set("Password", "by Bob"));
        }

        (await vault.OpenItemAsync(item.Id)).Field("Password").Reveal().ShouldBe("by Bob");
        await vault.Members.RevokeAsync(PrincipalType.User, portal.Bob.Id);
        await ShouldRefuse(() => bob.OpenVaultAsync(vault.Id), "vault_not_found");

        await vault.RefreshAsync();
        vault.RekeyDue.ShouldBeTrue();
        await vault.Members.RekeyAsync();
        (await vault.Members.ReencryptAsync()).ShouldBe(2);
        await vault.RefreshAsync();
        (vault.DekVersion, vault.RekeyDue, vault.StaleInstances).ShouldBe((2, false, 0));
        (await vault.OpenItemAsync(item.Id)).Field("Password").Reveal().ShouldBe("by Bob");
    }

    [Fact]
    public async Task Slower_of_two_writers_gets_a_typed_conflict_and_can_go_on()
    {
        using var client = portal.Client(portal.Alice);
        using var fast = await client.CreateVaultAsync("Race");
        using var slow = await client.OpenVaultAsync(fast.Id);
        await fast.CreateItemAsync(Database);

        var conflict = await ShouldRefuse(
            () => slow.CreateItemAsync(Database),
            "checkpoint_version_conflict"
        );

        conflict.Status.ShouldBe(409);
        conflict.Details!.Value.GetProperty("currentVersion").GetInt64().ShouldBe(2);
        await slow.RefreshAsync();
        await slow.CreateItemAsync(Database);
        slow.Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Write_whose_answer_was_lost_takes_effect_once()
    {
        using var handler = new LosesAnswers();
        using var client = portal.Client(portal.Alice, handler: handler);
        using var vault = await client.CreateVaultAsync("Lost");

        handler.Lose = 1;
        var item = await vault.CreateItemAsync(Database);

        handler.Lost.ShouldBe(1);
        await vault.RefreshAsync();
        vault.Items.Single().Id.ShouldBe(item.Id);
    }

    [Fact]
    public async Task Lists_search_and_synchronisation_find_what_was_written()
    {
        using var client = portal.Client(portal.Alice);
        var name = $"Findable {PublicId.New()}";
        using var vault = await client.CreateVaultAsync(name);
        var item = await vault.CreateItemAsync(Database with { Name = name });

        (await client.ListVaultsAsync(name).SingleAsync()).Id.ShouldBe(vault.Id);
        (await client.SearchAsync(new(name)).SingleAsync()).Id.ShouldBe(item.Id);
        string? cursor = null;
        var synchronised = new List<string>();
        await foreach (var page in client.SyncAsync())
        {
            cursor = page.NextCursor;
            synchronised.AddRange(page.Items.Select(found => found.Id));
        }

        synchronised.ShouldContain(item.Id);
        (await client.SyncAsync(cursor).AllAsync(page => page.Items.Count == 0)).ShouldBeTrue();
    }

    [Fact]
    public async Task Endorsed_second_key_opens_writes_and_is_believed_without_a_new_permission_checkpoint()
    {
        var carol = await portal.Join("carol@example.com");
        using var first = portal.Client(carol);
        using var vault = await first.CreateVaultAsync("Two devices");
        var item = await vault.CreateItemAsync(Database);
        using var pair = KeyPair.Generate();
        var registered = await first.Keys.RegisterAsync(pair, carol.Key);
        registered.State.ShouldBe("active");
        await vault.Members.WrapForKeyAsync(registered.Id);

        using var second = portal.Client(carol with { Key = new(registered.Id, pair) });
        using (var again = await second.OpenVaultAsync(vault.Id, carol.Fingerprint))
        {
            var opened = await again.OpenItemAsync(item.Id);
            await again.UpdateItemAsync(opened, edit => edit.Set("Password", "elsewhere"));
        }

        (await vault.OpenItemAsync(item.Id)).Field("Password").Reveal().ShouldBe("elsewhere");
    }

    [Fact]
    public async Task Agent_makes_a_vault_that_its_owner_opens_and_hands_on_to_its_next_key()
    {
        using var alice = portal.Client(portal.Alice);
        var made = await alice.Agents.CreateAsync("deployer");
        var apiKey = await alice.Agents.RegenerateApiKeyAsync(made.Id);
        using var pair = KeyPair.Generate();
        using var stranger = new VaultPortalClient(portal.Process.Address, apiKey);
        var key = await stranger.Keys.RegisterAgentAsync(pair);
        using var agent = AgentClient(apiKey, key);
        using var vault = await agent.CreateVaultAsync("By an agent");
        var item = await vault.CreateItemAsync(Database);
        await vault.Members.WrapForAsync(PrincipalType.User, portal.Alice.Id);

        using (var owned = await alice.OpenVaultAsync(vault.Id, pair.Fingerprint))
        {
            (await owned.OpenItemAsync(item.Id))
                .Field("Password")
                .Reveal()
                .ShouldBe("correct horse");
        }

        using var next = KeyPair.Generate();
        using var rotated = AgentClient(apiKey, await agent.Keys.RotateAgentAsync(next));
        using var opened = await rotated.OpenVaultAsync(vault.Id, pair.Fingerprint);
        var read = await opened.OpenItemAsync(item.Id);
        await opened.UpdateItemAsync(read, edit => edit.Set("Password", "rotated"));
        using var seen = await alice.OpenVaultAsync(vault.Id);
        (await seen.OpenItemAsync(item.Id)).Field("Password").Reveal().ShouldBe("rotated");
    }

    private VaultPortalClient AgentClient(string apiKey, MemberKey key) =>
        new(
            portal.Process.Address,
            apiKey,
            new() { Key = key, OwnerFingerprints = [portal.Alice.Fingerprint] }
        );

    internal static async Task<VaultPortalException> ShouldRefuse(Func<Task> call, string code)
    {
        var refusal = await Should.ThrowAsync<VaultPortalException>(call);
        refusal.Code.ShouldBe(code, refusal.Message);
        return refusal;
    }

    /// <summary>A connection that breaks after the server did what it was asked.</summary>
    private sealed class LosesAnswers() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Lose { get; set; }

        public int Lost { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (Lost >= Lose)
            {
                return answer;
            }

            Lost++;
            answer.Dispose();
            throw new HttpRequestException("The connection was reset.");
        }
    }
}
