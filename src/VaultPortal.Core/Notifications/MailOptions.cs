namespace VaultPortal.Core.Notifications;

/// <summary>Configuration section <c>Mail</c>: the SMTP server that reminders are sent by. Without a host there is no mail.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    public string Host { get; set; } = "";
    public int Port { get; set; } = 587;

    /// <summary>Whether the connection has to become TLS by STARTTLS; without it nothing is sent where the server offers none.</summary>
    public bool StartTls { get; set; } = true;

    /// <summary>Empty = no sign-in.</summary>
    public string User { get; set; } = "";

    /// <summary>A file with the password, readable for the server alone; it is never in the database.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The address of the sender.</summary>
    public string From { get; set; } = "";

    public bool IsOn => Host.Length > 0 && From.Length > 0;
}
