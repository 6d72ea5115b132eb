namespace VaultPortal.Client;

/// <summary>Why something that the server gave is not believed.</summary>
public enum TrustFault
{
    /// <summary>A signature does not hold.</summary>
    SignatureInvalid,

    /// <summary>The signer's key is not among the keys that the server gave.</summary>
    SignerUnknown,

    /// <summary>The signer's key belongs to no member.</summary>
    SignerNotMember,

    /// <summary>The signer was a member, and is none any more.</summary>
    SignerRemoved,

    /// <summary>The signer is a member who may not sign this.</summary>
    SignerLevel,

    /// <summary>The signer's key is said to be a member's, but none of his keys endorsed it and no ADMIN named it.</summary>
    EndorsementMissing,

    /// <summary>A key does not have the fingerprint that is said of it, or an encryption key is not signed by its signing key.</summary>
    KeySwapped,

    /// <summary>A lower version than the one seen before.</summary>
    VersionRolledBack,

    /// <summary>The vault begins with another key than before, or a version is not the one that was seen under that number.</summary>
    PinChanged,

    /// <summary>The permission checkpoints do not follow each other, or are of another object.</summary>
    ChainBroken,

    /// <summary>A wrapped data key is not signed by whoever may, or does not open.</summary>
    WrappedDekInvalid,
}
