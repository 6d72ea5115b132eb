using System.Globalization;
using System.Text;
using VaultPortal.Core.Expiry;
using VaultPortal.Core.Policies;

namespace VaultPortal.Api.Management;

/// <summary>Numbers for those who watch over the installation, in the text format of Prometheus (version 0.0.4).</summary>
internal sealed class MetricsEndpoint(ManagementDoor door, ExpiryService expiries)
{
    public const string Path = "/metrics";
    private const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    public Task GetAsync(HttpContext http) =>
        door.ReadAsync(
            http,
            async caller =>
            {
                var counts = await expiries.CountAllAsync(caller, http.RequestAborted);
                if (counts.Error is { } refused)
                {
                    await door.Errors.WriteAsync(http, refused);
                    return;
                }

                http.Response.ContentType = MediaType;
                await http.Response.WriteAsync(Text(counts.Value), http.RequestAborted);
            }
        );

    /// <summary>Every kind in every state, those without any too: a series that comes and goes is hard to watch.</summary>
    public static string Text(IReadOnlyList<ExpiryCount> counts)
    {
        const string name = "vaultportal_expiring_total";
        var known = counts.ToDictionary(count => (count.Kind, count.State), count => count.Count);
        var text = new StringBuilder()
            .Append("# HELP ")
            .Append(name)
            .Append(" Objects that expire or are to be rotated, by kind and state.\n# TYPE ")
            .Append(name)
            .Append(" gauge\n");
        foreach (var kind in LifetimeKindNames.All)
        {
            foreach (var state in Enum.GetValues<ExpiryState>())
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{name}{{kind=\"{kind.WireName()}\",state=\"{state.WireName()}\"}} {known.GetValueOrDefault((kind, state))}\n"
                );
            }
        }

        return text.ToString();
    }
}
