//! Stored bytes as the body of an answer.

use axum::body::Body;
use domain::bases::ports::{BlobFault, Outgoing};
use futures_util::stream::try_unfold;

/// A fault in the middle cuts the answer short of what its length promised.
pub fn body(outgoing: Box<dyn Outgoing>) -> Body {
    let pieces = try_unfold(outgoing, |mut outgoing| async {
        let next = outgoing.next().await.inspect_err(tell)?;
        Ok::<_, BlobFault>(next.map(|bytes| (bytes, outgoing)))
    });
    Body::from_stream(pieces)
}

fn tell(fault: &BlobFault) {
    tracing::warn!(%fault, "a file is not given out to its end");
}
