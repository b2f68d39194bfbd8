//! Bases of seed files, ready to be loaded as local ones.

use api::bases::load::{LoadFailed, Loaded, Loader, Place};
use domain::bases::BaseKey;
use domain::bases::ids::BaseId;
use domain::bases::table::Tables;
use jiff::Timestamp;
use sandbox::airtable::seed::{self, Seed, SeedBase, SeedError};
use serde::Serialize;

/// A base of a seed, with what no local base takes along.
pub struct Whole {
    tables: Tables,
    files: usize,
    comments: usize,
}

/// What a base of a seed has become.
#[derive(Serialize)]
pub struct Seeded {
    pub id: BaseKey,
    pub airtable_id: BaseId,
    pub name: String,
    pub tables: usize,
    pub records: usize,
    /// Commands that were carried out now, a record or an edit of one each.
    pub written: usize,
    /// Those that were before.
    pub known: usize,
    pub files_left_out: usize,
    pub comments_left_out: usize,
    /// Where the log stood afterwards, if something was written.
    #[serde(skip)]
    pub position: Option<i64>,
}

/// All that is wrong in a seed is found here: nothing is loaded of one with a mistake.
pub fn read(file: &[u8]) -> Result<Vec<Whole>, SeedError> {
    whole(seed::parse(file)?)
}

pub fn whole(seed: Seed) -> Result<Vec<Whole>, SeedError> {
    let people = seed.collaborators();
    let of_base = |mut base: SeedBase| {
        let files = seed::taken_out(&mut base)?.len();
        let records = base.tables.iter().flat_map(|table| &table.records);
        let comments = records.map(|record| record.comments.len()).sum();
        Ok(Whole { tables: seed::tables(&base, &people, Timestamp::now())?, files, comments })
    };
    seed.bases.into_iter().map(of_base).collect()
}

impl Whole {
    pub fn airtable_id(&self) -> BaseId {
        self.tables.base().id
    }

    pub async fn load(&self, loader: &Loader<'_>, place: &Place) -> Result<Seeded, LoadFailed> {
        let Loaded { base: id, written, known, position } = loader.load(place, &self.tables).await?;
        let base = self.tables.base();
        Ok(Seeded {
            id,
            airtable_id: base.id,
            name: base.name.clone(),
            tables: base.tables.len(),
            records: base.tables.iter().map(|table| self.tables.records(table.id).count()).sum(),
            written,
            known,
            files_left_out: self.files,
            comments_left_out: self.comments,
            position,
        })
    }
}
