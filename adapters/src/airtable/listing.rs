//! A list as it is asked for: in the address, or in a body where the address would be too long.

use domain::bases::ports::{Fault, Place, Query, SortBy};
use domain::bases::table::Direction;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::call::Call;
use super::hosts::Hosts;

/// Airtable takes no longer address.
pub const URL_LENGTH_LIMIT: usize = 16_000;

pub fn call(place: Place, query: &Query, offset: Option<&str>, hosts: &Hosts) -> Result<Call, Fault> {
    let (base, table) = (place.base, place.table);
    let parts = [base.as_str(), table.as_str()];
    let short = Call::new("list_records", Method::GET, "/v0/{base}/{table}", &parts)
        .of(base)
        .with_all(pairs(query, offset))
        .with_all(locale(query));
    if short.url(hosts).len() < URL_LENGTH_LIMIT {
        return Ok(short);
    }
    // Zone and locale are read from the address even then, and passed over in the body.
    Call::new("list_records", Method::POST, "/v0/{base}/{table}/listRecords", &parts)
        .of(base)
        .reading()
        .with_all(locale(query))
        .json(&body(query, offset))
}

fn locale(query: &Query) -> Vec<(String, String)> {
    let named = [("timeZone", &query.time_zone), ("userLocale", &query.user_locale)];
    named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect()
}

fn pairs(query: &Query, offset: Option<&str>) -> Vec<(String, String)> {
    let mut pairs = vec![("returnFieldsByFieldId".to_owned(), "true".to_owned())];
    let mut add = |name: String, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
    for field in &query.fields {
        add("fields[]".into(), Some(field.to_string()));
    }
    for (place, sort) in query.sort.iter().enumerate() {
        add(format!("sort[{place}][field]"), Some(sort.field.to_string()));
        add(format!("sort[{place}][direction]"), Some(direction(sort.direction).into()));
    }
    add("filterByFormula".into(), query.formula.clone());
    add("view".into(), query.view.map(|view| view.to_string()));
    add("pageSize".into(), query.page_size.map(|size| size.to_string()));
    add("maxRecords".into(), query.max_records.map(|max| max.to_string()));
    add("recordMetadata[]".into(), query.with_comment_counts.then(|| "commentCount".into()));
    add("offset".into(), offset.map(str::to_owned));
    pairs
}

fn body(query: &Query, offset: Option<&str>) -> Map<String, Value> {
    let mut body = Map::from_iter([("returnFieldsByFieldId".to_owned(), json!(true))]);
    let mut add = |name: &str, value: Option<Value>| body.extend(value.map(|value| (name.to_owned(), value)));
    let sort = |sort: &SortBy| json!({ "field": sort.field, "direction": direction(sort.direction) });
    add("fields", (!query.fields.is_empty()).then(|| json!(query.fields)));
    add("sort", (!query.sort.is_empty()).then(|| query.sort.iter().map(sort).collect()));
    add("filterByFormula", query.formula.as_ref().map(|formula| json!(formula)));
    add("view", query.view.map(|view| json!(view)));
    add("pageSize", query.page_size.map(|size| json!(size)));
    add("maxRecords", query.max_records.map(|max| json!(max)));
    add("recordMetadata", query.with_comment_counts.then(|| json!(["commentCount"])));
    add("offset", offset.map(|offset| json!(offset)));
    body
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "asc",
        Direction::Descending => "desc",
    }
}

#[cfg(test)]
mod tests {
    use domain::bases::ids::{BaseId, FieldId, TableId, ViewId};

    use super::super::call::Effect;
    use super::*;

    fn place() -> Place {
        let base = BaseId::parse("app00000000000000").unwrap();
        Place { base, table: TableId::parse("tbl00000000000000").unwrap() }
    }

    fn field() -> FieldId {
        FieldId::parse("fld00000000000000").unwrap()
    }

    fn query(formula_length: usize) -> Query {
        Query {
            fields: vec![field()],
            formula: Some("1".repeat(formula_length)),
            view: Some(ViewId::parse("viw00000000000000").unwrap()),
            sort: vec![SortBy { field: field(), direction: Direction::Descending }],
            page_size: Some(50),
            max_records: Some(120),
            with_comment_counts: true,
            time_zone: Some("Europe/Berlin".into()),
            user_locale: Some("de".into()),
        }
    }

    fn hosts() -> Hosts {
        Hosts::of(super::super::AIRTABLE).unwrap()
    }

    #[test]
    fn a_short_list_is_asked_for_in_the_address() {
        let call = call(place(), &query(1), Some("itr/rec"), &hosts()).unwrap();
        assert_eq!((&call.method, &call.body), (&Method::GET, &None));
        let url = call.url(&hosts());
        let (path, asked) = url.split_once('?').unwrap();
        assert_eq!(path, "https://api.airtable.com/v0/app00000000000000/tbl00000000000000");
        let expected = "returnFieldsByFieldId=true&fields%5B%5D=fld00000000000000\
            &sort%5B0%5D%5Bfield%5D=fld00000000000000&sort%5B0%5D%5Bdirection%5D=desc&filterByFormula=1\
            &view=viw00000000000000&pageSize=50&maxRecords=120&recordMetadata%5B%5D=commentCount\
            &offset=itr%2Frec&timeZone=Europe%2FBerlin&userLocale=de";
        assert_eq!(asked, expected);
    }

    #[test]
    fn an_address_of_16000_characters_becomes_a_body_and_one_less_does_not() {
        let length = |formula| call(place(), &query(formula), None, &hosts()).unwrap().url(&hosts()).len();
        let formula = URL_LENGTH_LIMIT - 1 - length(0);
        let longest = call(place(), &query(formula), None, &hosts()).unwrap();
        assert_eq!((longest.url(&hosts()).len(), longest.method), (URL_LENGTH_LIMIT - 1, Method::GET));
        let posted = call(place(), &query(formula + 1), None, &hosts()).unwrap();
        assert_eq!((posted.method, posted.effect), (Method::POST, Effect::Reads));
    }

    #[test]
    fn trap_7_zone_and_locale_stay_in_the_address_of_a_list_in_a_body() {
        let call = call(place(), &query(17_000), Some("itr/rec"), &hosts()).unwrap();
        let url = call.url(&hosts());
        assert!(url.ends_with("/listRecords?timeZone=Europe%2FBerlin&userLocale=de"), "{url}");
        let body: Value = serde_json::from_slice(&call.body.unwrap().bytes).unwrap();
        let expected = json!({
            "returnFieldsByFieldId": true, "fields": ["fld00000000000000"],
            "sort": [{ "field": "fld00000000000000", "direction": "desc" }],
            "filterByFormula": "1".repeat(17_000), "view": "viw00000000000000", "pageSize": 50,
            "maxRecords": 120, "recordMetadata": ["commentCount"], "offset": "itr/rec",
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn what_is_not_asked_for_is_not_sent() {
        let call = call(place(), &Query::default(), None, &hosts()).unwrap();
        assert!(call.url(&hosts()).ends_with("/tbl00000000000000?returnFieldsByFieldId=true"));
    }
}
