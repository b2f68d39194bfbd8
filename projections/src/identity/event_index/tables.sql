-- What the log itself has no index for: the events of a tenant, of a workspace, and of one chain of causes.
create table event_index (
  tenant text collate "C" not null,
  position bigint not null,
  scope text collate "C",              -- workspace id, or none
  event_type text collate "C" not null,
  stream_type text collate "C" not null,
  stream_id text collate "C" not null,
  event_id uuid not null,
  correlation_id uuid not null,
  causation_id uuid,
  primary key (tenant, position)
);

create index on event_index (tenant, scope, position);
create index on event_index (correlation_id, position);
