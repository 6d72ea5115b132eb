namespace VaultPortal.Client;

/// <summary>An attachment that was uploaded and is to be named by a field.</summary>
/// <param name="AssetId">Its id.</param>
/// <param name="Description">What it is.</param>
public sealed record Attachment(string AssetId, AttachmentDescription Description);
