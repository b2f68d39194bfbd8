//! The folder of one private server. An ephemeral one lies inside its temporary folder just as in a whole
//! instance, so that one sweep finds them all.

use std::path::Path;

use super::account::Account;
use super::error::DevError;
use super::folder::{Folder, Home};
use super::sweep;

pub struct ServerHome {
    folder: Folder,
    /// After `folder`: deleted with everything in it.
    _temporary: Option<Folder>,
}

impl ServerHome {
    pub fn open(home: &Home, name: &str, account: Option<&Account>) -> Result<ServerHome, DevError> {
        let temporary = match home {
            Home::Kept(_) => None,
            Home::Ephemeral => {
                sweep::abandoned_folders();
                Some(Folder::open(home, account)?)
            }
        };
        let folder = match &temporary {
            Some(outer) => Folder::open(&Home::Kept(outer.path().join(name)), account)?,
            None => Folder::open(home, account)?,
        };
        Ok(ServerHome { folder, _temporary: temporary })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}
