//! Read models, and what operators do to them while the system runs. Intakes of workers have no place here: made anew
//! they would repeat their effects.

pub mod drop;
pub mod list;
pub mod rebuild;
pub mod show;
pub mod what_if;

use projections::Projection;

use crate::http::Problem;

fn named(name: &str) -> Result<&'static dyn Projection, Problem> {
    let found = projections::all().iter().copied().find(|projection| projection.name() == name);
    found.ok_or_else(Problem::not_found)
}
