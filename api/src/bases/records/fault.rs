//! Why records could not be read or written: in Airtable's words where it is the caller's doing.

use domain::bases::errors::ApiError;
use eventstore::execute::CommandError;

use crate::caught_up::unreadable;
use crate::http::Problem;

#[derive(Debug)]
pub enum RecordsFault {
    Refused(ApiError),
    /// The log refused, or could not tell.
    Command(CommandError),
    Problem(Problem),
}

impl From<ApiError> for RecordsFault {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<Problem> for RecordsFault {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<sqlx::Error> for RecordsFault {
    fn from(error: sqlx::Error) -> Self {
        Self::Problem(unreadable(&error))
    }
}

impl From<RecordsFault> for Problem {
    fn from(fault: RecordsFault) -> Self {
        match fault {
            RecordsFault::Refused(error) => error.into(),
            RecordsFault::Command(error) => error.into(),
            RecordsFault::Problem(problem) => problem,
        }
    }
}
