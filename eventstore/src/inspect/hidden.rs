//! States as operators see them: in the place of personal data stands whose it is and a number. The same data has the
//! same number in everything that is shown together, so one sees that it changed, and not what it is.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use domain::personal::{Seal, SealError, SubjectId, under_seal};
use serde::Serialize;
use serde_json::Value;

/// What is shown together.
#[derive(Default)]
pub struct Hidden {
    numbers: Arc<Numbers>,
}

impl Hidden {
    /// Any value whose personal parts were opened before.
    pub fn value(&self, value: &impl Serialize) -> serde_json::Result<Value> {
        let hiding = Hiding(Arc::clone(&self.numbers));
        under_seal(Rc::new(hiding), || serde_json::to_value(value))
    }
}

/// Each piece of personal data that was met, by whose it is.
type Numbers = Mutex<HashMap<(SubjectId, Vec<u8>), usize>>;

struct Hiding(Arc<Numbers>);

impl Seal for Hiding {
    fn seal(&self, subject: &SubjectId, plain: &[u8]) -> Result<String, SealError> {
        let mut numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = numbers.len() + 1;
        let number = *numbers.entry((subject.clone(), plain.to_vec())).or_insert(next);
        Ok(format!("hidden {number}"))
    }

    fn open(&self, _: &SubjectId, _: &str) -> Result<Option<Vec<u8>>, SealError> {
        Err(SealError::OutsideSeal)
    }
}

#[cfg(test)]
mod tests {
    use domain::personal::Personal;
    use serde_json::json;

    use super::*;

    #[test]
    fn it_says_whose_it_is_and_whether_it_is_the_same() {
        let of = |subject: &str, text: &str| Personal::new(SubjectId::new(subject).unwrap(), text.to_owned());
        let hidden = Hidden::default();
        let first = hidden.value(&of("ana", "ana@example.org")).unwrap();
        assert_eq!(first, json!({ "subject": "ana", "sealed": "hidden 1" }));
        let others =
            [of("ana", "ana@example.com"), of("ben", "ana@example.org"), of("ana", "ana@example.org")];
        let numbers = others.map(|each| hidden.value(&each).unwrap()["sealed"].clone());
        assert_eq!(numbers, ["hidden 2", "hidden 3", "hidden 1"]);
    }
}
