//! The values gathered so far, each with its origin, and every mistake met on the way.

use std::collections::BTreeMap;
use std::fmt;

use super::origin::Origin;
use super::settings::{self, SETTINGS, Setting};

#[derive(Default)]
pub struct Layers {
    values: BTreeMap<&'static str, (String, Origin)>,
    mistakes: Vec<String>,
}

/// Everything that is wrong, at once: nobody likes to be told one mistake per attempt.
#[derive(Debug, thiserror::Error)]
pub struct Mistakes(pub Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the configuration has mistakes:")?;
        self.0.iter().try_for_each(|mistake| write!(formatter, "\n  - {mistake}"))
    }
}

impl Layers {
    pub fn with_defaults() -> Layers {
        let mut layers = Layers::default();
        for setting in SETTINGS {
            if let Some(default) = setting.default {
                layers.values.insert(setting.key, (default.to_owned(), Origin::Default));
            }
        }
        layers
    }

    /// A later layer covers an earlier one; a value that makes no sense is a mistake even when it is covered later.
    pub fn set(&mut self, key: &str, text: String, origin: Origin) {
        match settings::find(key) {
            None => self.mistake(unknown(key, &origin)),
            Some(setting) => match setting.kind.complaint(&text) {
                Some(complaint) => self.mistake(format!("{key} {complaint} ({origin})")),
                None => {
                    self.values.insert(setting.key, (text, origin));
                }
            },
        }
    }

    pub fn mistake(&mut self, mistake: String) {
        self.mistakes.push(mistake);
    }

    pub fn finish(self) -> Result<Values, Mistakes> {
        if self.mistakes.is_empty() { Ok(Values(self.values)) } else { Err(Mistakes(self.mistakes)) }
    }
}

/// Values that have all been found good.
pub struct Values(BTreeMap<&'static str, (String, Origin)>);

impl Values {
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|(text, _)| text.as_str())
    }

    pub fn origin(&self, setting: &Setting) -> Option<&Origin> {
        self.0.get(setting.key).map(|(_, origin)| origin)
    }
}

fn unknown(key: &str, origin: &Origin) -> String {
    let section = key.split('.').next().unwrap_or_default();
    let near: Vec<&str> = SETTINGS
        .iter()
        .map(|setting| setting.key)
        .filter(|known| known.split('.').next() == Some(section))
        .collect();
    let hint =
        if near.is_empty() { String::new() } else { format!("; this section has {}", near.join(", ")) };
    format!("unknown key {key} ({origin}){hint}")
}
