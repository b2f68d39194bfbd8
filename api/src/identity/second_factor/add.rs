//! `POST /auth/totp`: a person begins a second factor. Nothing asks for it until they have shown its first code.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::SecondFactorId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{base32, factor_exists, totp};
use crate::Api;
use crate::access::Principal;
use crate::http::{AnswerHead, Problem};
use crate::identity::{ids, recent};

#[derive(Serialize, ToSchema)]
pub struct Begun {
    /// To confirm it with.
    #[schema(value_type = String)]
    factor: SecondFactorId,
    /// In base 32, for programs into which it is typed.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    secret: String,
    /// The same for programs that read it from a picture.
    #[schema(example = "otpauth://totp/Airtide:ana%40example.org?secret=JBSWY3DPEHPK3PXP&issuer=Airtide")]
    uri: String,
}

/// Begin a second factor
///
/// Give the secret to a program that shows codes, and confirm within an hour with the first one. Until then nothing
/// changes. Whoever begins has shown their password within ten minutes.
#[utoipa::path(
    post, path = "/auth/totp", tag = "identity",
    responses(
        (status = 201, description = "Begun; the secret is shown this once", body = Begun),
        (status = 403, description = "`reauth_required`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`second_factor_exists`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn add(State(api): State<Api>, principal: Principal) -> Result<Response, Problem> {
    recent::proven(&api, &principal).await?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    if known.details.second_factor.is_some() {
        return Err(factor_exists());
    }
    let factor: SecondFactorId = ids::new(ids::SECOND_FACTOR)?;
    let secret = api.identity.second_factors.keep_new(&factor, &known.id).await?;
    let account = known.details.email.get().map_or("", String::as_str);
    let (uri, secret) = (totp::uri(secret.reveal(), account), base32::encode(secret.reveal()));
    Ok(AnswerHead::new(StatusCode::CREATED).json(&Begun { factor, secret, uri }))
}
