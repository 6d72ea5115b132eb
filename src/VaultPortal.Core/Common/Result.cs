using System.Diagnostics.CodeAnalysis;

namespace VaultPortal.Core.Common;

/// <summary>What a service answers: a value, or a <see cref="VaultError"/>. Exceptions are for bugs.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, VaultError? error) => (_value, Error) = (value, error);

    public VaultError? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    /// <summary>The value; throws when this is a refusal.</summary>
    public T Value =>
        Error is null
            ? _value!
            : throw new InvalidOperationException($"A refusal ({Error.Code}) has no value.");

    /// <summary>True when an earlier answer to the same idempotency key was given again.</summary>
    public bool Replayed { get; init; }

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(VaultError error) => new(default, error);
}

/// <summary>The value of a service method that answers nothing but success.</summary>
public readonly record struct Unit;
