//! Why a password is not accepted, as a client is told.

use super::policy::Weakness;
use crate::http::FieldError;

pub fn refused(pointer: &str, weakness: Weakness) -> FieldError {
    let (code, detail) = match weakness {
        Weakness::TooShort { length_min } => {
            ("password_too_short", format!("A password has at least {length_min} characters."))
        }
        Weakness::TooLong => ("password_too_long", "A password has at most 256 bytes.".into()),
        Weakness::Common => ("password_common", "This password is one of the most common.".into()),
        Weakness::OfContext => {
            ("password_guessable", "This password is a name that everybody would try.".into())
        }
    };
    FieldError::new(pointer, code, detail)
}
