namespace VaultPortal.Client;

/// <summary>How a vault's content is classified.</summary>
public enum DataClassification
{
    /// <summary>PUBLIC.</summary>
    Public,

    /// <summary>INTERNAL.</summary>
    Internal,

    /// <summary>CONFIDENTIAL.</summary>
    Confidential,

    /// <summary>CUI: controlled unclassified information.</summary>
    Cui,
}
