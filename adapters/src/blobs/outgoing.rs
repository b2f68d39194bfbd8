//! Bytes on their way out.

use async_trait::async_trait;
use domain::bases::ports::{BlobFault, Outgoing};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use hyper::body::Bytes;

use super::fault;

pub struct Given(BoxStream<'static, object_store::Result<Bytes>>);

impl Given {
    pub fn of(stream: BoxStream<'static, object_store::Result<Bytes>>) -> Self {
        Self(stream)
    }

    pub fn nothing() -> Self {
        Self(stream::empty().boxed())
    }
}

#[async_trait]
impl Outgoing for Given {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, BlobFault> {
        let next = self.0.next().await.transpose().map_err(fault)?;
        Ok(next.map(Vec::from))
    }
}
