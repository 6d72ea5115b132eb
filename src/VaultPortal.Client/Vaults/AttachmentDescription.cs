namespace VaultPortal.Client;

/// <summary>What an attachment is; sealed in the field that names it.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="MediaType">Its media type, "application/pdf" for instance.</param>
/// <param name="Size">Of the plaintext, in bytes.</param>
/// <param name="Sha256">Of the plaintext, 64 hexadecimal digits.</param>
public sealed record AttachmentDescription(string Name, string MediaType, long Size, string Sha256);
