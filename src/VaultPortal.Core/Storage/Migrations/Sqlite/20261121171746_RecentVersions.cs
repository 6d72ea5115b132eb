using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace VaultPortal.Core.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RecentVersions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "secret_recent",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false),
                    secret_id = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_secret_recent", x => x.id);
                }
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "secret_recent");
        }
    }
}
