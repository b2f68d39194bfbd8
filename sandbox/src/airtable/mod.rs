//! A server that behaves as Airtable's Web API. It thinks with the domain's table engine; that it judges as Airtable does is
//! held by Airtable's own clients and by recorded exchanges.

pub mod webhooks;
