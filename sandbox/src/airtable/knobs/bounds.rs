//! What knobs can be set to. What is beyond it is refused.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// From 0, never, to 1, always.
pub fn chance<'de, D: Deserializer<'de>>(given: D) -> Result<f64, D::Error> {
    let chance = f64::deserialize(given)?;
    if (0.0..=1.0).contains(&chance) {
        Ok(chance)
    } else {
        Err(D::Error::custom(format!("{chance} is no chance: those go from 0 to 1")))
    }
}

pub fn scale<'de, D: Deserializer<'de>>(given: D) -> Result<f64, D::Error> {
    let scale = f64::deserialize(given)?;
    if scale >= 0.0 {
        Ok(scale)
    } else {
        Err(D::Error::custom(format!("{scale} is no scale: none is below 0")))
    }
}

/// Of an answer that tells of a failure.
pub fn status<'de, D: Deserializer<'de>>(given: D) -> Result<u16, D::Error> {
    let status = u16::deserialize(given)?;
    if (400..=599).contains(&status) {
        Ok(status)
    } else {
        Err(D::Error::custom(format!("{status} is no failure: those go from 400 to 599")))
    }
}
