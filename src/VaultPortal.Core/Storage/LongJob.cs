using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VaultPortal.Core.Storage;

/// <summary>How far a long job has come, written in each of its steps: after a kill it goes on from there (DESIGN section 2).</summary>
public sealed class LongJob
{
    /// <summary>What the job is, e.g. <c>rotate-data</c>; there is one of each at a time.</summary>
    public required string Name { get; init; }

    /// <summary>The last row that is done; what it counts is the job's own.</summary>
    public long Cursor { get; set; }
    public long Done { get; set; }

    /// <summary>How much there was to do when it began.</summary>
    public long Total { get; set; }

    /// <summary>Names what the job works towards, e.g. the id of the new key; never a secret.</summary>
    public string Detail { get; set; } = "";
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    internal sealed class Configuration : IEntityTypeConfiguration<LongJob>
    {
        public void Configure(EntityTypeBuilder<LongJob> builder)
        {
            builder.ToTable("long_job");
            builder.HasKey(j => j.Name);
            builder.Property(j => j.Name).HasColumnName("name").HasMaxLength(64);
            builder.Property(j => j.Cursor).HasColumnName("cursor");
            builder.Property(j => j.Done).HasColumnName("done");
            builder.Property(j => j.Total).HasColumnName("total");
            builder.Property(j => j.Detail).HasColumnName("detail").HasMaxLength(255);
            builder.Property(j => j.StartedAt).HasColumnName("started_at");
            builder.Property(j => j.UpdatedAt).HasColumnName("updated_at");
            builder.Property(j => j.FinishedAt).HasColumnName("finished_at");
        }
    }
}
