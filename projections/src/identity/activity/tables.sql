create table activity (
  tenant text collate "C" not null,
  position bigint not null,
  scope text collate "C",              -- workspace id, or none
  event_type text collate "C" not null,
  actor text collate "C" not null,
  stream_type text collate "C" not null,
  stream_id text collate "C" not null,
  version bigint not null,
  recorded_at timestamptz not null,
  primary key (tenant, position)
);

create index on activity (tenant, scope, position);
-- Tenants in which everything has ended.
create index on activity (tenant) where event_type = 'tenant.emptied';
-- Rows come in the order of time, so this finds those that are past keeping at next to no cost.
create index on activity using brin (recorded_at);
