//! What was written for the platform before this one finds its routes here, with a token of ours.

mod airtable;
