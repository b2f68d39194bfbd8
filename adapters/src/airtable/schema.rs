//! Bases, tables and fields. None of it counts against the month's requests.

use async_trait::async_trait;
use domain::bases::ids::{BaseId, FieldId, TableId, WorkspaceId};
use domain::bases::ports::{BasesPage, Described, Fault, MetaSchema};
use domain::bases::schema::{Base, Field, FieldDraft, Table, TableDraft};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Connection;
use super::call::Call;

const BASES: &str = "/v0/meta/bases";
const TABLES: &str = "/v0/meta/bases/{base}/tables";
const TABLE: &str = "/v0/meta/bases/{base}/tables/{table}";
const FIELDS: &str = "/v0/meta/bases/{base}/tables/{table}/fields";
const FIELD: &str = "/v0/meta/bases/{base}/tables/{table}/fields/{field}";

#[derive(Deserialize)]
struct Tables {
    tables: Vec<Table>,
}

#[derive(Deserialize)]
struct BaseMade {
    id: BaseId,
    tables: Vec<Table>,
}

#[async_trait]
impl MetaSchema for Connection {
    async fn bases(&self, offset: Option<&str>) -> Result<BasesPage, Fault> {
        let call = Call::new("list_bases", Method::GET, BASES, &[]);
        self.ask(offset.into_iter().fold(call, |call, offset| call.with("offset", offset))).await
    }

    async fn tables(&self, base: BaseId) -> Result<Vec<Table>, Fault> {
        let call = Call::new("read_schema", Method::GET, TABLES, &[base.as_str()]).of(base);
        Ok(self.ask::<Tables>(call.with("include[]", "visibleFieldIds")).await?.tables)
    }

    async fn create_base(
        &self,
        workspace: WorkspaceId,
        name: &str,
        tables: &[TableDraft],
    ) -> Result<Base, Fault> {
        let tables: Vec<Value> = tables.iter().map(table_body).collect();
        let body = json!({ "name": name, "workspaceId": workspace, "tables": tables });
        let made: BaseMade =
            self.ask(Call::new("create_base", Method::POST, BASES, &[]).json(&body)?).await?;
        Ok(Base { id: made.id, name: name.to_owned(), tables: made.tables })
    }

    async fn create_table(&self, base: BaseId, table: &TableDraft) -> Result<Table, Fault> {
        let call = Call::new("create_table", Method::POST, TABLES, &[base.as_str()]).of(base);
        self.ask(call.json(&table_body(table))?).await
    }

    async fn create_field(&self, base: BaseId, table: TableId, field: &FieldDraft) -> Result<Field, Fault> {
        let parts = [base.as_str(), table.as_str()];
        let call = Call::new("create_field", Method::POST, FIELDS, &parts).of(base);
        self.ask(call.json(&field_body(field))?).await
    }

    async fn describe_table(
        &self,
        base: BaseId,
        table: TableId,
        described: &Described,
    ) -> Result<Table, Fault> {
        let parts = [base.as_str(), table.as_str()];
        let call = Call::new("update_table", Method::PATCH, TABLE, &parts).of(base);
        self.ask(call.json(&described_body(described))?).await
    }

    async fn describe_field(
        &self,
        base: BaseId,
        table: TableId,
        field: FieldId,
        described: &Described,
    ) -> Result<Field, Fault> {
        let parts = [base.as_str(), table.as_str(), field.as_str()];
        let call = Call::new("update_field", Method::PATCH, FIELD, &parts).of(base);
        self.ask(call.json(&described_body(described))?).await
    }
}

fn table_body(table: &TableDraft) -> Value {
    let fields: Vec<Value> = table.fields.iter().map(field_body).collect();
    given([
        ("name", Some(json!(table.name))),
        ("description", table.description.as_ref().map(|text| json!(text))),
        ("fields", Some(json!(fields))),
    ])
}

fn field_body(field: &FieldDraft) -> Value {
    given([
        ("name", Some(json!(field.name))),
        ("type", Some(json!(field.kind))),
        ("description", field.description.as_ref().map(|text| json!(text))),
        ("options", field.options.clone()),
    ])
}

fn described_body(described: &Described) -> Value {
    given([
        ("name", described.name.as_ref().map(|text| json!(text))),
        ("description", described.description.as_ref().map(|text| json!(text))),
    ])
}

fn given<const N: usize>(values: [(&str, Option<Value>); N]) -> Value {
    let given = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(Map::from_iter(given))
}
