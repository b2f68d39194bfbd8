//! The HTTP edge and its conventions, one file per concern; `docs/http.md` says what callers may rely on.
//!
//! Handlers use what is exported here and nothing of axum's own extractors for bodies, queries and paths: those answer
//! in another shape.

mod answer;
mod asset;
mod away;
mod call;
mod codes;
mod command_error;
mod cors;
mod document;
mod edge;
mod etag;
mod idempotency;
pub(crate) mod json;
mod json_text;
pub(crate) mod limits;
mod page;
mod path;
mod peer;
mod position;
mod problem;
mod query;
pub(crate) mod reference;
mod request_id;
mod routes;
mod security;
mod shape;
mod trace;
mod visit;
pub(crate) mod written;

pub use answer::{Answer, AnswerHead};
pub use asset::Asset;
pub use away::Away;
pub use call::Call;
pub(crate) use edge::EdgeLayer;
pub use edge::EdgeOptions;
pub use etag::IfMatch;
pub use idempotency::IdempotencyKey;
pub use json::Json;
pub use page::{Cursor, Limit, ListKey, Page};
pub use path::Path;
pub use peer::Peer;
pub use position::{PositionToken, ahead};
pub use problem::{FieldError, Problem, QuotaTold};
pub(crate) use problem::{no_such_method, no_such_path};
pub use query::Query;
pub use request_id::RequestId;
pub use routes::{Access, Guard, RouteEntry, Routes};
pub use trace::{Trace, Traces};
