using VaultPortal.Core.Keys;
using VaultPortal.Core.Storage;

namespace VaultPortal.Hosting.Keys;

/// <summary>Where the master key comes from: the settings <c>Keys:…</c>, and the environment variable that may hold it.</summary>
public sealed record MasterKeyOptions
{
    /// <summary><c>Keys:Source</c>: <c>file</c>, <c>environment</c> or <c>aws-kms</c>; empty = environment where the variable is set, else file.</summary>
    public string Source { get; init; } = "";

    /// <summary><c>Keys:File</c>: where the file lies that holds the key, or for a key service what it wrapped; empty = in the data folder.</summary>
    public string File { get; init; } = "";

    public AwsKmsOptions AwsKms { get; init; } = new();

    public static MasterKeyOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Keys");
        return new()
        {
            Source = section["Source"] ?? "",
            File = section["File"] ?? "",
            AwsKms = section.GetSection("AwsKms").Get<AwsKmsOptions>() ?? new(),
        };
    }
}

/// <summary>The settings <c>Keys:AwsKms:…</c>. Credentials come from where the AWS SDK looks for them (environment, profile, role).</summary>
public sealed record AwsKmsOptions
{
    /// <summary>Id, ARN or alias of the KMS key that wraps the master key.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>Its region, e.g. <c>eu-central-1</c>; empty = as the SDK finds it.</summary>
    public string Region { get; init; } = "";

    /// <summary>The address of a compatible service; empty = AWS.</summary>
    public string ServiceUrl { get; init; } = "";
}

internal static class MasterKeyServices
{
    /// <summary>The source that the settings name.</summary>
    public static IServiceCollection AddMasterKey(this IServiceCollection services) =>
        services.AddSingleton(Choose);

    private static IMasterKeySource Choose(IServiceProvider services)
    {
        var options = services.GetRequiredService<PortalOptions>().MasterKey;
        var directory = services.GetRequiredService<DataDirectory>();
        var text = Environment.GetEnvironmentVariable(EnvironmentMasterKeySource.Variable);
        var source =
            options.Source is not "" ? options.Source
            : string.IsNullOrEmpty(text) ? "file"
            : "environment";
        return source switch
        {
            "file" => new FileMasterKeySource(
                Open(services, options.File is "" ? directory.MasterKey : options.File),
                directory,
                services.GetRequiredService<ILogger<FileMasterKeySource>>()
            ),
            "environment" => new EnvironmentMasterKeySource(text),
            "aws-kms" => new AwsKmsMasterKeySource(
                Open(services, options.File is "" ? directory.MasterKey + ".kms" : options.File),
                options.AwsKms
            ),
            _ => throw new StartRefusedException(
                $"Keys:Source is '{source}': it must be file, environment or aws-kms. Nothing was changed."
            ),
        };
    }

    private static KeyFile Open(IServiceProvider services, string path)
    {
        var file = new KeyFile(path);
        file.RemoveUnfinished(services.GetRequiredService<TimeProvider>().GetUtcNow());
        return file;
    }
}
