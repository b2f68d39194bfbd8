-- Who did what to what, and what came of it. Nothing personal: people are ids, and addresses are networks.
create table audit (
  tenant text collate "C" not null,
  position bigint not null,
  scope text collate "C",              -- workspace id, or none
  action text collate "C" not null,    -- the type of the event
  actor text collate "C" not null,
  api_key text collate "C",            -- with which the actor acted
  target_type text collate "C" not null,
  target_id text collate "C" not null,
  outcome text collate "C" not null,
  network text collate "C",
  request_id text collate "C",
  correlation_id uuid not null,
  recorded_at timestamptz not null,
  primary key (tenant, position)
);

create index on audit (tenant, actor, position);
create index on audit (tenant, target_id, position);
