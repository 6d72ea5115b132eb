using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using VaultPortal.Core.Network;
using VaultPortal.Cryptography;

namespace VaultPortal.Core.Notifications;

/// <summary>
/// Sends messages to webhooks: one POST, signed for this very try, with ten seconds for the answer, of which only the status counts. Its
/// body is not read.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    private readonly KeyRing _keys;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly HttpMessageInvoker _public = OutgoingHttp.Invoker(allowsPrivate: false);
    private readonly HttpMessageInvoker _any = OutgoingHttp.Invoker(allowsPrivate: true);

    public WebhookSender(KeyRing keys, TimeProvider time)
        : this(keys, time, TimeSpan.FromSeconds(10)) { }

    /// <summary>For tests, which have no ten seconds.</summary>
    internal WebhookSender(KeyRing keys, TimeProvider time, TimeSpan patience) =>
        (_keys, _time, _patience) = (keys, time, patience);

    internal async Task<SendOutcome> SendAsync(DueDelivery due, CancellationToken cancellation)
    {
        if (due.Webhook is not { } webhook)
        {
            return new(SendVerdict.Never, null, WebhookService.Deleted);
        }

        if (webhook.IsDisabled)
        {
            return new(SendVerdict.Never, null, WebhookService.Disabled);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            using var request = Request(due, webhook);
            using var response = await (webhook.AllowsPrivateAddress ? _any : _public).SendAsync(
                request,
                patience.Token
            );
            return Judge(response.StatusCode);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Later($"There was no answer within {_patience.TotalSeconds} seconds.");
        }
        catch (HttpRequestException refused) when (OutgoingHttp.IsPrivateAddress(refused))
        {
            return Later(
                "The address lies in a private network; that has to be allowed for this webhook."
            );
        }
        catch (HttpRequestException refused) when (OutgoingHttp.IsLinkLocalAddress(refused))
        {
            return Later("The address is a link-local one; those are never called.");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return Later($"It could not be sent: {OutgoingHttp.ReasonOf(failed)}.");
        }
        catch (SealException)
        {
            return Later("The secret of this webhook could not be opened.");
        }
    }

    public void Dispose()
    {
        _public.Dispose();
        _any.Dispose();
    }

    private HttpRequestMessage Request(DueDelivery due, WebhookTarget webhook)
    {
        var body = Encoding.UTF8.GetBytes(due.Body);
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var secret = _keys.Open(webhook.SealedSecret, WebhookSecret.Binding(webhook.Id));
        try
        {
            var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url)
            {
                Content = new ByteArrayContent(body)
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            };
            request.Headers.Add("User-Agent", "VaultPortal");
            request.Headers.Add("webhook-id", due.Id.ToString());
            request.Headers.Add(
                "webhook-timestamp",
                timestamp.ToString(CultureInfo.InvariantCulture)
            );
            request.Headers.Add(
                "webhook-signature",
                WebhookSigner.Sign(secret, due.Id, timestamp, body)
            );
            return request;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static SendOutcome Judge(HttpStatusCode code)
    {
        var status = (int)code;
        return status switch
        {
            >= 200 and < 300 => new(SendVerdict.Delivered, status, null),
            410 => new(
                SendVerdict.Gone,
                status,
                "The address answered that it is gone for good; the webhook was disabled."
            ),
            >= 300 and < 400 => new(
                SendVerdict.Later,
                status,
                $"The address answered with status {status}; redirects are not followed."
            ),
            _ => new(
                SendVerdict.Later,
                status,
                $"The address answered with status {status}; one from 200 to 299 is expected."
            ),
        };
    }

    private static SendOutcome Later(string problem) => new(SendVerdict.Later, null, problem);
}
