namespace VaultPortal.Core.Vaults;

/// <summary>What an item describes; decides its icon and its template, nothing else.</summary>
public enum ItemType
{
    Login = 1,
    ApiKey = 2,
    Database = 3,
    SshKey = 4,
    Server = 5,
    SecureNote = 6,
    CreditCard = 7,
    Custom = 8,
}
