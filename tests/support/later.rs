//! Time passes for what is kept about people: every time in those tables moves back, so that by the clock of the
//! database it is that much later for them.

use sqlx::AssertSqlSafe;

use crate::database;

/// Tables with their times.
const TIMES: &[(&str, &[&str])] = &[
    ("api_keys", &["created_at", "expires_at", "named_at", "used_at", "revoked_at"]),
    ("credentials", &["created_at", "named_at"]),
    ("recovery_codes", &["created_at", "named_at"]),
    ("second_factors", &["created_at", "named_at"]),
    (
        "sessions",
        &["started_at", "refreshed_at", "used_at", "expires_at", "ends_at", "proven_at", "revoked_at"],
    ),
];

/// `by` is an interval of Postgres.
pub async fn by(database_url: &str, by: &str) {
    let mut superuser = database::superuser(database_url).await;
    for (table, columns) in TIMES {
        let moved: Vec<String> =
            columns.iter().map(|column| format!("{column} = {column} - interval '{by}'")).collect();
        let sql = format!("update {table} set {}", moved.join(", "));
        sqlx::query(AssertSqlSafe(sql)).execute(&mut superuser).await.expect("time passes");
    }
}
