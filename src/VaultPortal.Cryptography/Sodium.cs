using System.Reflection;
using System.Runtime.InteropServices;

namespace VaultPortal.Cryptography;

/// <summary>
/// The few functions of libsodium (1.0.18 or newer) that the platform lacks: Ed25519, X25519, Argon2id. The library is the
/// system's own, so that its security updates come from the system. All functions return 0 for success.
/// </summary>
internal static partial class Sodium
{
    private const string Library = "libsodium";

    // Here and not in a module initializer, which would run this constructor before its own body, without the resolver.
    static Sodium()
    {
        NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, Resolve);
        if (Initialize() < 0)
        {
            throw new InvalidOperationException("libsodium could not be initialised.");
        }
    }

    /// <summary>RFC 8032, section 5.1.7; refuses keys of low order and signatures that are not reduced. Spans of 64, any and 32 bytes.</summary>
    public static bool VerifyEd25519(
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> publicKey
    ) =>
        signature.Length == 64
        && publicKey.Length == 32
        && VerifyDetached(signature, message, (ulong)message.Length, publicKey) == 0;

    /// <summary>RFC 8032, section 5.1.6. <paramref name="secretKey"/> is seed and public key, 64 bytes.</summary>
    public static void SignEd25519(
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> secretKey,
        Span<byte> signature
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, 64);
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, 64);
        Require(SignDetached(signature, 0, message, (ulong)message.Length, secretKey));
    }

    /// <summary>RFC 8032, section 5.1.5: makes the public key (32 bytes) and the secret key (64) of a seed (32).</summary>
    public static void MakeEd25519(
        ReadOnlySpan<byte> seed,
        Span<byte> publicKey,
        Span<byte> secretKey
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, 64);
        Require(SeedKeyPair(publicKey, secretKey, seed));
    }

    /// <summary>Whether the 32 bytes are a canonical point of the prime-order subgroup of edwards25519.</summary>
    public static bool IsEd25519Point(ReadOnlySpan<byte> point) =>
        point.Length == 32 && IsValidPoint(point) == 1;

    /// <summary>RFC 7748, section 5; false when the result is all zero, which a point of low order gives.</summary>
    public static bool MultiplyX25519(
        ReadOnlySpan<byte> scalar,
        ReadOnlySpan<byte> point,
        Span<byte> result
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(scalar.Length, 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(point.Length, 32);
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.Length, 32);
        return ScalarMult(result, scalar, point) == 0;
    }

    /// <summary>RFC 9106, Argon2id with one lane. The salt has 16 bytes, <paramref name="memory"/> is in bytes.</summary>
    public static void Argon2id(
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        int passes,
        int memory,
        Span<byte> output
    )
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, 16);
        const int AlgorithmArgon2id13 = 2;
        var result = PasswordHash(
            output,
            (ulong)output.Length,
            password,
            (ulong)password.Length,
            salt,
            (ulong)passes,
            (nuint)memory,
            AlgorithmArgon2id13
        );
        if (result != 0)
        {
            throw new InsufficientMemoryException("Not enough memory to hash a password.");
        }
    }

    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException("libsodium refused an operation.");
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return 0;
        }

        foreach (
            var file in (ReadOnlySpan<string>)
                ["libsodium.so.26", "libsodium.so.23", "libsodium.dylib", "libsodium.dll"]
        )
        {
            if (NativeLibrary.TryLoad(file, assembly, path, out var handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException(
            "libsodium was not found; install it from the system's packages (Debian: libsodium23)."
        );
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "crypto_sign_verify_detached")]
    private static partial int VerifyDetached(
        ReadOnlySpan<byte> signature,
        ReadOnlySpan<byte> message,
        ulong length,
        ReadOnlySpan<byte> publicKey
    );

    [LibraryImport(Library, EntryPoint = "crypto_sign_detached")]
    private static partial int SignDetached(
        Span<byte> signature,
        nint signatureLength,
        ReadOnlySpan<byte> message,
        ulong length,
        ReadOnlySpan<byte> secretKey
    );

    [LibraryImport(Library, EntryPoint = "crypto_sign_seed_keypair")]
    private static partial int SeedKeyPair(
        Span<byte> publicKey,
        Span<byte> secretKey,
        ReadOnlySpan<byte> seed
    );

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_is_valid_point")]
    private static partial int IsValidPoint(ReadOnlySpan<byte> point);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult")]
    private static partial int ScalarMult(
        Span<byte> result,
        ReadOnlySpan<byte> scalar,
        ReadOnlySpan<byte> point
    );

    [LibraryImport(Library, EntryPoint = "crypto_pwhash")]
    private static partial int PasswordHash(
        Span<byte> output,
        ulong outputLength,
        ReadOnlySpan<byte> password,
        ulong passwordLength,
        ReadOnlySpan<byte> salt,
        ulong passes,
        nuint memory,
        int algorithm
    );
}
