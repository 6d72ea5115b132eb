namespace VaultPortal.Api.Shared;

/// <summary>The header <c>Prefer</c> (RFC 7240): of it only <c>return=representation</c> is understood, the rest is ignored.</summary>
internal static class Preference
{
    /// <summary>Whether the caller wants the receipt in the answer; says in the answer that he gets it.</summary>
    public static bool TakesRepresentation(HttpContext http, bool succeeded)
    {
        var sent = http.Request.Headers["Prefer"];
        if (!succeeded || sent.Count == 0)
        {
            return false;
        }

        // Of one that stands several times the first counts (section 2).
        var wanted = sent.SelectMany(header => (header ?? "").Split(','))
            .Select(preference =>
                preference.Split(';')[0].Replace("\"", "", StringComparison.Ordinal)
            )
            .Select(preference => preference.Split('=', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(preference =>
                preference[0].Equals("return", StringComparison.OrdinalIgnoreCase)
            );
        if (wanted is not [_, "representation"])
        {
            return false;
        }

        http.Response.Headers["Preference-Applied"] = "return=representation";
        return true;
    }
}
