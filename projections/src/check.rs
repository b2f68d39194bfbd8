//! Holds everything that is stored against what must always be so: the log, its commands, the work that is owed, and
//! every read model.

use eventstore::chain::Progress;
use eventstore::check::{self, Checked};
use eventstore::read::Reader;

use crate::runtime::{CompareFailed, compare};

/// Hears how many read models were compared with the log, and of how many.
pub type Tell<'a> = dyn FnMut(Progress) + Send + 'a;

pub async fn check(
    database_url: &str,
    reader: &Reader,
    tell: &mut Tell<'_>,
) -> Result<Vec<Checked>, CompareFailed> {
    let all = crate::all();
    let total = all.len() as i64;
    tell(Progress { done: 0, total });
    let mut checked = check::check(database_url).await?;
    for (done, projection) in (1..).zip(all) {
        checked.push(compare(database_url, reader, *projection).await?);
        tell(Progress { done, total });
    }
    Ok(checked)
}
