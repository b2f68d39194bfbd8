//! Which part of a body a refusal is about: aggregates know their commands, and nothing of bodies.

use crate::http::Problem;

pub fn pointed(problem: Problem) -> Problem {
    match problem.code() {
        "bad_name" | "name_differs" => problem.at("/name"),
        "bad_limit" => problem.at("/limit"),
        "bad_username" => problem.at("/username"),
        "bad_url" => problem.at("/url"),
        "bad_event_types" => problem.at("/event_types"),
        "description_too_long" => problem.at("/description"),
        _ => problem,
    }
}
