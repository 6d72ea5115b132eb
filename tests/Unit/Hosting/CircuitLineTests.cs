using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Shouldly;
using VaultPortal.Hosting.Sessions;
using Xunit;

namespace VaultPortal.Tests.Unit.Hosting;

public sealed class CircuitLineTests
{
    private readonly DefaultHttpContext _context = new();
    private readonly CircuitLine _line;

    public CircuitLineTests() => _line = new CircuitLine(_context, 1, 1, "token");

    [Fact]
    public void Open_line_is_cut()
    {
        var request = new Request();
        _context.Features.Set<IHttpRequestLifetimeFeature>(request);

        _line.Cut();

        request.Aborted.ShouldBeTrue();
    }

    // A sign-out closes the browser's line while the server cuts it: the one that is second must not end the process.
    [Fact]
    public void Line_that_is_over_is_left_alone()
    {
        _line.End();
        _context.Uninitialize();

        Should.NotThrow(_line.Cut);
    }

    private sealed class Request : IHttpRequestLifetimeFeature
    {
        public bool Aborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Aborted = true;
    }
}
