using System.Net;
using System.Net.Http.Headers;

namespace VaultPortal.Client;

/// <summary>A request body that is encrypted while it is sent.</summary>
internal sealed class AssetContent : HttpContent
{
    private readonly byte[] dek;
    private readonly AssetPlace place;
    private readonly Stream plaintext;
    private readonly long? length;

    public AssetContent(byte[] dek, AssetPlace place, Stream plaintext)
    {
        (this.dek, this.place, this.plaintext) = (dek, place, plaintext);
        length = plaintext.CanSeek ? plaintext.Length - plaintext.Position : null;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <summary>Size and digest of what was sent.</summary>
    public (long Size, string Sha256)? Sent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    ) => Sent = await AssetCipher.SealAsync(dek, place, plaintext, stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = this.length is { } known ? AssetCipher.SealedLength(known) : 0;
        return this.length is not null;
    }
}
