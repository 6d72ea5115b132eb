using System.Text;

namespace VaultPortal.Core.Common;

/// <summary>What a name and a website may be (machine.md section 3). Nothing is normalised: the same bytes that were signed are kept.</summary>
public static class TextRules
{
    public const int MaxName = 255;
    public const int MaxWebsites = 50;
    public const int MaxWebsite = 2048;

    /// <summary>Null when the name is good: 1 to 255 Unicode scalar values, not blank, no controls, no lone surrogates.</summary>
    public static string? ProblemOfName(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return "A name is not blank.";
        }

        var count = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            count++;
            if (rune.Value < 0x20)
            {
                return "A name has no control characters.";
            }
        }

        return count > MaxName ? $"A name has at most {MaxName} characters."
            : HasLoneSurrogate(name) ? "A name has no lone surrogates."
            : null;
    }

    /// <summary>Null when the text is an absolute http(s) URL or a bare host name (RFC 1123), at most 2,048 characters.</summary>
    public static string? ProblemOfWebsite(string website)
    {
        if (
            website.EnumerateRunes().Count() > MaxWebsite
            || website.AsSpan().ContainsAnyInRange('\0', ' ')
            || HasLoneSurrogate(website)
        )
        {
            return $"A website has at most {MaxWebsite} characters and no blanks.";
        }

        if (
            website.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || website.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        )
        {
            return Uri.TryCreate(website, UriKind.Absolute, out var uri) && uri.Host.Length > 0
                ? null
                : "A website is an absolute http or https URL, or a host name.";
        }

        return Uri.CheckHostName(website) == UriHostNameType.Unknown
            ? "A website is an absolute http or https URL, or a host name."
            : null;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (!Rune.TryGetRuneAt(text, i, out _))
                {
                    return true;
                }

                i++;
            }
        }

        return false;
    }
}
