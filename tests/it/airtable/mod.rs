//! `/v0`: what Airtable's clients are answered from here.

mod attachments;
