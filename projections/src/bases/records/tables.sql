create table records (
  tenant text collate "C" not null,
  base text collate "C" not null,
  id text collate "C" not null,        -- its first alias
  table_id text collate "C" not null,
  number bigint not null,              -- the how manieth of its table it is
  name text not null,                  -- what links show
  created_at timestamptz not null,
  created_by text,                     -- JSON: who it was to Airtable
  modified_at timestamptz,             -- of the last edit
  edited text not null,                -- JSON: the last edit of each field
  cells jsonb not null,                -- by field: all that lasts, in the form of docs/decisions/0035
  deleted boolean not null,            -- a tombstone keeps its number
  version bigint not null,             -- of the record's stream
  position bigint not null,            -- of its last event
  primary key (tenant, base, id)
);

-- Every number is above zero. Only who says so gets this index: it finds all records of a table, and where a name is looked for
-- the planner would take it for as good as the next.
create index on records (tenant, base, table_id, number) where not deleted and number > 0;
create index on records (tenant, base, table_id, left(name, 200)) where not deleted;
create index on records using gin (cells jsonb_path_ops);

-- Links to records that are not there yet, or not any more, for when they come.
create table awaited_links (
  tenant text collate "C" not null,
  base text collate "C" not null,
  id text collate "C" not null,        -- of the record that is awaited
  field text collate "C" not null,     -- its own, in which the link will show
  linked text not null,                -- JSON: the records that link to it, in its order
  primary key (tenant, base, id, field)
);

create table record_bases (
  tenant text collate "C" not null,
  id text collate "C" not null,
  schema text not null,                -- JSON, as the records beside it know it
  numbers text not null,               -- JSON: the last number of each table
  version bigint not null,             -- of the base's stream
  position bigint not null,            -- of its last event
  primary key (tenant, id)
);
