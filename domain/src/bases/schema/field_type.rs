//! The types of fields, each with its options, in the API's shape: `{"type": …, "options": {…}}`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::ChoiceOptions;
use super::options::*;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", tag = "type", content = "options", rename_all = "camelCase")]
pub enum FieldType {
    SingleLineText,
    Email,
    Url,
    PhoneNumber,
    MultilineText,
    RichText,
    Number(NumberOptions),
    Percent(NumberOptions),
    Currency(CurrencyOptions),
    Duration(DurationOptions),
    Rating(RatingOptions),
    Checkbox(CheckboxOptions),
    Date(DateOptions),
    DateTime(DateTimeOptions),
    SingleSelect(ChoiceOptions),
    MultipleSelects(ChoiceOptions),
    SingleCollaborator,
    MultipleCollaborators,
    MultipleRecordLinks(LinkOptions),
    MultipleAttachments(AttachmentOptions),
    Barcode,
    Formula(FormulaOptions),
    Rollup(RollupOptions),
    MultipleLookupValues(LookupOptions),
    Count(CountOptions),
    AutoNumber,
    CreatedTime(StampOptions),
    LastModifiedTime(StampOptions),
    CreatedBy,
    LastModifiedBy,
    Button,
    AiText(AiTextOptions),
    ExternalSyncSource(ChoiceOptions),
    ManualSort,
    /// One that came after this was written, or whose options are not as they should be. Kept as it came.
    #[serde(skip)]
    Unknown {
        name: String,
        options: Option<Value>,
    },
}

/// The options of a known type are not as they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the options of this field cannot be read")]
pub struct OptionsUnreadable;

/// As it stands in JSON.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(rename = "type")]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    options: Option<Value>,
}

impl FieldType {
    /// Strict: what is refused here would be kept as [`FieldType::Unknown`] when a base is read.
    pub fn parse(name: &str, options: Option<Value>) -> Result<Self, OptionsUnreadable> {
        if let Ok(plain) = FieldType::deserialize(json!({ "type": name })) {
            return Ok(plain);
        }
        let options = options.filter(|options| !options.is_null()).unwrap_or(Value::Object(Map::new()));
        FieldType::deserialize(json!({ "type": name, "options": options })).map_err(|_| OptionsUnreadable)
    }

    /// Whether there is a type of that name, whatever its options.
    pub fn is_known(name: &str) -> bool {
        // Read without options, a type that is not there is missed before they are.
        let unread = FieldType::deserialize(json!({ "type": name }));
        unread.err().is_none_or(|error| !error.to_string().starts_with("unknown variant"))
    }

    /// Whether Airtable works the value out, and nobody may write it.
    pub fn is_computed(&self) -> bool {
        use FieldType as F;
        matches!(
            self,
            F::Formula(_)
                | F::Rollup(_)
                | F::MultipleLookupValues(_)
                | F::Count(_)
                | F::AutoNumber
                | F::CreatedTime(_)
                | F::LastModifiedTime(_)
                | F::CreatedBy
                | F::LastModifiedBy
                | F::Button
                | F::AiText(_)
                | F::ExternalSyncSource(_)
                | F::ManualSort
        )
    }

    /// Whether the value follows from other cells without a formula, and so is kept nowhere.
    pub fn is_derived(&self) -> bool {
        use FieldType as F;
        matches!(
            self,
            F::MultipleLookupValues(_)
                | F::Count(_)
                | F::AutoNumber
                | F::CreatedTime(_)
                | F::LastModifiedTime(_)
                | F::CreatedBy
                | F::LastModifiedBy
        )
    }

    /// Whether it is computed and says itself that it cannot be.
    pub fn is_broken(&self) -> bool {
        match self {
            FieldType::Formula(options) => !options.is_valid,
            FieldType::Rollup(options) => !options.is_valid,
            FieldType::MultipleLookupValues(options) => !options.is_valid,
            FieldType::Count(options) => !options.is_valid,
            _ => false,
        }
    }

    /// What is not known is not written.
    pub fn is_writable(&self) -> bool {
        !self.is_computed() && !matches!(self, FieldType::Unknown { .. })
    }

    pub fn is_text(&self) -> bool {
        use FieldType as F;
        matches!(
            self,
            F::SingleLineText | F::Email | F::Url | F::PhoneNumber | F::MultilineText | F::RichText
        )
    }

    pub fn choices(&self) -> Option<&ChoiceOptions> {
        match self {
            FieldType::SingleSelect(options)
            | FieldType::MultipleSelects(options)
            | FieldType::ExternalSyncSource(options) => Some(options),
            _ => None,
        }
    }

    /// Whether upserts may look records up by it.
    pub fn may_be_merged_on(&self) -> bool {
        use FieldType as F;
        self.is_text()
            || matches!(
                self,
                F::Number(_)
                    | F::Percent(_)
                    | F::Currency(_)
                    | F::Duration(_)
                    | F::Rating(_)
                    | F::SingleSelect(_)
                    | F::MultipleSelects(_)
                    | F::Date(_)
                    | F::DateTime(_)
            )
    }
}

impl Serialize for FieldType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            FieldType::Unknown { name, options } => {
                Written { name: name.clone(), options: options.clone() }.serialize(serializer)
            }
            known => FieldType::serialize(known, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for FieldType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { name, options } = Deserialize::deserialize(deserializer)?;
        Ok(FieldType::parse(&name, options.clone()).unwrap_or(FieldType::Unknown { name, options }))
    }
}
