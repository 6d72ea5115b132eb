namespace VaultPortal.Hosting;

/// <summary>
/// Where settings come from, the later winning: appsettings.json, environment (<c>VAULTPORTAL__Section__Name</c>, and the two short
/// names <c>VAULTPORTAL_DATA</c> and <c>VAULTPORTAL_URLS</c>), command line (<c>--data</c>, <c>--urls</c>, <c>--Section:Name</c>).
/// </summary>
public static class PortalConfiguration
{
    public const string DefaultUrl = "http://localhost:5080";

    public static WebApplicationBuilder UsePortalConfiguration(
        this WebApplicationBuilder builder,
        string[] args
    )
    {
        builder.Configuration.Sources.Clear();
        // Else a build that was not published maps a path of GET for everything, and unknown paths answer other methods with 405. Who
        // develops sees changed files instead.
        var reload = builder.Environment.IsDevelopment() ? "true" : "false";
        builder.Configuration.AddInMemoryCollection([new("ReloadStaticAssetsAtRuntime", reload)]);
        builder.Configuration.AddPortalSettings(args);
        builder.WebHost.UseKestrel(options =>
        {
            options.AddServerHeader = false;
            HostLimits.Read(builder.Configuration).Apply(options.Limits);
        });
        builder.WebHost.UseUrls(builder.Configuration["Urls"] ?? DefaultUrl);
        return builder;
    }

    /// <summary>The sources, the same for the server and for every command.</summary>
    public static IConfigurationBuilder AddPortalSettings(
        this IConfigurationBuilder configuration,
        string[] args
    ) =>
        configuration
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables("VAULTPORTAL__")
            .AddInMemoryCollection(Short("VAULTPORTAL_DATA", "Data"))
            .AddInMemoryCollection(Short("VAULTPORTAL_URLS", "Urls"))
            .AddCommandLine(args);

    private static IEnumerable<KeyValuePair<string, string?>> Short(string variable, string setting)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
        {
            yield return KeyValuePair.Create<string, string?>(setting, value);
        }
    }
}
