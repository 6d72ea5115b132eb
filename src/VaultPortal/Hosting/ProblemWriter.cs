using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace VaultPortal.Hosting;

/// <summary>
/// The one handler of exceptions, which are bugs: logs them with the correlation id and answers with that id and nothing else. A door
/// with an error body of its own handles its paths before this one.
/// </summary>
public sealed partial class ProblemWriter(ILogger<ProblemWriter> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (
            exception is OperationCanceledException
            && httpContext.RequestAborted.IsCancellationRequested
        )
        {
            return true; // The caller has gone.
        }

        var correlationId = httpContext.TraceIdentifier;
        Failed(logger, exception, httpContext.Request.Method, correlationId);
        await WriteAsync(httpContext, StatusCodes.Status500InternalServerError, correlationId);
        return true;
    }

    /// <summary>RFC 9457; a browser that asked for a page gets the same as text that says what to do.</summary>
    public static async Task WriteAsync(HttpContext context, int status, string correlationId)
    {
        context.Response.StatusCode = status;
        if (WantsPage(context))
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(
                $"{status}: {Title(status)}\n\nGo back and try again. If it happens again, give the operator this id: {correlationId}\n"
            );
            return;
        }

        await context.Response.WriteAsJsonAsync(
            new ProblemDetails
            {
                Status = status,
                Title = Title(status),
                Extensions = { ["correlationId"] = correlationId },
            },
            options: null,
            contentType: "application/problem+json"
        );
    }

    /// <summary>Whether a browser asked, for a page.</summary>
    public static bool WantsPage(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    private static string Title(int status) =>
        status switch
        {
            400 => "The request is not understood.",
            401 => "Sign in first.",
            404 => "There is nothing at this address.",
            405 => "This method is not allowed here.",
            415 => "This media type is not understood.",
            500 => "An error of the product.",
            503 => "Not available right now.",
            _ => "The request was refused.",
        };

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Method} failed, correlation id {CorrelationId}"
    )]
    private static partial void Failed(
        ILogger logger,
        Exception exception,
        string method,
        string correlationId
    );
}
