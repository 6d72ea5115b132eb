namespace VaultPortal.Core.Audit;

/// <summary>Takes seals out of the reach of whoever can write the database. Called one seal at a time, in order, never on a request's way.</summary>
public interface IAuditSealSink
{
    /// <summary>Names it in the log.</summary>
    string Name { get; }

    /// <param name="line">One JSON object without line breaks: <c>publicKey</c>, <c>seal</c>, <c>signature</c>; what <c>--seals</c> reads.</param>
    /// <param name="cancellation">The process ends.</param>
    Task TakeAsync(string line, CancellationToken cancellation);
}
