namespace VaultPortal.Client;

/// <summary>What a field holds.</summary>
public enum FieldType
{
    /// <summary>TEXT.</summary>
    Text,

    /// <summary>PASSWORD.</summary>
    Password,

    /// <summary>SECRET.</summary>
    Secret,

    /// <summary>URL.</summary>
    Url,

    /// <summary>NUMBER.</summary>
    Number,

    /// <summary>TOTP: the seed of one-time codes.</summary>
    Totp,

    /// <summary>FILE: an attachment.</summary>
    File,
}
