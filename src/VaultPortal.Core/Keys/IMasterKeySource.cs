using VaultPortal.Core.Storage;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Keys;

/// <summary>
/// Where the master key comes from. A source overwrites nothing but by <see cref="AdoptNextAsync"/>, and no message of it holds a
/// key. Every method throws <see cref="StartRefusedException"/> with the whole reason where it cannot do its work.
/// </summary>
public interface IMasterKeySource
{
    /// <summary>What it is and where, for messages: <c>the file /…/master.key</c>.</summary>
    string Place { get; }

    /// <summary>Whether there is a key at all.</summary>
    bool Exists();

    /// <summary>The key.</summary>
    Task<MasterKey> LoadAsync(CancellationToken cancellation = default);

    /// <summary>Makes the first key; of two processes that do so at once one makes it, and both get that one.</summary>
    Task<MasterKey> MakeFirstAsync(CancellationToken cancellation = default);

    /// <summary>The key that is to be the next, left by a rotation that is under way or was interrupted; else null.</summary>
    Task<MasterKey?> LoadNextAsync(CancellationToken cancellation = default);

    /// <summary>Puts the next key beside the present one, durable: one that an interrupted rotation left is used.</summary>
    /// <param name="given">The key to be taken, where a person brings it; null = the source makes one.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<MasterKey> MakeNextAsync(MasterKey? given, CancellationToken cancellation = default);

    /// <summary>
    /// The next key becomes the present one, and the present one is kept beside it under its id. May be called again, and by two
    /// processes at once: where another key waits, or none, it does nothing. Answers what whoever operates it has to do, as sentences.
    /// </summary>
    /// <param name="old">The present key.</param>
    /// <param name="next">The next key.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<string> AdoptNextAsync(
        MasterKey old,
        MasterKey next,
        CancellationToken cancellation = default
    );

    /// <summary>Where a key that is not the present one may lie, as a sentence; empty when the source cannot know.</summary>
    string Hint(string masterKeyId);

    /// <summary>What is not as it should be about where the key lies: sentences for whoever operates it.</summary>
    IReadOnlyList<string> Warnings();
}
