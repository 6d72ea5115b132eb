using VaultPortal.Core.Access;
using VaultPortal.Core.Checkpoints;
using VaultPortal.Core.Vaults;

namespace VaultPortal.Components.Shared;

/// <summary>How the portal calls the kinds of things, and which icon stands beside the word.</summary>
public static class Words
{
    public static string For(DataClassification classification) =>
        classification == DataClassification.Cui ? "CUI" : classification.ToString();

    public static string For(AccessLevel access) => access.ToString().ToUpperInvariant();

    public static string For(ItemType type) =>
        type switch
        {
            ItemType.ApiKey => "API key",
            ItemType.SshKey => "SSH key",
            ItemType.SecureNote => "Secure note",
            ItemType.CreditCard => "Credit card",
            _ => type.ToString(),
        };

    public static string For(FieldType type) =>
        type switch
        {
            FieldType.Url => "URL",
            FieldType.Totp => "One-time code",
            _ => type.ToString(),
        };

    public static string For(CheckpointStanding standing) =>
        standing switch
        {
            CheckpointStanding.Verified => "Verified",
            CheckpointStanding.NeverSigned => "Never signed",
            _ => "Not verified",
        };

    public static string Icon(ItemType type) =>
        type switch
        {
            ItemType.Login => "person",
            ItemType.ApiKey => "key",
            ItemType.Database => "database",
            ItemType.SshKey => "terminal",
            ItemType.Server => "server",
            ItemType.SecureNote => "note",
            ItemType.CreditCard => "card",
            _ => "custom",
        };

    public static string Icon(FieldType type) => type.ToString().ToLowerInvariant();
}
