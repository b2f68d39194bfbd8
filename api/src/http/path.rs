//! Segments of the path. One that no id could look like names nothing, so the answer is the same as for one that is
//! not there.

use axum::extract::FromRequestParts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::problem::Problem;

pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(segments)) => Ok(Self(segments)),
            Err(rejection) => Err(of_rejection(rejection)),
        }
    }
}

fn of_rejection(rejection: PathRejection) -> Problem {
    let is_ours = match &rejection {
        PathRejection::FailedToDeserializePathParams(failure) => {
            matches!(
                failure.kind(),
                ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. }
            )
        }
        _ => true,
    };
    if is_ours {
        tracing::error!(%rejection, "a handler asks for other path segments than its route has");
        return Problem::internal();
    }
    Problem::not_found()
}
