using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>
/// A vault whose members, names and data keys were verified. Each write is built from the state that was verified last; when
/// somebody else was faster it throws "checkpoint_version_conflict": <see cref="RefreshAsync"/>, look, and do it again. Not
/// thread-safe. Disposing zeroes the data keys.
/// </summary>
public sealed class OpenVault : IDisposable
{
    private readonly VaultContext vault;

    internal OpenVault(VaultContext vault) => this.vault = vault;

    /// <summary>The vault's id.</summary>
    public string Id => vault.Id;

    /// <summary>Its name.</summary>
    public string Name => vault.Summary.Name;

    /// <summary>Its classification, or null.</summary>
    public DataClassification? DataClassification => vault.Summary.DataClassification;

    /// <summary>The version of the data key that values are sealed under.</summary>
    public int DekVersion => vault.DekVersion;

    /// <summary>The items, in no order.</summary>
    public IReadOnlyList<SummaryItem> Items => vault.Summary.Items;

    /// <summary>The fingerprint of the key that made the vault, to be compared outside the portal.</summary>
    public string CreatorFingerprint => vault.Membership.Creator;

    /// <summary>What we may do. Not signed: the server's word.</summary>
    public AccessLevel AccessLevel => vault.AccessLevel;

    /// <summary>Whether somebody left who had the data key. Not signed: the server's word.</summary>
    public bool RekeyDue => vault.RekeyDue;

    /// <summary>How many values stand under older data keys. Not signed: the server's word.</summary>
    public int StaleInstances => vault.StaleInstances;

    /// <summary>The groups that there are, in no order.</summary>
    public IReadOnlyList<ItemGroup> GroupList => vault.Summary.Groups;

    /// <summary>Makes, renames, deletes and fills groups.</summary>
    public VaultGroups Groups => new(vault);

    /// <summary>Shares, revokes, gives new data keys.</summary>
    public VaultMembers Members => new(vault);

    /// <summary>Uploads and downloads files.</summary>
    public VaultAttachments Attachments => new(vault);

    internal VaultContext Context => vault;

    /// <summary>Reads and verifies the vault again.</summary>
    public Task RefreshAsync(CancellationToken cancellation = default) =>
        vault.ReloadAsync(cancellation);

    /// <summary>Gives the vault another name or classification; null leaves one as it is.</summary>
    public async Task UpdateAsync(
        string? name = null,
        DataClassification? dataClassification = null,
        CancellationToken cancellation = default
    )
    {
        var directory = NextDirectory() with
        {
            Name = name ?? Name,
            DataClassification = dataClassification ?? DataClassification,
        };
        var summary = NextSummary() with
        {
            Name = directory.Name,
            DataClassification = directory.DataClassification,
        };
        var body = new JsonObject
        {
            ["name"] = directory.Name,
            ["directoryCheckpoint"] = vault.Sign(directory),
            ["summaryCheckpoint"] = vault.Sign(summary),
        };
        if (dataClassification is { } given)
        {
            body["dataClassification"] = WireJson.Node(given);
        }

        await vault.SendAsync(HttpMethod.Patch, $"vault/{Id}/update", body, cancellation);
        await vault.AcceptAsync(directory, cancellation);
        await vault.AcceptAsync(summary, cancellation);
    }

    /// <summary>Archives the vault: nothing is erased, and nobody reads it until <see cref="RestoreAsync"/>.</summary>
    public Task ArchiveAsync(CancellationToken cancellation = default) =>
        SetStateAsync(HttpMethod.Delete, "", "archived", cancellation);

    /// <summary>Brings the vault back that <see cref="ArchiveAsync"/> took away.</summary>
    public Task RestoreAsync(CancellationToken cancellation = default) =>
        SetStateAsync(HttpMethod.Post, "/restore", "active", cancellation);

    /// <summary>Reads and verifies an item.</summary>
    public Task<OpenItem> OpenItemAsync(string itemId, CancellationToken cancellation = default) =>
        OpenItemReader.ReadAsync(vault, itemId, cancellation);

    /// <summary>Makes an item.</summary>
    public async Task<OpenItem> CreateItemAsync(
        NewItem item,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(item);
        var draft = new ItemDraft(vault, item);
        var summary = NextSummary() with { Items = [.. Items, draft.SummaryItem] };
        var body = draft.Body();
        body["summaryCheckpoint"] = vault.Sign(summary);
        await vault.SendAsync(HttpMethod.Post, $"vault/{Id}/items", body, cancellation);
        await vault.AcceptAsync(summary, cancellation);
        await vault.AcceptAsync(draft.Detail, cancellation);
        return draft.Result();
    }

    /// <summary>Edits an item: one signed update, all of it or nothing. Answers the item as it then is.</summary>
    public async Task<OpenItem> UpdateItemAsync(
        OpenItem item,
        Action<ItemEditor> edit,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(edit);
        var editor = new ItemEditor(vault, item);
        edit(editor);
        return editor.IsEmpty ? item : await SendAsync(vault, editor, cancellation);
    }

    /// <summary>Archives an item; nothing is erased.</summary>
    public async Task ArchiveItemAsync(string itemId, CancellationToken cancellation = default)
    {
        var summary = NextSummary() with { Items = [.. Items.Where(item => item.Id != itemId)] };
        await vault.SendAsync(
            HttpMethod.Delete,
            $"vault/{Id}/items/{itemId}",
            new JsonObject { ["summaryCheckpoint"] = vault.Sign(summary) },
            cancellation
        );
        await vault.AcceptAsync(summary, cancellation);
    }

    /// <summary>Brings an item back that was archived; <paramref name="item"/> is how it was before.</summary>
    public async Task<OpenItem> RestoreItemAsync(
        OpenItem item,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(item);
        var detail = item.Detail with { Version = item.Version + 1 };
        var summary = NextSummary() with { Items = [.. Items, ItemDraft.SummaryOf(detail)] };
        await vault.SendAsync(
            HttpMethod.Post,
            $"vault/{Id}/items/{item.Id}/restore",
            new JsonObject
            {
                ["summaryCheckpoint"] = vault.Sign(summary),
                ["detailCheckpoint"] = vault.Sign(detail),
            },
            cancellation
        );
        await vault.AcceptAsync(summary, cancellation);
        await vault.AcceptAsync(detail, cancellation);
        return new OpenItem(detail, item.Fields);
    }

    /// <summary>Every instance of every field of an item, archived ones included.</summary>
    public IAsyncEnumerable<HistoryEntry> HistoryAsync(
        string itemId,
        CancellationToken cancellation = default
    ) =>
        MachineTransport.PagesAsync<HistoryEntry>(
            async page =>
            {
                var answer = await vault.Transport.GetAsync<HistoryAnswer>(
                    $"vault/{Id}/items/{itemId}/history?page={page}&limit=100",
                    cancellation
                );
                return (
                    [.. answer.Instances.Select(entry => entry.In(vault, itemId))],
                    answer.Pagination
                );
            },
            cancellation
        );

    /// <summary>Says when an item and its fields expire; null for never. Not signed.</summary>
    public async Task SetExpiryAsync(
        string itemId,
        DateTimeOffset? expiresAt,
        IReadOnlyDictionary<string, DateTimeOffset?>? fields = null,
        CancellationToken cancellation = default
    )
    {
        var entries = (fields ?? new Dictionary<string, DateTimeOffset?>()).Select(entry => new
        {
            fieldId = entry.Key,
            expiresAt = entry.Value,
        });
        await vault.SendAsync(
            HttpMethod.Put,
            $"vault-item/{itemId}/expiry",
            new JsonObject
            {
                ["expiresAt"] = WireJson.Node(expiresAt),
                ["fields"] = WireJson.Node(entries),
            },
            cancellation
        );
    }

    /// <summary>Zeroes the data keys.</summary>
    public void Dispose() => vault.Dispose();

    internal static async Task<OpenItem> SendAsync(
        VaultContext vault,
        ItemEditor editor,
        CancellationToken cancellation
    )
    {
        var body = editor.Body();
        SummaryCheckpoint? summary = null;
        if (editor.ChangesMetadata)
        {
            summary = vault.Summary with
            {
                Version = vault.Summary.Version + 1,
                Items =
                [
                    .. vault.Summary.Items.Where(item => item.Id != editor.Next.VaultItemId),
                    ItemDraft.SummaryOf(editor.Next),
                ],
            };
            body["summaryCheckpoint"] = vault.Sign(summary);
        }

        await vault.SendAsync(
            HttpMethod.Patch,
            $"vault-item/{editor.Next.VaultItemId}/update",
            body,
            cancellation
        );
        await vault.AcceptAsync(editor.Next, cancellation);
        if (summary is not null)
        {
            await vault.AcceptAsync(summary, cancellation);
        }

        return editor.Result();
    }

    private SummaryCheckpoint NextSummary() =>
        vault.Summary with
        {
            Version = vault.Summary.Version + 1,
        };

    private DirectoryCheckpoint NextDirectory() =>
        vault.Directory is { } directory
            ? directory with
            {
                Version = directory.Version + 1,
            }
            : new DirectoryCheckpoint(Id, 1, Name, null, DataClassification);

    private async Task SetStateAsync(
        HttpMethod method,
        string path,
        string state,
        CancellationToken cancellation
    )
    {
        var directory = NextDirectory();
        await vault.SendAsync(
            method,
            $"vault/{Id}{path}",
            new JsonObject
            {
                ["directoryCheckpoint"] = vault.Sign(directory),
                ["statementSignature"] = vault.Signer.Pair.SignStatement(
                    "vault-state",
                    new
                    {
                        vaultId = Id,
                        directoryVersion = directory.Version,
                        state,
                    }
                ),
            },
            cancellation
        );
        await vault.AcceptAsync(directory, cancellation);
    }
}
