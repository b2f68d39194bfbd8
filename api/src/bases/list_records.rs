//! `GET /v1/bases/{base}/tables/{table}/records`.

use axum::extract::State;
use domain::bases::table::list::Query as Asked;
use serde::Deserialize;
use utoipa::IntoParams;

use super::record_lists::{After, FoundTable, RecordLimit, RecordShown};
use super::records::Form;
use crate::Api;
use crate::http::{Answer, Cursor, Page, PositionToken, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    /// What records have to meet, as Airtable's formulas say it.
    #[param(example = "{Amount} > 10")]
    formula: Option<String>,
    /// A view, by its id or name: its filter and its order.
    view: Option<String>,
    /// Fields that are wanted, by their ids or names, separated by commas. Without it, all of them.
    fields: Option<String>,
    /// Whether fields are called by their ids.
    #[serde(default)]
    by_field_id: bool,
    #[serde(default)]
    #[param(inline)]
    limit: RecordLimit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<After>>,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

/// List records
///
/// In the order in which they were made, or in that of the view. With a filter or an order a list is frozen with its first page;
/// what is asked for has to be the same on every page.
#[utoipa::path(
    get, path = "/v1/bases/{base}/tables/{table}/records", tag = "bases",
    params(
        ("base" = String, Path, description = "The id of the base"),
        ("table" = String, Path, description = "The id of the table"),
        List,
    ),
    responses(
        (status = 200, description = "A page of them", body = Page<RecordShown>),
        (status = 409, description = "`cursor_gone`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`bad_formula`, `no_such_field`, `no_such_view`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(api): State<Api>,
    found: FoundTable,
    Query(query): Query<List>,
) -> Result<Answer<Page<RecordShown>>, Problem> {
    found.caught_up(&api, query.wait_for).await?;
    let List { formula, view, fields, by_field_id, limit, cursor, .. } = query;
    let asked = Asked { page_size: Some(limit.rows()), view, filter: formula, ..Asked::default() };
    let form = Form { by_ids: by_field_id, fields: named(fields.as_deref()), ..Form::default() };
    found.page(&api, &asked, cursor.as_ref(), &form).await
}

/// Names that have a comma in them are said by their ids.
pub fn named(fields: Option<&str>) -> Vec<String> {
    let fields = fields.into_iter().flat_map(|fields| fields.split(',')).map(str::trim);
    fields.filter(|field| !field.is_empty()).map(str::to_owned).collect()
}
