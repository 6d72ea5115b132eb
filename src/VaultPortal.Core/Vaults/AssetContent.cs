using VaultPortal.Core.Common;
using VaultPortal.Core.Storage;

namespace VaultPortal.Core.Vaults;

/// <summary>An attachment's encrypted bytes, whose release is in the audit: read part by part while they are sent.</summary>
public sealed class AssetContent
{
    private readonly ReadConnections _reads;
    private readonly long _row;

    internal AssetContent(ReadConnections reads, Asset asset)
    {
        _reads = reads;
        _row = asset.Id;
        Size = asset.Size;
        Tag = $"{asset.PublicId}-{UtcTime.ToMicroseconds(asset.CompletedAt!.Value):x}";
    }

    /// <summary>How many bytes there are.</summary>
    public long Size { get; }

    /// <summary>Names these bytes: an attachment never changes.</summary>
    public string Tag { get; }

    /// <exception cref="InvalidDataException">The attachment is gone, or not whole.</exception>
    public async Task CopyToAsync(Stream target, CancellationToken cancellation)
    {
        var sent = 0L;
        for (var position = 0; sent < Size; position++)
        {
            var part =
                Read(position)
                ?? throw new InvalidDataException("A part of an attachment is not there.");
            await target.WriteAsync(part, cancellation);
            sent += part.Length;
        }
    }

    /// <summary>A read of its own for each part: whoever reads slowly holds no transaction.</summary>
    private byte[]? Read(int position)
    {
        using var scope = _reads.Open();
        return scope.Commands<AssetCommands>().Part(_row, position);
    }
}
