using System.Net;
using VaultPortal.Core.Network;

namespace VaultPortal.Core.Tokens;

/// <summary>
/// Fetches key sets over https, from an address that an administrator gave and whose answers are hostile all the same: no redirects, no
/// proxy, no cookies, at most 256 KiB and five seconds. Unless an issuer is allowed one, no private address is connected to: that is
/// decided about the very address of the connection, so that a name which changes its mind gets no further.
/// </summary>
public sealed class JwksFetch : IJwksSource, IDisposable
{
    private readonly bool _allowsPlainHttp;
    private readonly TimeSpan _patience;
    private readonly HttpMessageInvoker _public = OutgoingHttp.Invoker(allowsPrivate: false);
    private readonly HttpMessageInvoker _any = OutgoingHttp.Invoker(allowsPrivate: true);

    public JwksFetch()
        : this(allowsPlainHttp: false, TimeSpan.FromSeconds(5)) { }

    /// <summary>For tests, which have no certificate and no time to keep.</summary>
    internal JwksFetch(bool allowsPlainHttp, TimeSpan patience) =>
        (_allowsPlainHttp, _patience) = (allowsPlainHttp, patience);

    async Task<FetchedKeys> IJwksSource.FetchAsync(
        string address,
        bool allowsPrivate,
        CancellationToken cancellation
    )
    {
        if (
            !Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || !(
                uri.Scheme == Uri.UriSchemeHttps
                || (_allowsPlainHttp && uri.Scheme == Uri.UriSchemeHttp)
            )
        )
        {
            return Failed("The address of the keys is no https address.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            return await FetchAsync(uri, allowsPrivate, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed(
                $"The address of the keys did not answer within {_patience.TotalSeconds} seconds."
            );
        }
        catch (HttpRequestException refused) when (OutgoingHttp.IsPrivateAddress(refused))
        {
            return Failed(
                "The address of the keys lies in a private network; that has to be allowed for this issuer."
            );
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return Failed($"The keys could not be fetched: {OutgoingHttp.ReasonOf(failed)}.");
        }
    }

    public void Dispose()
    {
        _public.Dispose();
        _any.Dispose();
    }

    private async Task<FetchedKeys> FetchAsync(
        Uri uri,
        bool allowsPrivate,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Accept.ParseAdd("application/jwk-set+json, application/json");
        using var response = await (allowsPrivate ? _any : _public).SendAsync(
            request,
            cancellation
        );
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return Failed(
                $"The address of the keys answered with status {(int)response.StatusCode}; 200 is expected, and redirects are not followed."
            );
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var body = new byte[JwkSet.MaxLength + 1];
        var length = await stream.ReadAtLeastAsync(
            body,
            body.Length,
            throwOnEndOfStream: false,
            cancellation
        );
        return JwkSet.Parse(body.AsMemory(0, length)) is { } keys
            ? new FetchedKeys(keys, null)
            : Failed(
                $"What the address of the keys answered is no JSON Web Key Set of at most {JwkSet.MaxLength >> 10} KiB and 100 keys."
            );
    }

    private static FetchedKeys Failed(string problem) => new(null, problem);
}
