create table bases (
  tenant text collate "C" not null,
  id text collate "C" not null,
  airtable_id text collate "C" not null,
  workspace text collate "C" not null,
  name text not null,
  origin text not null,
  tables integer not null,             -- how many
  fields integer not null,             -- of all tables
  schema text not null,                -- JSON, as the domain writes it
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null,             -- of the base's stream
  position bigint not null,            -- of its last event
  primary key (tenant, id)
);
