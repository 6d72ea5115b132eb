using VaultPortal.Core.Tokens;

namespace VaultPortal.Components.Pages.Issuers;

/// <summary>What is typed about an issuer; nothing of it is secret.</summary>
internal sealed class IssuerForm
{
    public string Name { get; set; } = "";
    public string Issuer { get; set; } = "";
    public string Audience { get; set; } = "";

    /// <summary>Whether the keys are given as a document instead of fetched from an address.</summary>
    public bool ByDocument { get; set; }
    public string JwksUri { get; set; } = "";
    public string JwksDocument { get; set; } = "";
    public bool AllowsPrivateAddress { get; set; }
    public List<MappingForm> Mappings { get; } = [];

    public static IssuerForm Of(TrustedIssuerView view)
    {
        var form = new IssuerForm
        {
            Name = view.Name,
            Issuer = view.Issuer,
            Audience = view.Audience,
            ByDocument = view.JwksDocument is not null,
            JwksUri = view.JwksUri ?? "",
            JwksDocument = view.JwksDocument ?? "",
            AllowsPrivateAddress = view.AllowsPrivateAddress,
        };
        form.Mappings.AddRange(view.Mappings.Select(MappingForm.Of));
        return form;
    }

    public TrustedIssuerDraft ToDraft() =>
        new()
        {
            Name = Name.Trim(),
            Issuer = Issuer.Trim(),
            Audience = Audience.Trim(),
            JwksUri = ByDocument ? null : JwksUri.Trim(),
            JwksDocument = ByDocument ? JwksDocument : null,
            AllowsPrivateAddress = !ByDocument && AllowsPrivateAddress,
            Mappings = [.. Mappings.Select(mapping => mapping.ToMapping())],
        };
}

/// <summary>One row of the claims.</summary>
internal sealed class MappingForm
{
    public string Claim { get; set; } = "";
    public string Value { get; set; } = "";
    public HashSet<string> Permissions { get; } = [];

    public static MappingForm Of(ClaimMapping mapping)
    {
        var form = new MappingForm { Claim = mapping.Claim, Value = mapping.Value };
        form.Permissions.UnionWith(mapping.Permissions);
        return form;
    }

    public ClaimMapping ToMapping() => new(Claim.Trim(), Value, [.. Permissions.Order()]);
}
