namespace VaultPortal.Components.Pages.Keys;

public enum KeySort
{
    Newest,
    Name,
    Expires,
    LastUsed,
}
