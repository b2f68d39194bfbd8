//! Fetching files behind the back of whoever wrote their addresses. What cannot be fetched vanishes from its cell without a
//! word.

use std::sync::Arc;
use std::time::Duration;

use hyper::{Method, Uri};
use percent_encoding::percent_decode_str;
use tokio::task::JoinSet;

use super::Wish;
use super::arrive::{arrived, vanished};
use super::download::{NotFetched, download};
use crate::airtable::app::App;
use crate::airtable::files::{File, make_room};
use crate::airtable::journal::{Effect, Entry};

const AT_ONCE_MAX: usize = 64;
/// What a file is called whose address ends in nothing.
const UNNAMED: &str = "attachment";

/// Never ends of itself.
pub async fn fetch_all(app: Arc<App>) {
    let mut fetches = JoinSet::new();
    loop {
        tokio::select! {
            wish = app.world.around.wishes.next(), if fetches.len() < AT_ONCE_MAX => {
                fetches.spawn(fetch(Arc::clone(&app), wish));
            }
            Some(_) = fetches.join_next() => {}
        }
    }
}

async fn fetch(app: Arc<App>, wish: Wish) {
    let fetched = fetched(&app, &wish).await;
    let error = fetched.as_ref().err().map(ToString::to_string);
    let effects = match fetched {
        Ok(file) => arrived(&app, &wish, file),
        Err(_) => vanished(&app, &wish),
    };
    app.world.around.wishes.close(wish.attachment.id);
    if let Some(error) = error {
        tracing::debug!(url = wish.attachment.url, error, "a file could not be fetched");
    }
    note(&app, &wish, effects);
}

async fn fetched(app: &App, wish: &Wish) -> Result<File, NotFetched> {
    let knobs = app.knobs().attachments.clone();
    if knobs.fetch_delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(knobs.fetch_delay_ms)).await;
    }
    if app.draws.hits(knobs.fetch_fail_chance) {
        return Err(NotFetched::Unlucky);
    }
    let attachment = &wish.attachment;
    let (bytes, media_type) = download(&attachment.url, knobs.fetch_from_anywhere).await?;
    make_room(app, bytes.len())?;
    let name = attachment.filename.clone().unwrap_or_else(|| name(&attachment.url));
    Ok(File::new(bytes, name, media_type))
}

/// Unsettled: what a file is called that was given no name.
fn name(url: &str) -> String {
    let path = url.parse::<Uri>().map(|url| url.path().to_owned()).unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    let name = percent_decode_str(last).decode_utf8_lossy().into_owned();
    if name.is_empty() { UNNAMED.into() } else { name }
}

/// What happens without a request is in the journal as well.
fn note(app: &App, wish: &Wish, effects: Vec<Effect>) {
    let url = wish.attachment.url.parse().unwrap_or_default();
    let mut entry = Entry::new(app.now(), &Method::GET, &url, None);
    entry.route = "attachments.fetch";
    entry.base = Some(wish.base.to_string());
    entry.user = Some(wish.by.person.id);
    entry.effects = effects;
    app.journal.note(entry);
}
