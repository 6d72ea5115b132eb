using System.Security.Cryptography;

namespace VaultPortal.Client;

/// <summary>Files in a vault: encrypted and decrypted as they stream.</summary>
public sealed class VaultAttachments
{
    private readonly VaultContext vault;

    internal VaultAttachments(VaultContext vault) => this.vault = vault;

    /// <summary>
    /// Uploads a file of at most 10 MiB; afterwards a field names it (<see cref="ItemEditor.Attach"/>). Tried again only where the
    /// server took nothing and the stream can be read again.
    /// </summary>
    public async Task<Attachment> UploadAsync(
        Stream content,
        string name,
        string mediaType,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        var place = new AssetPlace(vault.Id, PublicId.New(), vault.DekVersion);
        var dek = vault.Deks.ToSeal(vault.DekVersion).ToArray();
        var begin = content.CanSeek ? content.Position : 0;
        AssetContent? body = null;
        try
        {
            await vault.Transport.UploadAsync(
                $"vault/{vault.Id}/assets/{place.AssetId}",
                () =>
                {
                    if (body is not null)
                    {
                        content.Position = begin;
                    }

                    return body = new AssetContent(dek, place, content);
                },
                content.CanSeek,
                cancellation
            );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dek);
        }

        var (size, sha256) = body!.Sent!.Value;
        return new Attachment(place.AssetId, new(name, mediaType, size, sha256));
    }

    /// <summary>Writes the attachment of a field to a stream, chunk by chunk as each was checked; answers what it is.</summary>
    /// <exception cref="CryptographicException">Altered or cut: what was written is not to be used.</exception>
    public async Task<AttachmentDescription> DownloadAsync(
        OpenField field,
        Stream destination,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(field);
        var description = field.RevealAttachment();
        var place = new AssetPlace(vault.Id, field.AssetId!, field.DekVersion);
        var dek = vault.Deks.ToOpen(field.DekVersion).ToArray();
        try
        {
            using var response = await vault.Transport.DownloadAsync(
                $"vault/{vault.Id}/assets/{field.AssetId}",
                cancellation
            );
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            var found = await AssetCipher.OpenAsync(dek, place, stream, destination, cancellation);
            return found == (description.Size, description.Sha256)
                ? description
                : throw new CryptographicException(
                    "The attachment is not the one that the field names."
                );
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dek);
        }
    }
}
