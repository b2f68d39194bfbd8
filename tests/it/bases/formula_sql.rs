//! Whatever the formula and the rows, Postgres selects every row that the formula keeps, and raises no error.

use std::collections::BTreeSet;

use domain::bases::formula::sql::{Condition, Names, Parameter};
use domain::bases::formula::{Context, Formula};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use support::database;
use support::formulas::{Drawn, Mirrored, ROWS, condition, names_of_fields};
use support::random::Random;

const NAMES: Names = Names {
    cells: "mirror.cells",
    id: "mirror.id",
    created_at: "mirror.created_at",
    modified_at: "mirror.modified_at",
    first_parameter: 1,
};
const TABLE: &str = "create table mirror (id text primary key, cells jsonb not null,
                     created_at timestamptz not null, modified_at timestamptz);
                     create index cells on mirror using gin (cells jsonb_path_ops)";
/// `AIRTIDE_FORMULA_ROUNDS` has more of them.
const ROUNDS: u64 = 8;
const FORMULAS: u64 = 300;

/// What all formulas together came to.
#[derive(Debug, Default)]
struct Tally {
    formulas: u64,
    /// Of which Postgres was asked.
    narrowed: u64,
    /// Of a formula that was narrowed and a row.
    pairs: u64,
    selected: u64,
    kept: u64,
}

async fn mirror(name: &str) -> PgConnection {
    let mut connection = database::superuser(&database::empty(name).await).await;
    connection.execute(TABLE).await.expect("a table for rows");
    connection
}

async fn fill(connection: &mut PgConnection, rows: &[Drawn]) {
    connection.execute("truncate mirror").await.expect("an empty table");
    for row in rows {
        let modified = row.modified.map(|time| time.to_string());
        sqlx::query("insert into mirror values ($1, $2::jsonb, $3::timestamptz, $4::timestamptz)")
            .bind(&row.id)
            .bind(serde_json::to_string(&row.cells).expect("JSON"))
            .bind(row.created.to_string())
            .bind(modified)
            .execute(&mut *connection)
            .await
            .unwrap_or_else(|error| panic!("{row:?}: {error}"));
    }
}

/// What a statement that ends in the condition answers.
async fn answer(
    connection: &mut PgConnection,
    statement: &str,
    condition: &Condition,
) -> sqlx::Result<Vec<String>> {
    let mut query = sqlx::query_scalar(AssertSqlSafe(format!("{statement} {}", condition.sql)));
    for parameter in &condition.parameters {
        query = match parameter {
            Parameter::Text(text) => query.bind(text.clone()),
            Parameter::Texts(texts) => query.bind(texts.clone()),
        };
    }
    query.fetch_all(connection).await
}

fn rounds() -> u64 {
    std::env::var("AIRTIDE_FORMULA_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

fn context(zone: &str) -> Context {
    let now: Timestamp = "2024-02-29T12:30:00Z".parse().expect("a time");
    Context::new(now, TimeZone::get(zone).expect("a zone"))
}

async fn hold(
    connection: &mut PgConnection,
    text: &str,
    rows: &[Drawn],
    context: &Context,
    tally: &mut Tally,
) {
    let mirrored = Mirrored::default();
    let formula =
        Formula::read(text, &names_of_fields()).unwrap_or_else(|problem| panic!("{text}: {problem}"));
    tally.formulas += 1;
    let Some(condition) = formula.narrowed(&mirrored, &NAMES, context) else { return };
    let answer = answer(connection, "select id from mirror where", &condition).await;
    let found: BTreeSet<String> =
        answer.unwrap_or_else(|error| panic!("{text}\n{condition:?}\n{error}")).into_iter().collect();
    let kept: Vec<&Drawn> = rows.iter().filter(|row| formula.keeps(&row.seen(&mirrored), context)).collect();
    for row in &kept {
        assert!(found.contains(&row.id), "{text}\nkeeps {row:?}\nwhich is not found by {condition:?}");
    }
    tally.narrowed += 1;
    tally.pairs += rows.len() as u64;
    tally.selected += found.len() as u64;
    tally.kept += kept.len() as u64;
}

#[tokio::test]
async fn every_row_that_a_formula_keeps_is_selected() {
    let mut connection = mirror("formula_sql").await;
    let mut tally = Tally::default();
    for seed in 0..rounds() {
        let mut random = Random::seeded(seed).branch("formulas over rows");
        let rows: Vec<Drawn> = (0..ROWS).map(|number| Drawn::draw(&mut random, number)).collect();
        fill(&mut connection, &rows).await;
        let context = context(random.one_of(&["UTC", "Pacific/Kiritimati", "America/Los_Angeles"]));
        for _ in 0..FORMULAS {
            let depth = random.below(4);
            hold(&mut connection, &condition(&mut random, depth), &rows, &context, &mut tally).await;
        }
    }
    let of_narrowed = |count: u64| count as f64 / tally.pairs as f64;
    let (asked, kept) = (of_narrowed(tally.selected), of_narrowed(tally.kept));
    println!("{tally:?}: {:.1} % of the rows selected, {:.1} % kept", asked * 100.0, kept * 100.0);
    assert!(tally.pairs >= 100_000, "{tally:?}");
    assert!(tally.narrowed * 2 > tally.formulas, "few formulas are narrowed: {tally:?}");
    assert!(asked < 0.6 && kept > 0.05, "much is selected, or nothing kept: {tally:?}");
}

/// Equality is what most filters are made of.
#[tokio::test]
async fn an_equality_is_found_by_an_index_of_all_cells() {
    let mut connection = mirror("formula_index").await;
    connection.execute("set enable_seqscan = off").await.expect("a setting");
    for text in
        ["Text = 'a'", "Number = 5", "Done", "OR(Status = 'a', Text = 'b')", "AND(Text = 'a', Number > 5)"]
    {
        let formula = Formula::read(text, &names_of_fields()).expect("a formula");
        let condition = formula.narrowed(&Mirrored::default(), &NAMES, &context("UTC")).expect("a condition");
        let plan = answer(&mut connection, "explain select id from mirror where", &condition).await;
        let plan = plan.expect("a plan").join("\n");
        assert!(plan.contains("Bitmap Index Scan on cells"), "{text}:\n{plan}");
    }
}
