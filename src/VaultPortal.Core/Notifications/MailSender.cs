using System.Net;
using System.Net.Mail;
using System.Text;

namespace VaultPortal.Core.Notifications;

/// <summary>Where links in mails lead: the configured address of the portal without a slash at its end; null = there are none.</summary>
public sealed record MailLinks(string? PublicUrl);

/// <summary>Sends mails by the configured server: one connection each, plain text in UTF-8.</summary>
public sealed class MailSender(MailOptions options, MailLinks links)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // RFC 4954 sections 4 and 6, RFC 3207 section 4: about the sign-in, which can be mended, and not about the mail.
    private static readonly int[] OfSignIn = [530, 534, 535, 538];

    internal async Task<SendOutcome> SendAsync(DueDelivery due, CancellationToken cancellation)
    {
        if (due.MailTo is not { } to)
        {
            return new(SendVerdict.Never, null, "The account is disabled or gone.");
        }

        if (!options.IsOn)
        {
            return new(SendVerdict.Later, null, "No mail server is configured.");
        }

        if (options.User.Length > 0 && !options.StartTls && !IsThisMachine(options.Host))
        {
            return Later(
                "The password of the mail server is not sent without STARTTLS to another machine."
            );
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var message = Message(due, to);
            using var client = await ClientAsync(patience.Token);
            await client.SendMailAsync(message, patience.Token);
            return new(SendVerdict.Delivered, 250, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Later($"The mail server did not answer within {Patience.TotalSeconds} seconds.");
        }
        catch (SmtpException refused)
        {
            return Judge(refused);
        }
        catch (FormatException)
        {
            return new(SendVerdict.Never, null, "An address of this mail is none.");
        }
        catch (IOException)
        {
            return Later("The file with the password of the mail server could not be read.");
        }
        catch (UnauthorizedAccessException)
        {
            return Later("The file with the password of the mail server could not be read.");
        }
    }

    private MailMessage Message(DueDelivery due, string to)
    {
        var text = MailText.Of(due.EventType, due.Body, links.PublicUrl);
        var from = new MailAddress(options.From);
        return new MailMessage(from, new MailAddress(to))
        {
            Subject = text.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = text.Body,
            BodyEncoding = Encoding.UTF8,
            IsBodyHtml = false,
            Headers =
            {
                { "Message-ID", $"<{due.Id}@{from.Host}>" },
                // RFC 3834 section 5: nobody's absence is to be answered to it.
                { "Auto-Submitted", "auto-generated" },
            },
        };
    }

    private async Task<SmtpClient> ClientAsync(CancellationToken cancellation)
    {
        var credentials =
            options.User.Length == 0
                ? null
                : new NetworkCredential(
                    options.User,
                    (await File.ReadAllTextAsync(options.PasswordFile, cancellation)).TrimEnd(
                        '\r',
                        '\n'
                    )
                );
        return new SmtpClient(options.Host, options.Port)
        {
            // It is STARTTLS, and without it nothing is sent.
            EnableSsl = options.StartTls,
            UseDefaultCredentials = false,
            Credentials = credentials,
        };
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static SendOutcome Judge(SmtpException refused)
    {
        var code = (int)refused.StatusCode;
        return code is >= 500 and < 600 && !OfSignIn.Contains(code)
                ? new(
                    SendVerdict.Never,
                    code,
                    $"The mail server refused the mail for good, with code {code}."
                )
            : code > 0
                ? new(
                    SendVerdict.Later,
                    code,
                    $"The mail server could not take the mail, with code {code}."
                )
            : Later(
                "No mail could be sent: the server could not be reached, or offers no STARTTLS, or has no certificate that is trusted for its name, or did not take the sign-in."
            );
    }

    private static SendOutcome Later(string problem) => new(SendVerdict.Later, null, problem);
}
