namespace VaultPortal.Hosting;

/// <summary>For whoever watches the process: alive, and ready to take work. They say nothing else.</summary>
public static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("ok")).AllowAnonymous();
        app.MapGet(
                "/health/ready",
                async (Readiness readiness) =>
                    await readiness.AskAsync()
                        ? Results.Text("ok")
                        : Results.Text(
                            "unavailable",
                            statusCode: StatusCodes.Status503ServiceUnavailable
                        )
            )
            .AllowAnonymous();
    }
}
