//! Programs that others have made, let loose on the API as it is served.

mod airtable;
mod airtable_connected;
mod airtable_docs;
mod airtable_here;
mod airtable_left_out;
mod schemathesis;
