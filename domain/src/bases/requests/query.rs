//! The query of an address. Lists come as `fields[]=a`, `fields[0]=a` or by the name alone; unknown keys are let be.

use serde_json::{Map, Value};

use super::body::is_true;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

/// Of names and values, decoded.
impl FromIterator<(String, String)> for Query {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self { pairs: pairs.into_iter().collect() }
    }
}

impl Query {
    /// One value; what is empty counts as not given.
    pub fn one(&self, name: &str) -> Option<&str> {
        let found = self.pairs.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// `1`, `0`, `true` or `false`.
    pub fn flag(&self, name: &str) -> bool {
        self.one(name).is_some_and(is_true)
    }

    /// The values of a list, in the order of the address.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let is_of = |key: &str| {
            key == name || parts(key).is_some_and(|(base, rest)| base == name && !rest.contains('['))
        };
        self.pairs.iter().filter(|(key, _)| is_of(key)).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a list of that name was given as a list: `records=` without brackets is none.
    pub fn is_bracketed(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| parts(key).is_some_and(|(base, _)| base == name))
    }

    /// `sort[0][field]=a&sort[0][direction]=asc` as a list of objects.
    pub fn objects(&self, name: &str) -> Vec<Map<String, Value>> {
        let mut found: Vec<(&str, Map<String, Value>)> = Vec::new();
        for (key, value) in &self.pairs {
            let Some((index, property)) =
                parts(key).filter(|(base, _)| *base == name).and_then(|(_, rest)| rest.split_once("]["))
            else {
                continue;
            };
            if !found.iter().any(|(other, _)| *other == index) {
                found.push((index, Map::new()));
            }
            if let Some((_, object)) = found.iter_mut().find(|(other, _)| *other == index) {
                object.insert(property.to_owned(), Value::String(value.clone()));
            }
        }
        found.into_iter().map(|(_, object)| object).collect()
    }
}

/// `a[b][c]` as `a` and `b][c`.
fn parts(key: &str) -> Option<(&str, &str)> {
    key.strip_suffix(']')?.split_once('[')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Query {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn lists_are_read_however_their_keys_are_written() {
        let query = query(&[("fields[]", "A"), ("fields[1]", "B C"), ("fields", "D"), ("offset", "")]);
        assert_eq!(query.list("fields"), ["A", "B C", "D"]);
        assert_eq!(query.one("offset"), None);
        assert!(query.is_bracketed("fields") && !self::query(&[("records", "rec1")]).is_bracketed("records"));
    }

    #[test]
    fn properties_of_one_index_are_one_object() {
        let query =
            query(&[("sort[0][field]", "A"), ("sort[1][field]", "B"), ("sort[0][direction]", "desc")]);
        let objects = query.objects("sort");
        assert_eq!(json!(objects), json!([{ "field": "A", "direction": "desc" }, { "field": "B" }]));
    }
}
