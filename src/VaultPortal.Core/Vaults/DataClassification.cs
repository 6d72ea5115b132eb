namespace VaultPortal.Core.Vaults;

/// <summary>How sensitive a vault's content is. On the wire in capitals; once set it can be changed but not taken away.</summary>
public enum DataClassification
{
    Public = 1,
    Internal = 2,
    Confidential = 3,
    Cui = 4,
}
