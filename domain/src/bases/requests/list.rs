//! What a caller asks of a list, in the address or in a body. Time zone and locale are read from the address alone.

use serde_json::{Map, Value};

use super::{Body, Query};
use crate::bases::cells::{Place, place};
use crate::bases::errors::ApiError;
use crate::bases::table::Direction;
use crate::bases::table::list::Query as Listed;

#[derive(Debug, Default)]
pub struct ListRequest {
    pub listed: Listed,
    pub offset: Option<String>,
    pub format: Format,
}

/// How records are to be said.
#[derive(Debug, Default)]
pub struct Format {
    pub fields: Vec<String>,
    pub as_text: bool,
    pub time_zone: Option<String>,
    pub locale: Option<String>,
    pub by_id: bool,
    pub comment_count: bool,
}

impl ListRequest {
    pub fn of_address(query: &Query) -> Result<Self, ApiError> {
        let text = |name| query.one(name).map(str::to_owned);
        let listed = Listed {
            page_size: number(query.one("pageSize").or(query.one("limit")))?,
            max_records: number(query.one("maxRecords"))?,
            view: text("view"),
            sort: query.objects("sort").iter().map(sorted).collect::<Result<_, _>>()?,
            filter: text("filterByFormula"),
            zone: None,
        };
        let format = Format::of_address(query)?;
        Ok(Self { listed, offset: text("offset"), format })
    }

    pub fn of_body(query: &Query, body: &Body) -> Result<Self, ApiError> {
        let text = |name| text_of(body, name);
        let listed = Listed {
            page_size: count(body, "pageSize")?.or(count(body, "limit")?),
            max_records: count(body, "maxRecords")?,
            view: text("view")?,
            sort: objects(body, "sort")?.into_iter().map(sorted).collect::<Result<_, _>>()?,
            filter: text("filterByFormula")?,
            zone: None,
        };
        let format = Format::of_body(query, body)?;
        Ok(Self { listed, offset: text("offset")?, format })
    }
}

impl Format {
    /// The answer to a write. Clients say in its body or in its address whether they want fields by their ids.
    pub fn of_write(query: &Query, body: &Body) -> Self {
        let by_id = body.flag("returnFieldsByFieldId") || query.flag("returnFieldsByFieldId");
        Self { by_id, ..Self::default() }
    }

    /// Where the reader of texts is; nothing where cells are not wanted as texts.
    pub fn place(&self) -> Result<Option<Place>, ApiError> {
        let wanted = || place(self.time_zone.as_deref(), self.locale.as_deref());
        self.as_text.then(wanted).transpose()
    }

    pub fn of_address(query: &Query) -> Result<Self, ApiError> {
        let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
        Ok(Self {
            fields: owned(query.list("fields")),
            as_text: is_text(query.one("cellFormat"))?,
            by_id: query.flag("returnFieldsByFieldId"),
            comment_count: query.list("recordMetadata").contains(&"commentCount"),
            ..Self::zone(query)
        })
    }

    fn of_body(query: &Query, body: &Body) -> Result<Self, ApiError> {
        Ok(Self {
            fields: texts(body, "fields")?,
            as_text: is_text(text_of(body, "cellFormat")?.as_deref())?,
            by_id: body.flag("returnFieldsByFieldId"),
            comment_count: texts(body, "recordMetadata")?.iter().any(|name| name == "commentCount"),
            ..Self::zone(query)
        })
    }

    fn zone(query: &Query) -> Self {
        let text = |name| query.one(name).map(str::to_owned);
        Self { time_zone: text("timeZone"), locale: text("userLocale"), ..Self::default() }
    }
}

fn number(text: Option<&str>) -> Result<Option<usize>, ApiError> {
    text.map(str::parse).transpose().map_err(|_| ApiError::InvalidRequest)
}

fn is_text(format: Option<&str>) -> Result<bool, ApiError> {
    match format {
        None | Some("json") => Ok(false),
        Some("string") => Ok(true),
        Some(_) => Err(ApiError::InvalidRequest),
    }
}

fn sorted(object: &Map<String, Value>) -> Result<(String, Direction), ApiError> {
    let text = |name| object.get(name).and_then(Value::as_str);
    let direction = match text("direction") {
        None | Some("asc") => Direction::Ascending,
        Some("desc") => Direction::Descending,
        Some(_) => return Err(ApiError::InvalidRequest),
    };
    Ok((text("field").ok_or(ApiError::InvalidRequest)?.to_owned(), direction))
}

/// What is empty counts as not given.
fn text_of(body: &Body, name: &str) -> Result<Option<String>, ApiError> {
    match body.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(ApiError::InvalidRequest),
    }
}

fn count(body: &Body, name: &str) -> Result<Option<usize>, ApiError> {
    let number = body.get(name).map(|value| value.as_u64().ok_or(ApiError::InvalidRequest)).transpose()?;
    Ok(number.map(|number| usize::try_from(number).unwrap_or(usize::MAX)))
}

fn texts(body: &Body, name: &str) -> Result<Vec<String>, ApiError> {
    let Some(value) = body.get(name) else { return Ok(Vec::new()) };
    serde_json::from_value(value.clone()).map_err(|_| ApiError::InvalidRequest)
}

fn objects<'a>(body: &'a Body, name: &str) -> Result<Vec<&'a Map<String, Value>>, ApiError> {
    let Some(value) = body.get(name) else { return Ok(Vec::new()) };
    let list = value.as_array().ok_or(ApiError::InvalidRequest)?;
    list.iter().map(|one| one.as_object().ok_or(ApiError::InvalidRequest)).collect()
}
