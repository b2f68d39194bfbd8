//! The choices of a select.

use serde::{Deserialize, Serialize};

use crate::bases::ids::ChoiceId;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub id: ChoiceId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChoiceOptions {
    #[serde(default)]
    pub choices: Vec<Choice>,
}

impl ChoiceOptions {
    /// Names of choices are exact: another case is another choice.
    pub fn named(&self, name: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.name == name)
    }

    pub fn choice(&self, id: ChoiceId) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.id == id)
    }

    /// Where a choice stands; records are sorted by it.
    pub fn place(&self, id: ChoiceId) -> Option<usize> {
        self.choices.iter().position(|choice| choice.id == id)
    }
}

const HUES: [&str; 10] =
    ["blue", "cyan", "teal", "green", "yellow", "orange", "red", "pink", "purple", "gray"];

/// The colour of a choice that is made without one. Unsettled: Airtable goes round its colours in some order.
pub fn next_color(choices_before: usize) -> String {
    format!("{}Light2", HUES[choices_before % HUES.len()])
}
