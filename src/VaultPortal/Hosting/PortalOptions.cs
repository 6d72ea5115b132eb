using System.Globalization;
using VaultPortal.Core.Access;
using VaultPortal.Core.Notifications;
using VaultPortal.Core.Secrets;
using VaultPortal.Core.Storage;
using VaultPortal.Core.Vaults;
using VaultPortal.Hosting.Keys;

namespace VaultPortal.Hosting;

/// <summary>Where this installation keeps everything, and what this process is.</summary>
public sealed record PortalOptions
{
    /// <summary>The folder of database, master key and lock, as a full path.</summary>
    public required string DataFolder { get; init; }

    /// <summary>What this process does, as others are told it when they wait for the data.</summary>
    public string Command { get; init; } = "serve";

    /// <summary>This process needs the data for itself.</summary>
    public bool Alone { get; init; }

    public RateLimitOptions RateLimits { get; init; } = new();

    public StepUpOptions StepUp { get; init; } = new();

    public LimitOptions Limits { get; init; } = new();

    public MailOptions Mail { get; init; } = new();

    /// <summary>Where seals of the audit are appended (<c>Audit:SealFile</c>). To vouch for anything it has to lie out of reach of whoever can write the database.</summary>
    public required string SealFile { get; init; }

    /// <summary>Where the master key comes from.</summary>
    public MasterKeyOptions MasterKey { get; init; } = new();

    /// <summary>
    /// The address that everybody reaches the portal by (<c>PublicUrl</c>), without a slash at its end; null when none is configured. It is
    /// what access tokens name as their issuer.
    /// </summary>
    public string? PublicUrl { get; init; }

    public static PortalOptions Read(IConfiguration configuration)
    {
        var folder = Path.GetFullPath(configuration["Data"] ?? "data");
        return new()
        {
            DataFolder = folder,
            SealFile = Path.GetFullPath(
                configuration["Audit:SealFile"] ?? Path.Combine(folder, "audit-seals.jsonl")
            ),
            MasterKey = MasterKeyOptions.Read(configuration),

            PublicUrl = ReadPublicUrl(configuration["PublicUrl"]),
            RateLimits =
                configuration.GetSection(RateLimitOptions.Section).Get<RateLimitOptions>() ?? new(),
            Mail = ReadMail(configuration.GetSection(MailOptions.Section)),
            Limits = ReadLimits(configuration.GetSection(LimitOptions.Section)),
            StepUp = configuration.GetSection(StepUpOptions.Section).Get<StepUpOptions>() ?? new(),
        };
    }

    /// <exception cref="StartRefusedException">A server is named, and mail could not be sent all the same.</exception>
    private static MailOptions ReadMail(IConfigurationSection section)
    {
        MailOptions mail;
        try
        {
            mail = section.Get<MailOptions>() ?? new();
        }
        catch (InvalidOperationException)
        {
            throw new StartRefusedException(
                "A setting of the section Mail cannot be read: Port is a number, StartTls is true or false."
            );
        }

        return mail.Host.Length == 0 || ProblemOf(mail) is not { } problem
            ? mail
            : throw new StartRefusedException(problem);
    }

    private static string? ProblemOf(MailOptions mail) =>
        mail.Port is < 1 or > 65_535 ? "The setting Mail:Port is a number from 1 to 65535."
        : !System.Net.Mail.MailAddress.TryCreate(mail.From, out _)
            ? "The setting Mail:From is no e-mail address; it is the sender of all mails."
        : mail.User.Length > 0 && !File.Exists(mail.PasswordFile)
            ? "The setting Mail:PasswordFile names no file; it holds the password of Mail:User."
        : null;

    /// <exception cref="StartRefusedException">A limit is no number, or out of range.</exception>
    private static LimitOptions ReadLimits(IConfigurationSection section)
    {
        const string name = nameof(LimitOptions.ItemsPerVault);
        return section[name] is not { } text ? new()
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var items)
            && items is >= 1 and <= LimitOptions.MostItemsPerVault
                ? new() { ItemsPerVault = items }
            : throw new StartRefusedException(
                $"The setting {LimitOptions.Section}:{name} is a whole number from 1 to {LimitOptions.MostItemsPerVault}."
            );
    }

    /// <exception cref="StartRefusedException">The setting is no address.</exception>
    private static string? ReadPublicUrl(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        return
            Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && address is { UserInfo: "", Query: "", Fragment: "" }
            ? address.AbsoluteUri.TrimEnd('/')
            : throw new StartRefusedException(
                "The setting PublicUrl is not an address of this portal: write it like https://vault.example.com, without query, fragment or user name."
            );
    }
}
