//! Making views, as people do in the client.

use serde::Deserialize;

use super::SchemaChange;
use crate::bases::errors::ApiError;
use crate::bases::ids::{Mint, TableId};
use crate::bases::schema::{Base, Direction, Table, View, ViewSort, ViewType};

/// Fields are called by name or id.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ViewDraft {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ViewType,
    /// A formula that records must meet.
    #[serde(default)]
    pub filter: Option<String>,
    #[serde(default)]
    pub sort: Vec<(String, Direction)>,
    /// All, if it does not say.
    #[serde(default)]
    pub visible_fields: Option<Vec<String>>,
}

impl Base {
    pub fn plan_view(
        &self,
        table: TableId,
        draft: ViewDraft,
        mint: &mut Mint,
    ) -> Result<Vec<SchemaChange>, ApiError> {
        let owner = self.table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        let view = draft.into_view(owner, mint)?;
        self.sound(vec![SchemaChange::ViewCreated { table, view }])
    }
}

impl ViewDraft {
    fn into_view(self, table: &Table, mint: &mut Mint) -> Result<View, ApiError> {
        let id = |called: &String| table.field_called(called).map(|field| field.id);
        let sort = self.sort.iter().map(|(called, way)| Ok(ViewSort { field: id(called)?, direction: *way }));
        let sort = sort.collect::<Result<_, ApiError>>()?;
        let visible = self.visible_fields.map(|fields| fields.iter().map(id).collect::<Result<_, _>>());
        Ok(View {
            id: mint.make(),
            name: self.name,
            kind: self.kind,
            visible_field_ids: visible.transpose()?,
            personal_for_user_id: None,
            filter: self.filter.map(|text| table.read_filter(&text)).transpose()?.map(|it| it.stored()),
            sort,
        })
    }
}
