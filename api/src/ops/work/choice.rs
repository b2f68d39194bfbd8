//! Which work is meant, as parameters of the query say it.

use std::borrow::Cow;

use eventstore::work::State;
use serde::{Deserialize, Deserializer};

/// States, separated by commas.
pub struct States(pub Vec<State>);

impl<'de> Deserialize<'de> for States {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let states = text.split(',').map(str::parse).collect::<Result<_, String>>();
        states.map(Self).map_err(serde::de::Error::custom)
    }
}
