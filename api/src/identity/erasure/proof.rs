//! That nothing is left: no key, no row that is good for something, and no text anywhere.

use std::collections::BTreeSet;

use domain::personal::SubjectId;
use eventstore::erasure::{Place, search};

use super::{By, EraseFailed, Erasing, Person, Told};

impl Erasing {
    /// Erases somebody, and looks for what was known of them.
    pub async fn erase_and_prove(&self, person: &Person, by: By<'_>) -> Result<Told, EraseFailed> {
        let erased = vec![self.erase(person, by).await?];
        let places = self.prove(&person.subjects(), &person.texts).await?;
        Ok(Told { erased, places })
    }

    /// Looks for what is left of a subject, and for the texts in everything that is stored.
    pub async fn prove(
        &self,
        subjects: &[SubjectId],
        texts: &BTreeSet<String>,
    ) -> Result<Vec<Place>, EraseFailed> {
        let alive = self.shredder.alive(subjects).await?;
        let mut places = vec![Place::of("keys", subjects.len() as i64, alive)];
        for subject in subjects {
            let left = self.kept.left_of(subject.as_str()).await?;
            places.extend(
                left.into_iter()
                    .filter(|(_, left)| *left > 0)
                    .map(|(place, left)| Place::of(format!("{place}, of {subject}"), left, left)),
            );
        }
        places.extend(search(&self.database_url, self.nats_url.as_deref(), texts).await?);
        Ok(places)
    }
}
