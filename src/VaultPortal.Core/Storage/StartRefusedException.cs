namespace VaultPortal.Core.Storage;

/// <summary>The program must not start as things are. The message is plain, complete and safe to print; commands answer with it and a non-zero exit code.</summary>
public sealed class StartRefusedException : Exception
{
    public StartRefusedException(string message)
        : base(message) { }

    public StartRefusedException(string message, Exception cause)
        : base(message, cause) { }
}
