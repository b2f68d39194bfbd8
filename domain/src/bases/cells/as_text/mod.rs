//! Cells as texts, as `cellFormat=string` asks for them and people see them.

mod date;
mod number;

use jiff::tz::TimeZone;

use super::{CellValue, Collaborator, Names, shown};
use crate::bases::errors::ApiError;
use crate::bases::schema::FieldType;

/// Where the reader is.
#[derive(Debug, Clone)]
pub struct Place {
    pub zone: TimeZone,
    pub locale: String,
}

/// Texts need both, `timeZone` and `userLocale`. Unsettled: what is said where one is missing or not known.
pub fn place(time_zone: Option<&str>, user_locale: Option<&str>) -> Result<Place, ApiError> {
    let zone = time_zone.and_then(|name| TimeZone::get(name).ok());
    let locale = user_locale.filter(|locale| !locale.is_empty());
    let (zone, locale) = zone.zip(locale).ok_or(ApiError::InvalidRequest)?;
    Ok(Place { zone, locale: locale.into() })
}

/// Several values are joined by commas.
pub fn as_text(kind: &FieldType, value: &CellValue, place: &Place, names: &dyn Names) -> String {
    Writing { place, names }.value(kind, value)
}

struct Writing<'a> {
    place: &'a Place,
    names: &'a dyn Names,
}

impl Writing<'_> {
    fn value(&self, kind: &FieldType, value: &CellValue) -> String {
        use CellValue as C;
        match value {
            C::Number(given) => number::as_text(element(kind), *given),
            C::Date(day) => date::day(element(kind), *day, self.place),
            C::Moment(at) => date::moment(element(kind), *at, self.place),
            C::Attachments(all) => {
                let file = |url: &str, name: &Option<String>| match name {
                    Some(name) => format!("{name} ({url})"),
                    None => url.to_owned(),
                };
                joined(all.iter().map(|one| file(&one.url, &one.filename)))
            }
            C::Collaborators(all) => joined(all.iter().map(Collaborator::called).map(str::to_owned)),
            C::List(all) => joined(all.iter().map(|one| self.value(kind, one))),
            C::Lookup(all) => {
                joined(all.iter().flat_map(|(_, values)| values).map(|one| self.value(kind, one)))
            }
            C::Raw(raw) => of_json(raw),
            other => shown(kind, other, self.names),
        }
    }
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

/// The type of a value of the field: of a computed one, what it promises.
fn element(kind: &FieldType) -> &FieldType {
    match kind {
        FieldType::Formula(options) => options.result.as_deref().unwrap_or(kind),
        FieldType::Rollup(options) => options.result.as_deref().unwrap_or(kind),
        FieldType::MultipleLookupValues(options) => options.result.as_deref().unwrap_or(kind),
        FieldType::CreatedTime(options) | FieldType::LastModifiedTime(options) => {
            options.result.as_deref().unwrap_or(kind)
        }
        _ => kind,
    }
}

/// Buttons are their label, AI texts what was written. Unsettled.
fn of_json(raw: &serde_json::Value) -> String {
    let inner = raw.get("label").or_else(|| raw.get("value")).unwrap_or(raw);
    inner.as_str().map_or_else(|| inner.to_string(), str::to_owned)
}
