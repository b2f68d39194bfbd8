//! Barcodes: a text, and which kind of code it is.

use serde_json::Value;

use super::{Accepted, Barcode, CellValue, Taking};

pub fn accept(taking: &Taking<'_>, input: &Value) -> Accepted {
    let barcode = match input {
        Value::Object(_) => read(input),
        Value::String(text) if taking.typecast => {
            Some(CellValue::Barcode(Barcode { text: Some(text.clone()), kind: None }))
        }
        _ => None,
    };
    taking.value(barcode)
}

pub fn read(value: &Value) -> Option<CellValue> {
    let barcode: Barcode = serde_json::from_value(value.clone()).ok()?;
    barcode.text.is_some().then_some(CellValue::Barcode(barcode))
}
