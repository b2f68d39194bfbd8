//! One request over the wire, and as much of its answer as is read.

use std::time::Duration;

use domain::secret::Secret;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Request, Response, Url, redirect, retry};

use super::call::Call;
use super::retry_after::retry_after;
use super::verdict::{NoAnswer, Reply};
use super::{AGENT, NoClient};
use crate::http::tls;

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// From the beginning to the last byte.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
const IDLE_WITHIN: Duration = Duration::from_secs(30);
/// Of an answer, unpacked. A page of a hundred records with long texts is a tenth of it.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

pub struct Exchange {
    client: Client,
    answer_bytes_max: usize,
}

impl Exchange {
    pub fn new() -> Result<Self, NoClient> {
        Self::within(CONNECT_WITHIN, ANSWER_WITHIN, ANSWER_BYTES_MAX)
    }

    pub fn within(
        connect_within: Duration,
        answer_within: Duration,
        answer_bytes_max: usize,
    ) -> Result<Self, NoClient> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls::config()?)
            .user_agent(AGENT)
            // The token is for one host only.
            .redirect(redirect::Policy::none())
            .no_proxy()
            // What is sent again is decided in one place, and not there.
            .retry(retry::never())
            .referer(false)
            .connect_timeout(connect_within)
            .timeout(answer_within)
            .pool_idle_timeout(IDLE_WITHIN)
            .build()?;
        Ok(Self { client, answer_bytes_max })
    }

    pub async fn send(&self, request: Request) -> Result<Reply, NoAnswer> {
        let response = self.client.execute(request).await.map_err(|error| silence(&error))?;
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        Ok(Reply { status, retry_after, body: self.read(response).await? })
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, NoAnswer> {
        let mut read = Vec::new();
        while let Some(bytes) = response.chunk().await.map_err(|error| silence(&error))? {
            if read.len() + bytes.len() > self.answer_bytes_max {
                return Err(NoAnswer::TooLarge);
            }
            read.extend_from_slice(&bytes);
        }
        Ok(read)
    }
}

fn silence(error: &reqwest::Error) -> NoAnswer {
    match error {
        error if error.is_connect() => NoAnswer::NotConnected,
        error if error.is_timeout() => NoAnswer::TimedOut,
        _ => NoAnswer::Broken,
    }
}

/// The request of a call; nothing where an URL or a token cannot be written down.
pub fn request(call: &Call, url: &str, authorization: Option<&Secret<String>>) -> Option<Request> {
    let mut request = Request::new(call.method.clone(), Url::parse(url).ok()?);
    if let Some(authorization) = authorization {
        let mut value = HeaderValue::from_str(authorization.reveal()).ok()?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    if let Some(body) = &call.body {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(body.content_type));
        *request.body_mut() = Some(body.bytes.clone().into());
    }
    Some(request)
}
