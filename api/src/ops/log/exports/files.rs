//! `GET /v1/ops/log/exports/{job}/files/{file}`: one file of an export, as it lies there.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use uuid::Uuid;

use super::{at_rest, kept, unusable};
use crate::Api;
use crate::access::Operator;
use crate::http::{Path, Problem};

/// Bytes that memory holds of a file.
const CHUNK_BYTES: usize = 64 * 1024;

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const ZSTD: HeaderValue = HeaderValue::from_static("application/zstd");

/// Fetch a file of an export
///
/// `manifest.json`, `manifest.seal.json`, or a file that the manifest names; 404 for any other, and as long as the export
/// is not whole. At whichever process has the folder, also after the one that made it has ended.
#[utoipa::path(
    get, path = "/v1/ops/log/exports/{job}/files/{file}", tag = "operations",
    params(
        ("job" = String, Path, format = "uuid", description = "The job that made it"),
        ("file" = String, Path, description = "As the manifest has it", example = "manifest.json"),
    ),
    responses((status = 200, description = "The file", content_type = "application/zstd", body = Vec<u8>))
)]
pub async fn fetch(
    State(api): State<Api>,
    _: Operator,
    Path((job, name)): Path<(Uuid, String)>,
) -> Result<Response, Problem> {
    let (kept, asked) = (kept(&api), name.clone());
    let opened = at_rest(move || kept.open(job, &asked)).await?.map_err(|fault| unusable(&fault))?;
    let file = File::from_std(opened.ok_or_else(Problem::not_found)?);
    let bytes = file.metadata().await.map_err(|error| unusable(&error))?.len();
    let headers = [
        (CONTENT_TYPE, if name.ends_with(".json") { JSON } else { ZSTD }),
        (CONTENT_LENGTH, HeaderValue::from(bytes)),
        (CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(chunks(file))).into_response())
}

fn chunks(file: File) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    stream::try_unfold(file, |mut file| async move {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let read = (&mut file).take(CHUNK_BYTES as u64).read_to_end(&mut chunk).await?;
        Ok((read > 0).then(|| (Bytes::from(chunk), file)))
    })
}
