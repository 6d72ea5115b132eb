using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace VaultPortal.Tests.Unit.Notifications;

/// <summary>A small mail server on this machine (RFC 5321) that keeps what it is sent, and refuses what a test says.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public SmtpSink()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Lines of EHLO besides the first, e.g. <c>AUTH LOGIN</c>.</summary>
    public string[] Extensions { get; set; } = [];

    /// <summary>What is answered to a command instead of what is usual; by its first word.</summary>
    public Dictionary<string, string> Answers { get; } = [];

    /// <summary>With it STARTTLS is offered (RFC 3207).</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>All lines that clients sent, in order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Those of them that were not encrypted.</summary>
    public ConcurrentQueue<string> InTheClear { get; } = new();

    /// <summary>Whole mails, as they were sent.</summary>
    public ConcurrentQueue<string> Mails { get; } = new();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await TalkAsync(client);
            }
        }
        catch (Exception ended)
            when (ended is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            await using var plain = client.GetStream();
            await using var encrypted = new SslStream(plain);
            var (reader, writer) = On(plain);
            await writer.WriteLineAsync("220 sink");
            while (await reader.ReadLineAsync() is { } line)
            {
                Commands.Enqueue(line);
                if (!encrypted.IsAuthenticated)
                {
                    InTheClear.Enqueue(line);
                }

                var word = line.Split(' ')[0].ToUpperInvariant();
                await writer.WriteLineAsync(
                    Answers.GetValueOrDefault(word) ?? Usual(word, encrypted.IsAuthenticated)
                );
                if (word == "STARTTLS" && Certificate is { } certificate)
                {
                    await encrypted.AuthenticateAsServerAsync(certificate);
                    (reader, writer) = On(encrypted);
                    continue;
                }

                if (word == "QUIT")
                {
                    return;
                }

                if (word == "DATA" && !Answers.ContainsKey("DATA"))
                {
                    Mails.Enqueue(await MailAsync(reader));
                    await writer.WriteLineAsync(Answers.GetValueOrDefault(".") ?? "250 taken");
                }
            }
        }
        catch (Exception gone) when (gone is IOException or AuthenticationException)
        {
            // The client has gone, or did not like the certificate.
        }
    }

    private static (StreamReader Reader, StreamWriter Writer) On(Stream stream) =>
        (
            new StreamReader(stream, Encoding.Latin1),
            new StreamWriter(stream, Encoding.ASCII) { AutoFlush = true, NewLine = "\r\n" }
        );

    private string Usual(string word, bool isEncrypted) =>
        word switch
        {
            "EHLO" => string.Join(
                "\r\n",
                Extensions
                    .Concat(Certificate is null || isEncrypted ? [] : ["STARTTLS"])
                    .Select(extension => $"250-{extension}")
                    .Prepend("250-sink")
                    .Append("250 OK")
            ),
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            "STARTTLS" => "220 go on",
            _ => "250 OK",
        };

    private static async Task<string> MailAsync(StreamReader reader)
    {
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
        {
            mail.Append(line).Append("\r\n");
        }

        return mail.ToString();
    }
}
