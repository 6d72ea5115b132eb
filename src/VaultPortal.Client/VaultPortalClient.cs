using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>
/// A client of the machine API. It encrypts and signs here, verifies whatever the server says before using it, and sends a write
/// again when its answer was lost. Thread-safe, but for the vaults that it opens.
/// </summary>
/// <example>
/// <code>
/// using var client = new VaultPortalClient(address, apiKey, new() { Key = key, Pins = new TrustFile("trust.json") });
/// using var vault = await client.OpenVaultAsync(id);
/// var item = await vault.OpenItemAsync(vault.Items[0].Id);
/// Console.WriteLine(item.Field("Password").Reveal());
/// </code>
/// </example>
public sealed class VaultPortalClient : IDisposable
{
    /// <summary>Makes a client.</summary>
    /// <param name="address">Where the portal listens, "https://vault.example.com" for instance.</param>
    /// <param name="apiKey">The API key: "rk_" and what follows.</param>
    /// <param name="options">The signing key, the trust file, and the rest.</param>
    public VaultPortalClient(Uri address, string apiKey, VaultPortalClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        Options = options ?? new VaultPortalClientOptions();
        Transport = new MachineTransport(address, apiKey, Options);
    }

    /// <summary>The signing keys of whoever the API key acts for.</summary>
    public KeyAccount Keys => new(this);

    /// <summary>The user's agents.</summary>
    public AgentAccount Agents => new(this);

    internal VaultPortalClientOptions Options { get; }

    internal MachineTransport Transport { get; }

    /// <summary>Who the API key is.</summary>
    public Task<Me> GetMeAsync(CancellationToken cancellation = default) =>
        Transport.GetAsync<Me>("me", cancellation);

    /// <summary>The vaults that may be read, page by page.</summary>
    public IAsyncEnumerable<ListedVault> ListVaultsAsync(
        string? query = null,
        DataClassification? dataClassification = null,
        CancellationToken cancellation = default
    )
    {
        var filter = query is null ? "" : $"&q={Uri.EscapeDataString(query)}";
        if (dataClassification is { } wanted)
        {
            filter += $"&dataClassification={WireJson.Node(wanted)}";
        }

        return MachineTransport.PagesAsync<ListedVault>(
            async page =>
            {
                var answer = await Transport.GetAsync<VaultList>(
                    $"vault?page={page}&limit=100{filter}",
                    cancellation
                );
                return (answer.Vaults, answer.Pagination);
            },
            cancellation
        );
    }

    /// <summary>Makes a vault with a new data key, wrapped to the own key.</summary>
    public async Task<OpenVault> CreateVaultAsync(
        string name,
        DataClassification? dataClassification = null,
        CancellationToken cancellation = default
    )
    {
        var draft = await VaultDraft.MakeAsync(this, name, dataClassification, cancellation);
        return await draft.SendAsync(cancellation);
    }

    /// <summary>Reads a vault, verifies it from the key of whoever made it up, and unwraps its data keys.</summary>
    /// <param name="vaultId">The vault.</param>
    /// <param name="expectedCreator">
    /// The fingerprint of the key that made it, as it was compared outside the portal. Without it the first one seen is pinned.
    /// </param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="TrustException">Something does not hold; nothing was used.</exception>
    public async Task<OpenVault> OpenVaultAsync(
        string vaultId,
        string? expectedCreator = null,
        CancellationToken cancellation = default
    ) => new(await new VaultLoader(this, cancellation).LoadAsync(vaultId, expectedCreator));

    /// <summary>
    /// Begins the chain of trust of a vault anew, at a permission checkpoint whose signer was compared outside the portal: after an
    /// owner of the portal appointed an ADMIN for a vault that had none left, for instance. What was seen before is forgotten.
    /// </summary>
    public async Task PinAnewAsync(
        string vaultId,
        long permissionVersion,
        string signerFingerprint,
        CancellationToken cancellation = default
    ) =>
        await Options.Pins.ReplaceAsync(
            vaultId,
            new VaultPins(
                signerFingerprint,
                permissionVersion,
                ImmutableDictionary<string, SeenVersion>.Empty
            ),
            cancellation
        );

    /// <summary>Searches names, labels and websites, page by page.</summary>
    public IAsyncEnumerable<ListedItem> SearchAsync(
        SearchFilter filter,
        CancellationToken cancellation = default
    ) =>
        MachineTransport.PagesAsync<ListedItem>(
            async page =>
            {
                var body = new JsonObject
                {
                    ["q"] = filter.Text,
                    ["page"] = page,
                    ["limit"] = 100,
                };
                if (filter.Types is { } types)
                {
                    body["types"] = WireJson.Node(types);
                }

                if (filter.VaultIds is { } vaultIds)
                {
                    body["vaultIds"] = WireJson.Node(vaultIds);
                }

                if (filter.ExpiresBefore is { } time)
                {
                    body["expiresBefore"] = WireJson.Node(time);
                }

                var answer = await Transport.PostAsync<ItemList>("search", body, cancellation);
                return (answer.Items, answer.Pagination);
            },
            cancellation
        );

    /// <summary>
    /// What changed after a cursor, page by page until nothing more has; without one, everything. Keep the last page's cursor. A
    /// cursor from before the server was restored throws "cursor_expired": begin without one.
    /// </summary>
    public async IAsyncEnumerable<SyncPage> SyncAsync(
        string? cursor = null,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        for (var since = cursor; ; )
        {
            var query = since is null ? "" : $"?since={Uri.EscapeDataString(since)}";
            var page = await Transport.GetAsync<SyncPage>($"vault/sync{query}", cancellation);
            yield return page;
            if (page.IsEmpty || page.NextCursor == since)
            {
                yield break;
            }

            since = page.NextCursor;
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => Transport.Dispose();

    /// <exception cref="InvalidOperationException">The client was made without a signing key.</exception>
    internal MemberKey RequireKey() =>
        Options.Key
        ?? throw new InvalidOperationException("The client was made without a signing key.");

    private sealed record VaultList(
        IReadOnlyList<ListedVault> Vaults,
        Pagination? Pagination = null
    );

    private sealed record ItemList(IReadOnlyList<ListedItem> Items, Pagination? Pagination = null);
}
