//! Why OAuth refuses, in the words of its standard.

use hyper::StatusCode;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the request lacks a parameter, or one cannot be read")]
    Request,
    #[error("the integration is not known, or has not shown its secret")]
    Client,
    #[error("the code or token is unknown, used, ended, or another's")]
    Grant,
    #[error("the grant type is none of authorization_code and refresh_token")]
    GrantType,
    #[error("the response type is not code")]
    ResponseType,
    #[error("there is no such scope")]
    Scope,
}

impl Refused {
    pub fn kind(self) -> &'static str {
        match self {
            Self::Request => "invalid_request",
            Self::Client => "invalid_client",
            Self::Grant => "invalid_grant",
            Self::GrantType => "unsupported_grant_type",
            Self::ResponseType => "unsupported_response_type",
            Self::Scope => "invalid_scope",
        }
    }

    pub fn status(self) -> StatusCode {
        if self == Self::Client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST }
    }

    pub fn body(self) -> Value {
        json!({ "error": self.kind(), "error_description": self.to_string() })
    }
}
