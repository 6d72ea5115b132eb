using System.Text.Json;
using System.Text.Json.Nodes;

namespace VaultPortal.Client;

/// <summary>A vault as it was verified last, and what its next write is built from.</summary>
internal sealed class VaultContext(VaultPortalClient client, string id) : IDisposable
{
    public string Id => id;

    public VaultPortalClient Client => client;

    public MachineTransport Transport => client.Transport;

    public MemberKey Signer => client.RequireKey();

    public DirectoryCheckpoint? Directory { get; set; }

    public required SummaryCheckpoint Summary { get; set; }

    public required Membership Membership { get; set; }

    public required VaultPins Pins { get; set; }

    public required AccessLevel AccessLevel { get; set; }

    public bool RekeyDue { get; set; }

    public int StaleInstances { get; set; }

    public DekRing Deks { get; init; } = new();

    public int DekVersion => Summary.CurrentDekVersion;

    /// <summary>
    /// A data key to be wrapped to somebody else. Who gets the one that is sealed with takes it for good because we signed it: so
    /// it must be.
    /// </summary>
    /// <exception cref="TrustException">It came from somebody who is no ADMIN any more: the vault must get a new one first.</exception>
    public ReadOnlySpan<byte> DekToWrap(int version) =>
        version >= DekVersion ? Deks.ToSeal(version) : Deks.ToOpen(version);

    /// <summary>Reads and verifies the vault again; items that were opened before keep working.</summary>
    public async Task ReloadAsync(CancellationToken cancellation)
    {
        using var fresh = await new VaultLoader(client, cancellation).LoadAsync(id, null);
        TakeOver(fresh);
    }

    public JsonObject Sign<T>(T checkpoint) => SignedCheckpoint.Sign(Signer, checkpoint);

    public Task<JsonElement> SendAsync(
        HttpMethod method,
        string path,
        JsonObject body,
        CancellationToken cancellation
    ) => Transport.SendAsync(method, path, body, cancellation);

    /// <summary>Takes over a summary that was just written.</summary>
    public Task AcceptAsync(SummaryCheckpoint summary, CancellationToken cancellation)
    {
        Summary = summary;
        return PinAsync(cancellation, Pin("summary", null, summary.Version, summary));
    }

    public Task AcceptAsync(DirectoryCheckpoint directory, CancellationToken cancellation)
    {
        Directory = directory;
        return PinAsync(cancellation, Pin("directory", null, directory.Version, directory));
    }

    public Task AcceptAsync(DetailCheckpoint detail, CancellationToken cancellation) =>
        PinAsync(cancellation, Pin("detail", detail.VaultItemId, detail.Version, detail));

    /// <summary>Pins what was seen, or written by ourselves.</summary>
    public Task PinAsync(
        CancellationToken cancellation,
        params ReadOnlySpan<(string Name, SeenVersion Seen)> pins
    )
    {
        foreach (var (name, seen) in pins)
        {
            Pins = Pins with { Seen = Pins.Seen.SetItem(name, seen) };
        }

        return client.Options.Pins.SaveAsync(Id, Pins, cancellation);
    }

    public static (string, SeenVersion) Pin<T>(
        string kind,
        string? itemId,
        long version,
        T checkpoint
    ) =>
        (
            VaultPins.NameOf(kind, itemId),
            new SeenVersion(version, SignedCheckpoint.HashOf(WireJson.Canonical(checkpoint)))
        );

    private void TakeOver(VaultContext fresh)
    {
        (Directory, Summary) = (fresh.Directory, fresh.Summary);
        (Membership, Pins, AccessLevel) = (fresh.Membership, fresh.Pins, fresh.AccessLevel);
        (RekeyDue, StaleInstances) = (fresh.RekeyDue, fresh.StaleInstances);
        Deks.TakeOver(fresh.Deks);
    }

    public void Dispose() => Deks.Dispose();
}
