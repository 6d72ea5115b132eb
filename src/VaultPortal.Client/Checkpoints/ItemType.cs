namespace VaultPortal.Client;

/// <summary>What an item is.</summary>
public enum ItemType
{
    /// <summary>LOGIN.</summary>
    Login,

    /// <summary>API_KEY.</summary>
    ApiKey,

    /// <summary>DATABASE.</summary>
    Database,

    /// <summary>SSH_KEY.</summary>
    SshKey,

    /// <summary>SERVER.</summary>
    Server,

    /// <summary>SECURE_NOTE.</summary>
    SecureNote,

    /// <summary>CREDIT_CARD.</summary>
    CreditCard,

    /// <summary>CUSTOM.</summary>
    Custom,
}
