namespace VaultPortal.Core.Vaults;

/// <summary>How a client shows a field once it has decrypted it.</summary>
public enum FieldType
{
    Text = 1,
    Password = 2,
    Secret = 3,
    Url = 4,
    Number = 5,
    Totp = 6,
    File = 7,
}
