//! The account, its workspace and its API key. A key is shown once, so it is kept for the next start on the same data.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use domain::identity::api_key::LIFETIME_MAX;
use domain::identity::{Permission, WorkspaceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::http::{Answer, ask};
use super::{EMAIL, PASSWORD, USERNAME};
use crate::dev::write_private;

const FILE: &str = "demo.json";
const SCOPES: [Permission; 4] =
    [Permission::WorkspacesRead, Permission::BasesRead, Permission::BasesWrite, Permission::EventsRead];

#[derive(Serialize, Deserialize)]
pub struct Access {
    pub workspace: WorkspaceId,
    pub api_key: String,
}

impl Access {
    pub async fn of(address: SocketAddr, data_dir: &Path) -> io::Result<Self> {
        let file = data_dir.join(FILE);
        if let Some(kept) = kept(&file)
            && kept.is_good(address).await?
        {
            return Ok(kept);
        }
        let access = made(address).await?;
        write_private(&file, &serde_json::to_string_pretty(&access)?)?;
        Ok(access)
    }

    async fn is_good(&self, address: SocketAddr) -> io::Result<bool> {
        let path = format!("/v1/workspaces/{}", self.workspace);
        Ok(ask(address, &path, Some(&self.api_key), None).await?.status == 200)
    }
}

fn kept(file: &Path) -> Option<Access> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

async fn made(address: SocketAddr) -> io::Result<Access> {
    let token = signed_in(address).await?;
    let workspace = workspace(address, &token).await?;
    let body = json!({
        "name": "Demo",
        "scopes": SCOPES.map(Permission::as_str),
        "expires_at": Timestamp::now() + LIFETIME_MAX,
    });
    let key = ask(address, "/v1/api-keys", Some(&token), Some(&body)).await?;
    Ok(Access { workspace, api_key: key.text("/key")? })
}

/// On data of an earlier start it is registered already.
async fn signed_in(address: SocketAddr) -> io::Result<String> {
    let body = json!({ "email": EMAIL, "username": USERNAME, "password": PASSWORD });
    let registered = ask(address, "/auth/register", None, Some(&body)).await?;
    if !matches!(registered.status, 201 | 409) {
        return Err(registered.unexpected());
    }
    let body = json!({ "username": USERNAME, "password": PASSWORD });
    ask(address, "/auth/login", None, Some(&body)).await?.text("/access_token")
}

async fn workspace(address: SocketAddr, token: &str) -> io::Result<WorkspaceId> {
    let there = ask(address, "/v1/workspaces", Some(token), None).await?;
    let found = match there.body.pointer("/data/0").is_some() {
        true => there.text("/data/0/id")?,
        false => made_workspace(address, token).await?.text("/id")?,
    };
    WorkspaceId::new(found).map_err(io::Error::other)
}

async fn made_workspace(address: SocketAddr, token: &str) -> io::Result<Answer> {
    ask(address, "/v1/workspaces", Some(token), Some(&json!({ "name": "Demo" }))).await
}
