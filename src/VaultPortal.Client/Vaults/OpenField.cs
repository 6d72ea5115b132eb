using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace VaultPortal.Client;

/// <summary>A field of an item: its name, type and place as a member signed them; its value still sealed.</summary>
public sealed class OpenField
{
    private readonly VaultContext vault;
    private readonly string itemId;

    internal OpenField(VaultContext vault, string itemId, DetailField detail, StoredValue stored)
    {
        (this.vault, this.itemId) = (vault, itemId);
        (Detail, Stored) = (detail, stored);
    }

    /// <summary>The field's id.</summary>
    public string Id => Detail.Id;

    /// <summary>The label.</summary>
    public string Name => Detail.Name;

    /// <summary>What it holds.</summary>
    public FieldType Type => Detail.Type;

    /// <summary>Its place in the item; equal ones are ordered by id.</summary>
    public int Order => Detail.Order;

    /// <summary>The attachment's id, or null.</summary>
    public string? AssetId => Detail.AssetId;

    /// <summary>Whether a value was given: not for an empty field, an expired one, or without the permission.</summary>
    public bool HasValue => Stored.Envelope is not null;

    /// <summary>Whether it has expired: then its value was withheld, unless a policy only warns of that. Not signed: the server's word.</summary>
    public bool Expired => Stored.Expired;

    /// <summary>When it expires, UTC; null for never. Not signed: the server's word.</summary>
    public DateTimeOffset? ExpiresAt => Stored.ExpiresAt;

    /// <summary>The version of the data key that the value was sealed under.</summary>
    public int DekVersion => Stored.DekVersion;

    internal DetailField Detail { get; }

    internal StoredValue Stored { get; }

    /// <summary>The value as text.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="CryptographicException">It does not open, or is no text.</exception>
    public string Reveal()
    {
        var bytes = RevealBytes();
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CryptographicException("The value is no text.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The value as bytes, which the caller zeroes.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    /// <exception cref="CryptographicException">It does not open.</exception>
    public byte[] RevealBytes() =>
        FieldSeal.Open(
            vault,
            itemId,
            Id,
            Detail.InstanceId,
            Stored.DekVersion,
            Stored.Envelope ?? throw new InvalidOperationException("The field has no value here.")
        );

    /// <summary>What is attached.</summary>
    /// <exception cref="InvalidOperationException">Nothing is.</exception>
    public AttachmentDescription RevealAttachment() =>
        AssetId is null
            ? throw new InvalidOperationException("The field has no attachment.")
            : JsonSerializer.Deserialize<AttachmentDescription>(RevealBytes(), WireJson.Options)!;
}
