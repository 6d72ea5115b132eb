using System.Globalization;
using VaultPortal.Core.Common;

namespace VaultPortal.Api.Machine;

/// <summary>
/// Reads the parameters behind the question mark as bodies are read: an unknown one and one that stands twice are faults, so that no
/// filter is left out by a slip. The first fault is kept.
/// </summary>
internal sealed class QueryInput
{
    private readonly IQueryCollection _sent;

    public QueryInput(IQueryCollection sent, params string[] known)
    {
        _sent = sent;
        foreach (var (name, values) in sent)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                // Of the names that can be sent only one as short as ours is repeated.
                Fail(name.Length > 40 ? "" : name, "There is no such query parameter here.");
            }
            else if (values.Count != 1)
            {
                Fail(name, "This query parameter stands twice.");
            }
        }
    }

    public VaultError? Error { get; private set; }

    /// <summary>The text of a parameter without controls; null when it was not sent.</summary>
    public string? Text(string name)
    {
        if (!_sent.TryGetValue(name, out var values))
        {
            return null;
        }

        var text = values.ToString();
        if (text.AsSpan().ContainsAnyInRange('\u0000', '\u001F'))
        {
            Fail(name, "Control characters are not allowed here.");
        }

        return text;
    }

    /// <summary>A whole number from 1 on; <paramref name="absent"/> when it was not sent.</summary>
    public int Number(string name, int absent, int most)
    {
        if (Text(name) is not { } text)
        {
            return absent;
        }

        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value >= 1
            && value <= most
        )
        {
            return value;
        }

        Fail(name, $"A whole number from 1 to {most} is expected here.");
        return absent;
    }

    public void Fail(string name, string message) =>
        Error ??= VaultError.Invalid(JsonPointer.Root.Member(name).ToString(), message);
}
