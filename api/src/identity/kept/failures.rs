//! How often something failed or was refused, under an HMAC of what it was, by the hour.

use sqlx::AssertSqlSafe;

use super::{KeptTables, in_time};

/// Failures of one kind within an hour of which the log is told.
const TOLD_OF: [i64; 3] = [10, 100, 1_000];

/// What is counted, each in a table of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failing {
    SignIn,
    Request,
}

impl Failing {
    const ALL: [Self; 2] = [Self::SignIn, Self::Request];

    fn table(self) -> &'static str {
        match self {
            Self::SignIn => "failed_sign_ins",
            Self::Request => "refused_requests",
        }
    }
}

impl KeptTables {
    /// Counts so many more. When these make so many in this hour that the log has to be told, it says how many there are: for
    /// each number of failures once, because one statement counts.
    pub async fn count_failures(&self, what: Failing, key: &str, more: i64) -> sqlx::Result<Option<u64>> {
        let sql = format!(
            "insert into {} as kept (key, hour, failures) values ($1, date_trunc('hour', now()), $2)
             on conflict (key, hour) do update set failures = kept.failures + $2 returning failures",
            what.table()
        );
        let counting = sqlx::query_scalar(AssertSqlSafe(sql)).bind(key).bind(more).fetch_one(&self.pool);
        let failures: i64 = in_time(counting).await?;
        Ok(is_told_of(failures - more, failures).then_some(failures.unsigned_abs()))
    }

    /// Drops what is not counted any more.
    pub async fn drop_failures(&self) -> sqlx::Result<()> {
        for what in Failing::ALL {
            let sql = format!("delete from {} where hour < now() - interval '1 hour'", what.table());
            in_time(sqlx::query(AssertSqlSafe(sql)).execute(&self.pool)).await?;
        }
        Ok(())
    }
}

fn is_told_of(before: i64, now: i64) -> bool {
    TOLD_OF.iter().any(|many| before < *many && *many <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_told_of_once_however_many_are_counted_at_a_time() {
        let told = |steps: &[i64]| {
            let ends = steps.iter().scan(0, |sum, step| {
                *sum += step;
                Some(is_told_of(*sum - step, *sum))
            });
            ends.filter(|is_told| *is_told).count()
        };
        assert_eq!(told(&[1; 9]), 0);
        assert_eq!(told(&[1; 99]), 1);
        assert_eq!(told(&[7, 7, 7, 80]), 2);
        assert_eq!(told(&[1_500, 1, 1]), 1);
        assert_eq!(told(&[1; 5_000]), 3);
    }
}
