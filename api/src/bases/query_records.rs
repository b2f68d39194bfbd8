//! `POST /v1/bases/{base}/tables/{table}/records/query`: for filters that are trees, and whatever is too long for an address.

use axum::extract::State;
use domain::bases::filter::{Filter, FilterProblem};
use domain::bases::table::Direction;
use domain::bases::table::list::Query as Asked;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::record_lists::{After, FoundTable, RecordLimit, RecordShown};
use super::records::Form;
use crate::Api;
use crate::http::{Answer, Cursor, FieldError, Json, Page, PositionToken, Problem};

/// Fields that records may be sorted by in one query.
const SORTS_MAX: usize = 20;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordsQuery {
    /// What records have to meet, as a tree: `{"and": […]}`, `{"or": […]}`, `{"not": …}`, or
    /// `{"field", "operator", "value"}` with one of `is`, `is_not`, `contains`, `is_empty`, `is_not_empty`, `greater`,
    /// `greater_or_equal`, `less`, `less_or_equal`, `before`, `after`, `any_of`.
    #[serde(rename = "where")]
    #[schema(value_type = Option<Object>, example = json!({ "field": "Amount", "operator": "greater", "value": 10 }))]
    filter: Option<Value>,
    /// The same as a formula, as Airtable's say it.
    #[schema(example = "{Amount} > 10")]
    formula: Option<String>,
    /// The first counts most.
    #[schema(max_items = 20)]
    #[serde(default)]
    sort: Vec<SortBy>,
    /// Fields that are wanted, by their ids or names. Without it, all of them.
    #[serde(default)]
    fields: Vec<String>,
    /// A view, by its id or name: its filter, and its order where there is no other.
    view: Option<String>,
    /// Whether fields are called by their ids.
    #[serde(default)]
    by_field_id: bool,
    #[serde(default)]
    #[schema(inline)]
    limit: RecordLimit,
    #[schema(value_type = Option<String>)]
    cursor: Option<Cursor<After>>,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[schema(value_type = Option<String>)]
    wait_for: Option<PositionToken>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SortBy {
    /// By its id or name.
    #[schema(example = "Amount")]
    field: String,
    #[serde(default)]
    direction: SortDirection,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SortDirection {
    #[default]
    Asc,
    Desc,
}

/// Query records
///
/// As `GET` of the same table lists them, with more to ask for. Empty cells meet `is_empty`, `is_not` and what is negated, and nothing
/// else. Days are days in UTC.
#[utoipa::path(
    post, path = "/v1/bases/{base}/tables/{table}/records/query", tag = "bases", request_body = RecordsQuery,
    params(
        ("base" = String, Path, description = "The id of the base"),
        ("table" = String, Path, description = "The id of the table"),
    ),
    responses(
        (status = 200, description = "A page of them", body = Page<RecordShown>),
        (status = 409, description = "`cursor_gone`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`bad_formula`, `no_such_field`, `no_such_view`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn query(
    State(api): State<Api>,
    found: FoundTable,
    Json(body): Json<RecordsQuery>,
) -> Result<Answer<Page<RecordShown>>, Problem> {
    let filter = body.filter(&found)?;
    found.caught_up(&api, body.wait_for).await?;
    let RecordsQuery { sort, fields, view, by_field_id, limit, cursor, .. } = body;
    let sort = sort.into_iter().map(|by| (by.field, by.direction.into())).collect();
    let asked = Asked { page_size: Some(limit.rows()), view, sort, filter, ..Asked::default() };
    let form = Form { by_ids: by_field_id, fields, ..Form::default() };
    found.page(&api, &asked, cursor.as_ref(), &form).await
}

impl RecordsQuery {
    fn filter(&self, found: &FoundTable) -> Result<Option<String>, Problem> {
        if self.sort.len() > SORTS_MAX {
            let message = format!("At most {SORTS_MAX} fields to sort by.");
            return Err(Problem::invalid(vec![FieldError::new("/sort", "too_many", message)]));
        }
        match (&self.filter, &self.formula) {
            (Some(_), Some(_)) => {
                let error = FieldError::new("", "one_of", "At most one of where and formula.");
                Err(Problem::invalid(vec![error]))
            }
            (Some(tree), None) => {
                let filter = Filter::read(tree, found.base.table(found.id)?).map_err(no_filter)?;
                filter.formula().map(Some).map_err(no_filter)
            }
            (None, formula) => Ok(formula.clone()),
        }
    }
}

fn no_filter(problem: FilterProblem) -> Problem {
    let FilterProblem { pointer, fault } = problem;
    Problem::invalid(vec![FieldError::new(format!("/where{pointer}"), fault.code(), fault.to_string())])
}

impl From<SortDirection> for Direction {
    fn from(direction: SortDirection) -> Self {
        match direction {
            SortDirection::Asc => Self::Ascending,
            SortDirection::Desc => Self::Descending,
        }
    }
}
